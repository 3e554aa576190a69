// `npm run example -- <name> [options]`: bundles examples/<name>.ts and calls its `run(args, write)`.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace('.ts', ''));
const [name, ...args] = process.argv.slice(2);
const entry = join(folder, `${name}.ts`);

if (names.includes(name) && existsSync(entry)) {
  const outfile = join(dirname(folder), '.cache', 'examples', `${name}.mjs`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  const { run } = await import(pathToFileURL(outfile).href);
  await run(args, (text) => process.stdout.write(text));
} else {
  process.stderr.write(`Usage: npm run example -- <name>, one of: ${names.join(', ')}\n`);
  process.exitCode = 2;
}
