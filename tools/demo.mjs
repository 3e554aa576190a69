// `npm start`: the main job on embedded data, with a report to open afterwards.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const graft = join(root, 'packages', 'cli', 'dist', 'main.js');
const args = ['demo', '--report', 'graft-report.html', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [graft, ...args], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
