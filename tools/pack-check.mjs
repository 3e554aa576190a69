// Packs every package, installs the tarballs into an empty folder and uses them there as a stranger would:
// import, require, type-check, run the command, follow the guide for plugins, compute on the backends of Node; publint and
// attw look at each tarball.
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'graft-pack-'));
const tarballs = join(folder, 'tarballs');
const consumer = join(folder, 'consumer');
mkdirSync(tarballs);
mkdirSync(consumer);

try {
  run(
    'npm',
    ['pack', '--workspaces', '--if-present', '--pack-destination', tarballs, '--silent'],
    root,
  );
  const packages = readdirSync(join(root, 'packages'))
    .map((name) => JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')))
    .filter((manifest) => !manifest.private);
  const files = packages.map(({ name, version }) => ({
    name,
    file: join(tarballs, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`),
  }));

  for (const { name, file } of files) {
    run(bin('publint'), ['run', file, '--strict'], root, name);
    run(
      bin('attw'),
      [
        file,
        '--profile',
        'esm-only',
        '--no-emoji',
        '--no-color',
        '--exclude-entrypoints',
        './package.json',
      ],
      root,
      name,
    );
  }

  writeFileSync(
    join(consumer, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  run(
    'npm',
    [
      'install',
      '--silent',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '@tensorflow/tfjs-layers@4.22.0',
      ...files.map(({ file }) => file),
    ],
    consumer,
  );
  mkdirSync(join(consumer, 'node_modules', '@types'), { recursive: true });
  symlinkSync(
    join(root, 'node_modules', '@types', 'node'),
    join(consumer, 'node_modules', '@types', 'node'),
  );

  const entries = packages.flatMap(({ name, exports }) =>
    Object.keys(exports)
      .filter((entry) => !entry.endsWith('.json'))
      .map((entry) => name + entry.slice(1)),
  );
  writeFileSync(
    join(consumer, 'import.mjs'),
    entries
      .map(
        (entry, k) =>
          `import * as m${k} from '${entry}';\nif (Object.keys(m${k}).length === 0) throw new Error('${entry} exports nothing');\n`,
      )
      .join(''),
  );
  writeFileSync(
    join(consumer, 'require.cjs'),
    entries.map((entry) => `require('${entry}');\n`).join(''),
  );
  writeFileSync(
    join(consumer, 'types.ts'),
    entries
      .map(
        (entry, k) =>
          `import * as m${k} from '${entry}';\nexport const t${k}: typeof m${k} = m${k};\n`,
      )
      .join(''),
  );
  run(process.execPath, ['import.mjs'], consumer);
  run(process.execPath, ['--no-warnings', 'require.cjs'], consumer);
  for (const [module, resolution] of [
    ['NodeNext', 'NodeNext'],
    ['Preserve', 'Bundler'],
  ]) {
    const options = [
      '--strict',
      '--noEmit',
      '--target',
      'ES2022',
      '--types',
      'node',
      '--module',
      module,
      '--moduleResolution',
      resolution,
    ];
    run(bin('tsc'), [...options, 'types.ts'], consumer, `type-check (${module})`);
  }
  run(join(consumer, 'node_modules', '.bin', 'graft'), ['list'], consumer);
  const [plugin, check] = fences(readFileSync(join(root, 'packages', 'core', 'README.md'), 'utf8'));
  writeFileSync(join(consumer, 'mean-shift.mjs'), plugin);
  writeFileSync(join(consumer, 'mean-shift.test.mjs'), check);
  run(process.execPath, ['--test', 'mean-shift.test.mjs'], consumer);
  const demo = [
    'demo',
    '--plugin',
    './mean-shift.mjs',
    '--recipes',
    'mean-shift',
    '--learner',
    '1nn',
  ];
  run(join(consumer, 'node_modules', '.bin', 'graft'), demo, consumer);
  checkBackends();
  console.log(
    `pack-check: ${packages.length} packages and ${entries.length} entries work from an empty folder`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs the smallest examples of the backends of Node; before that, ONNX Runtime is not there and has to be asked for. */
function checkBackends() {
  writeFileSync(
    join(consumer, 'missing.mjs'),
    `import { loadOnnxModel, node } from '@graft-ml/backend-node';
     const error = await loadOnnxModel(new Uint8Array(1)).catch((reason) => reason);
     const { notes, dispose } = await node.load();
     dispose();
     for (const text of [error.message, notes[0]])
       if (!text.includes('npm install onnxruntime-node@')) throw new Error(text);`,
  );
  run(process.execPath, ['missing.mjs'], consumer);
  // Not installed: it is 290 MB, and the same files as here.
  const engine = join('node_modules', 'onnxruntime-node');
  symlinkSync(join(root, engine), join(consumer, engine));
  for (const id of ['wasm-simd', 'node']) {
    const readme = readFileSync(join(root, 'packages', `backend-${id}`, 'README.md'), 'utf8');
    const [example] = fences(readme, 'ts');
    const checked = example.replaceAll(/^(.*); \/\/ => (.*)$/gm, 'same($1, $2);');
    const file = `backend-${id}.mjs`;
    writeFileSync(
      join(consumer, file),
      `import { deepStrictEqual as same } from 'node:assert';\n${checked}`,
    );
    run(process.execPath, [file], consumer);
  }
}

function fences(text, language = 'js') {
  const pattern = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g');
  return Array.from(text.matchAll(pattern), ([, code]) => code);
}

function run(command, args, cwd, what = args[0]) {
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (result.status === 0) return;
  console.error(
    `pack-check: ${command} ${what} failed\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`,
  );
  process.exit(1);
}
