// `npm run bench -- backends [--threads 1] [--repeats 5] [--browser] [--only wasm-simd,node,cpu,torch]`: times products, convolutions and training
// steps on every backend that is here, one process for each, beside PyTorch where python3 has it. --browser adds Chromium,
// --small leaves out what takes minutes there without a graphics card.
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      threads: { type: 'string', default: '1' },
      repeats: { type: 'string', default: '5' },
      browser: { type: 'boolean', default: false },
      small: { type: 'boolean', default: false },
      only: { type: 'string', default: 'wasm-simd,node,cpu,torch' },
    },
  });
  const [threads, repeats] = [Number(values.threads), Number(values.repeats)];
  const columns = {};
  for (const name of values.only.split(',').filter((word) => word !== '')) {
    const script =
      name === 'torch'
        ? ['python3', join(here, 'backends', 'torch_steps.py'), values.threads, values.repeats]
        : [
            process.execPath,
            join(here, 'backends', 'in-node.mjs'),
            name,
            values.threads,
            values.repeats,
          ];
    const result = measureAlone(script, name);
    if (result) columns[name] = result;
  }
  if (values.browser) {
    const { measureInBrowser } = await import('./backends/in-browser.mjs');
    Object.assign(columns, await measureInBrowser({ threads, repeats, small: values.small }));
  }
  console.log(table(columns));
  console.log(
    `\nMilliseconds, least of ${repeats}; ${threads} thread(s); load ${loadavg()[0].toFixed(1)}.`,
  );
}

/** Engines are one to a process, and what one does to the machine should not meet the next. */
function measureAlone([command, ...args], name) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  const reason = (stderr ?? '').trim().split('\n').at(-1);
  console.log(`${name} is not here: ${reason}`);
  return undefined;
}

function table(columns) {
  const names = Object.keys(columns);
  const rows = [...new Set(names.flatMap((name) => Object.keys(columns[name])))];
  const cells = rows.map((row) => [
    row,
    ...names.map((name) => {
      const value = columns[name][row];
      return value === undefined ? '–' : value < 10 ? value.toFixed(2) : value.toFixed(0);
    }),
  ]);
  const all = [['', ...names], ['---', ...names.map(() => '---')], ...cells];
  return all.map((line) => `| ${line.join(' | ')} |`).join('\n');
}
