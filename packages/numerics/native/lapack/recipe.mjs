// Turns the pinned Debian source package of LAPACK 3.11 into C: download, verify, patch, f2c.
// Only the routines reachable from `roots` are converted; those in `source/*.c` are ours and left out.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const archiveName = 'lapack_3.11.0.orig.tar.gz';
const archiveSha256 = '4b9ba79bfd4921ca820e83979db76ab3363155709444a787979e81c22285ffa9';

/** What the engine calls by name; everything else follows from these. */
const roots = [
  'dpotrf',
  'dgetrf',
  'dgeqrf',
  'dorgqr',
  'dsyevd',
  'dsytrd',
  'dstebz',
  'dstein',
  'dormtr',
  'dsygst',
  'dgesdd',
];

const folders = ['SRC', 'BLAS/SRC', 'INSTALL'];

/** Returns the C text of every routine needed, by file name, in alphabetical order.
 *
 * `archive` is a copy of the source package; without it the package is looked for in `cache`, then fetched with
 * `apt-get source`. `handWritten` names the routines that our own C replaces.
 */
export function convertLapack({ archive, cache, handWritten }) {
  requireTool('f2c', 'apt-get install f2c');
  const work = mkdtempSync(join(tmpdir(), 'graft-lapack-'));
  try {
    const tarball = archive ?? cachedArchive(cache, work);
    verify(tarball);
    unpack(tarball, work);
    return convertFrom(roots, join(work, 'lapack-3.11.0'), work, handWritten);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function cachedArchive(cache, work) {
  const kept = join(cache, archiveName);
  if (existsSync(kept)) return kept;
  const fetched = fetchWithApt(work);
  verify(fetched);
  mkdirSync(cache, { recursive: true });
  copyFileSync(fetched, kept);
  return kept;
}

/** Downloads the source package into `work` with the machine's own mirrors, leaving the system's apt lists alone. */
function fetchWithApt(work) {
  requireTool('apt-get', 'or pass the archive with --lapack FILE');
  const parts = join(work, 'parts');
  mkdirSync(parts);
  mkdirSync(join(work, 'lists', 'partial'), { recursive: true });
  writeFileSync(join(parts, 'source.sources'), sourceEntries());
  const config = join(work, 'apt.conf');
  writeFileSync(
    config,
    [
      'Dir::Etc::sourcelist "/dev/null";',
      `Dir::Etc::sourceparts "${parts}";`,
      `Dir::State::lists "${join(work, 'lists')}";`,
      'APT::Sandbox::User "root";',
    ].join('\n'),
  );
  const env = { ...process.env, APT_CONFIG: config };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['source', '-qq', '--download-only', 'lapack=3.11.0-2'], { env, cwd: work });
  return join(work, archiveName);
}

/** The Debian entries of the machine's package sources, asking for sources in place of binaries. */
function sourceEntries() {
  const deb822 = '/etc/apt/sources.list.d/debian.sources';
  if (existsSync(deb822))
    return readFileSync(deb822, 'utf8').replace(/^Types:.*$/gm, 'Types: deb-src');
  throw new Error(
    `${deb822} is not here; give the archive yourself: --lapack lapack_3.11.0.orig.tar.gz`,
  );
}

function verify(tarball) {
  const received = createHash('sha256').update(readFileSync(tarball)).digest('hex');
  if (received !== archiveSha256) {
    throw new Error(
      `${tarball} is not LAPACK 3.11.0 as pinned:\n  expected sha256 ${archiveSha256}\n  received        ${received}`,
    );
  }
}

function unpack(tarball, work) {
  run('tar', ['-xzf', tarball, '-C', work, ...folders.map((folder) => `lapack-3.11.0/${folder}`)]);
}

function convertFrom(first, tree, work, handWritten) {
  const done = new Map();
  const waiting = [...first];
  while (waiting.length > 0) {
    const routine = waiting.pop();
    if (done.has(routine) || handWritten.has(routine)) continue;
    const text = convertOne(routine, tree, work);
    done.set(routine, text);
    for (const [, callee] of text.matchAll(/\b([a-z][a-z0-9]*)_\(/g)) {
      if (!done.has(callee) && existsSync(fortranFile(callee, tree) ?? '')) waiting.push(callee);
    }
  }
  return new Map(
    [...done].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => [`${name}.c`, text]),
  );
}

function convertOne(routine, tree, work) {
  const file = fortranFile(routine, tree);
  if (!file)
    throw new Error(
      `LAPACK has no Fortran 77 source of "${routine}"; write it in source/ by hand.`,
    );
  const patched = join(work, `${routine}.f`);
  writeFileSync(patched, toFortran77(readFileSync(file, 'latin1')));
  // -a: locals on the stack, without which the recursive dpotrf2 and dgetrf2 overwrite themselves. -A: ANSI C.
  run('f2c', ['-a', '-A', '-w', `-d${work}`, patched]);
  return withoutDate(readFileSync(join(work, `${routine}.c`), 'latin1'));
}

function fortranFile(routine, tree) {
  return folders
    .map((folder) => join(tree, folder, `${routine}.f`))
    .find((file) => existsSync(file));
}

/** Rewrites the few Fortran 90 words LAPACK uses: RECURSIVE, and EXIT as a jump behind its loop (dlarft). */
function toFortran77(text) {
  const lines = [];
  let label = 9000;
  let pending;
  for (const line of text.replace(/^( +)RECURSIVE /gim, '$1').split('\n')) {
    if (/^ .*\bEXIT\s*$/i.test(line)) {
      pending = ++label;
      lines.push(line.replace(/EXIT\s*$/i, `GO TO ${pending}`));
      continue;
    }
    lines.push(line);
    if (pending && /^\s+END DO/i.test(line)) {
      lines.push(` ${pending} CONTINUE`);
      pending = undefined;
    }
  }
  return lines.join('\n');
}

/** f2c's comments say nothing the sources do not, and the first one names the converter's version. */
function withoutDate(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\n\s*\n+/g, '\n');
}

function requireTool(tool, how) {
  if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).error) {
    throw new Error(
      `"${tool}" is not installed, and LAPACK cannot be converted without it: ${how}.`,
    );
  }
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (result.error || result.status !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} failed: ${result.error?.message ?? result.stderr}`,
    );
  }
}
