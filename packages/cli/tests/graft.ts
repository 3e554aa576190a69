import { randomSource } from '@graft-ml/numerics';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = join(__dirname, '..', 'dist', 'main.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command as a user would. `onOutput` sees what is printed and may signal the process. */
export async function graft(
  args: readonly string[],
  cwd: string,
  onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Outcome> {
  if (!existsSync(main))
    throw new Error('The command is not built; run "npm test" or "npm run build" at the root.');
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1' },
  });
  let stdout = '';
  let stderr = '';
  const watch = (text: string) => onOutput?.(text, (signal) => child.kill(signal));
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    watch(data.toString());
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    watch(data.toString());
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** A folder of its own with `source.csv` and `target.csv`: three classes, the target scaled and shifted. */
export function workspace(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'graft-cli-'));
  writeFileSync(
    join(folder, 'source.csv'),
    csv(1, 90, (value) => value),
  );
  writeFileSync(
    join(folder, 'target.csv'),
    csv(2, 60, (value, j) => value * (1 + 0.5 * j) + 1),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function csv(seed: number, rows: number, shift: (value: number, j: number) => number): string {
  const random = randomSource(seed);
  const kinds = ['ant', 'bee', 'cow'];
  let text = 'height,width,weight,kind\n';
  for (let i = 0; i < rows; i++) {
    const c = i % kinds.length;
    const values = [0, 1, 2].map((j) => shift(random.normal() + (j === c ? 4 : 0), j).toFixed(4));
    text += `${values.join(',')},${kinds[c]}\n`;
  }
  return text;
}
