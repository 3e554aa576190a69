// Runs before `npm start` and `npm test`: installs what is missing, then builds what has changed.
// Uses nothing but Node itself, so that it works on a fresh clone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Graft needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const stampFile = join('node_modules', '.bootstrap-stamp');
const stamp = createHash('sha256')
  .update(readFileSync('package-lock.json'))
  .update(`${process.platform} ${process.arch} ${process.versions.modules}`)
  .digest('hex');
const installed = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;

if (!installed) {
  console.log('bootstrap: installing dependencies (npm ci)');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  if (npm && /npm-cli\.c?js$/.test(npm)) run(process.execPath, [npm, ...args]);
  else run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
  writeFileSync(stampFile, stamp);
}
console.log('bootstrap: building packages');
const nx = JSON.parse(readFileSync(join('node_modules', 'nx', 'package.json'), 'utf8')).bin;
const nxFile = (typeof nx === 'string' ? nx : nx.nx).replace(/^\.\//, '');
run(
  process.execPath,
  [join('node_modules', 'nx', nxFile), 'run-many', '-t', 'build', '--output-style=static'],
  'pipe',
);

function run(command, args, stdio = 'inherit') {
  const result = spawnSync(command, args, { stdio: ['ignore', stdio, stdio], encoding: 'utf8' });
  if (result.error) throw result.error;
  if (result.status === 0) return;
  if (stdio === 'pipe') process.stderr.write(result.stdout + result.stderr);
  process.exit(result.status ?? 1);
}
