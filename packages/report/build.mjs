// Bundles script and style of the page and writes them over the empty `dist/client-assets.js` that tsc emitted.
// `node build.mjs FILE.json` writes them to that file instead and touches nothing else.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const common = {
  bundle: true,
  minify: true,
  write: false,
  charset: 'utf8',
  absWorkingDir: here,
  logLevel: 'warning',
};

const bundle = await build({
  ...common,
  // Started from here, so that no source file does anything when it is imported.
  stdin: { contents: "import { start } from './src/client/start.ts'; start();", resolveDir: here },
  format: 'iife',
  target: 'es2022',
  metafile: true,
});
const sheet = await build({ ...common, entryPoints: ['src/client/report.css'] });

// Browsers read line ends as \n and take the hash of that.
const script = `${licences(bundle.metafile)}\n${bundle.outputFiles[0].text.trim()}`.replaceAll(
  /\r\n?/g,
  '\n',
);
const style = sheet.outputFiles[0].text.trim();
// In HTML these would end the element, or begin a comment that hides its end.
if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
  throw new Error(
    'The bundle holds "</script", "</style" or "<!--" and cannot stand inside a page.',
  );
}
const scriptHash = createHash('sha256').update(script).digest('base64');
const assets = JSON.stringify({ script, scriptHash, style });

const [file] = process.argv.slice(2);
if (file) writeFileSync(file, assets);
else {
  writeFileSync(join(here, 'dist', 'client-assets.js'), `export const clientAssets = ${assets};\n`);
  rmSync(join(here, 'dist', 'client-assets.js.map'), { force: true });
}

/** The licence of every bundled package: a report carries copies of them wherever it goes. */
function licences(metafile) {
  const [output] = Object.values(metafile.outputs);
  const folders = new Set();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
    if (folder && bytesInOutput > 0) folders.add(folder);
  }
  const namesOf = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version } = JSON.parse(readFileSync(join(here, folder, 'package.json'), 'utf8'));
    const path = ['LICENSE', 'LICENSE.md', 'LICENSE.txt']
      .map((file) => join(here, folder, file))
      .find(existsSync);
    if (!path) throw new Error(`${name} has no licence file to pass on.`);
    const text = readFileSync(path, 'utf8').trim().replaceAll('*/', '* /');
    namesOf.set(text, [...(namesOf.get(text) ?? []), `${name} ${version}`]);
  }
  const texts = [...namesOf].map(([text, names]) => `${names.join(', ')}\n\n${text}`);
  return `/*! This script contains:\n\n${texts.join('\n\n')}\n*/`;
}
