// Builds the .wasm modules of the engine. README.md beside this file explains the recipe.
//
//   node native/build.mjs             builds all modules into ../wasm and writes SHA256SUMS
//   node native/build.mjs --check     builds them and compares with the committed ones, byte for byte
//   node native/build.mjs simd        builds only the named ones
//   --lapack FILE                     takes LAPACK's source package from FILE in place of fetching it
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { convertLapack } from './lapack/recipe.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const wasmFolder = join(here, '..', 'wasm');
const cache = join(here, '..', '..', '..', '.cache', 'native');

/** The converted sources, all together: tells whether a difference comes from f2c or from the compiler. */
const convertedSha256 = '800a2db6a6baed8935c5be7ddc0fc78413872f327b8574ded07191572914afaa';

const modules = {
  simd: { relaxed: false, threads: false },
  'relaxed-simd': { relaxed: true, threads: false },
  'simd-threads': { relaxed: false, threads: true },
  'relaxed-simd-threads': { relaxed: true, threads: true },
};

const common = ['-msimd128', '-fno-exceptions', '-ffp-contract=off', '-I.'];
const link = [
  '-mexec-model=reactor',
  '-Wl,--no-entry',
  '-Wl,--strip-all',
  '-Wl,--gc-sections',
  '-Wl,--stack-first',
  '-Wl,--fatal-warnings',
  '-Wl,-z,stack-size=1048576',
  '-Wl,--max-memory=4294967296',
];
const linkThreads = [
  '-Wl,--import-memory,--export-memory,--shared-memory',
  // The system library is built without atomics. Workers call nothing of it but functions like exp, which keep no state.
  '-Wl,--no-check-features',
  '-Wl,--export=__stack_pointer',
];

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false }, lapack: { type: 'string' } },
});

try {
  await main();
} catch (error) {
  console.error(`native/build.mjs: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  const wanted = positionals.length > 0 ? positionals : Object.keys(modules);
  const unknown = wanted.find((name) => !(name in modules));
  if (unknown)
    throw new Error(
      `there is no module "${unknown}"; choose from ${Object.keys(modules).join(', ')}.`,
    );
  const compiler = await loadCompiler();
  const own = readFolder(join(here, 'source'), /\.[ch]$/);
  const lapack = convertLapack({ archive: flags.lapack, cache, handWritten: definedIn(own) });
  lapack.set('f2c.h', readFileSync(join(here, 'lapack', 'f2c.h'), 'utf8'));
  checkConverted(lapack);
  let different = 0;
  for (const name of wanted) {
    const wasm = await build(compiler, modules[name], own, lapack);
    console.log(
      `${name}: ${wasm.length} bytes, ${gzipSync(wasm, { level: 9 }).length} gzip, sha256 ${sha256(wasm)}`,
    );
    if (!flags.check) {
      mkdirSync(wasmFolder, { recursive: true });
      writeFileSync(wasmFile(name), wasm);
    } else if (!existsSync(wasmFile(name)) || !readFileSync(wasmFile(name)).equals(wasm)) {
      console.error(`${name}: differs from the committed module`);
      different++;
    }
  }
  if (different > 0)
    throw new Error(`${different} of ${wanted.length} modules differ from what is committed.`);
  if (flags.check) console.log(`${wanted.length} modules are the committed ones, byte for byte.`);
  else writeSums();
}

async function loadCompiler() {
  try {
    const { commands } = await import('@yowasp/clang');
    return commands;
  } catch (error) {
    throw new Error(
      `the compiler "@yowasp/clang" is not installed; run "npm ci" first (${error.message}).`,
    );
  }
}

function readFolder(folder, pattern) {
  const names = readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort();
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** The Fortran names our own sources define: a name with a trailing underscore at the start of a definition. */
function definedIn(sources) {
  const names = new Set();
  for (const text of sources.values()) {
    for (const [, name] of text.matchAll(
      /^(?:int|integer|double|logical) ([a-z][a-z0-9]*)_\([^;{]*\) \{/gm,
    ))
      names.add(name);
  }
  return names;
}

function checkConverted(lapack) {
  const hash = createHash('sha256');
  for (const [name, text] of lapack) hash.update(`${name}\n${text}\n`);
  const received = hash.digest('hex');
  if (received !== convertedSha256) {
    console.error(
      `LAPACK converted to other C than recorded (this f2c is another version?):\n  ${received}`,
    );
  }
}

async function build(compiler, { relaxed, threads }, own, lapack) {
  const flavour = [...common, ...(relaxed ? ['-mrelaxed-simd'] : [])];
  const kernelFlags = [
    '-O3',
    '-Wall',
    '-Werror',
    '-Wno-unused-parameter',
    ...flavour,
    ...(threads ? ['-matomics', '-mbulk-memory', '-DGRAFT_THREADS'] : []),
  ];
  const kernels = await compile(compiler, kernelFlags, own);
  const routines = await compile(compiler, ['-Os', '-w', ...flavour], lapack);
  const archive = await compiler.ar(
    ['rcsD', 'liblapack.a', ...Object.keys(routines)],
    routines,
    {},
  );
  const output = await compiler.clang(
    [
      ...link,
      ...(threads ? linkThreads : []),
      ...Object.keys(kernels),
      'liblapack.a',
      '-o',
      'out.wasm',
    ],
    { ...kernels, 'liblapack.a': archive['liblapack.a'] },
    {},
  );
  return Buffer.from(output['out.wasm']);
}

/** Compiles some files at a time: each call of the compiler costs a start, each file memory. */
async function compile(compiler, options, sources) {
  const files = Object.fromEntries(sources);
  const names = [...sources.keys()].filter((name) => name.endsWith('.c'));
  const objects = {};
  for (let i = 0; i < names.length; i += 24) {
    const batch = names.slice(i, i + 24);
    const output = await compiler.clang([...options, '-c', ...batch], files, {});
    for (const name of batch) {
      const object = name.replace(/\.c$/, '.o');
      objects[object] = output[object];
    }
  }
  return objects;
}

function writeSums() {
  const lines = Object.keys(modules)
    .filter((name) => existsSync(wasmFile(name)))
    .map((name) => `${sha256(readFileSync(wasmFile(name)))}  numerics.${name}.wasm`);
  writeFileSync(join(wasmFolder, 'SHA256SUMS'), `${lines.join('\n')}\n`);
}

function wasmFile(name) {
  return join(wasmFolder, `numerics.${name}.wasm`);
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
