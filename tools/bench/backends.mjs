// `npm run bench -- backends [--turns 5] [--no-browser] [--only 'wasm-simd,node,PyTorch'] [--work MLP,CNN] [--keep FILE] [--write]`:
// times products, convolutions, training steps and the features of MobileNet on every backend that is here, turn by turn with
// PyTorch where Python has it (PYTHON=… for another than python3), and with TensorFlow where GRAFT_TFJS_NODE is the folder of an
// installed @tensorflow/tfjs-node. One thread each. --write puts the tables into docs; --keep puts what is done into a file, and
// goes on from there.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mobilenetFile, mobilenetFolder } from './backends/model-files.mjs';
import { documentOf, tablesOf } from './backends/report.mjs';
import { findPython, oneThread, startWorker } from './shared/worker.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const page = join(here, '..', '..', 'docs', 'benchmarks', 'backends.md');
const inNode = [
  'node',
  'tensorflow',
  'onnxruntime',
  'wasm-simd',
  'tfjs-backend-wasm',
  'tfjs-backend-cpu',
];
const inBrowser = ['wasm-simd', 'webgl', 'tfjs-backend-webgl', 'webgpu', 'tfjs-backend-webgpu'];
const work = [
  ...['float32', 'float64'].flatMap((type) =>
    [256, 512, 1000].map((size) => `matMul ${type}, ${size}`),
  ),
  'matMul of a derivative, 512',
  'conv2d, forward',
  'conv2d, forward and backward',
  'MLP 64-256-256-10, step',
  'MLP 64-256-256-10, step of NeuralNetwork',
  'CNN 28x28, step',
  'MobileNet, batch of 1',
  'MobileNet, batch of 16',
];
/** Software rendering takes minutes for what a card does at once: some pieces of work, and fewer turns. */
const workInBrowser = work.filter((name) => !/float64|NeuralNetwork|batch of 16/.test(name));
const turnsInBrowser = 4;
/** Seconds after which an engine is not waited for any longer. */
const limit = 300;

export async function run(args) {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      turns: { type: 'string', default: '5' },
      browser: { type: 'boolean', default: true },
      only: { type: 'string' },
      work: { type: 'string' },
      keep: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const turns = Number(values.turns);
  const chosen = values.only?.split(',');
  const wanted = (names) => names.filter((name) => chosen?.includes(name) ?? true);
  const parts = values.work?.split(',');
  const names = work
    .filter((name) => parts?.some((part) => name.includes(part)) ?? true)
    .filter((name) => !name.startsWith('MobileNet') || existsSync(mobilenetFile));
  if (!existsSync(mobilenetFile)) console.log(`MobileNet is left out: no ${mobilenetFile}.`);

  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'));
  try {
    const kept = keeper(values.keep);
    const native = await startNative(wanted, folder);
    const node = await timeAll(native.workers, names, turns, kept('node'));
    for (const { stop } of native.workers) stop();
    const some = names.filter((name) => workInBrowser.includes(name));
    const pages = values.browser
      ? await timeBrowser(wanted(inBrowser), some, Math.min(turns, turnsInBrowser), kept('pages'))
      : undefined;
    const keptRows = node.kept + (pages?.kept ?? 0);
    const results = { node, pages, turns, keptRows, python: native.python };
    console.log(tablesOf(results));
    if (!values.write) return;
    writeFileSync(page, documentOf(results));
    console.log(`Wrote ${page}.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** PyTorch first: it makes the ONNX form of the network, which Node's backend reads. */
async function startNative(wanted, folder) {
  const python = wanted(['PyTorch']).length > 0 ? findPython(['torch'], 'torch') : undefined;
  const onnx = join(folder, 'mobilenet.onnx');
  const workers = [];
  if (python) {
    const script = join(here, 'python', 'backends.py');
    const torch = startWorker(python.command, [script, mobilenetFolder, onnx], oneThread());
    await torch.ask({ name: 'nothing' }, 120);
    workers.push({ name: 'PyTorch', ...torch });
  } else console.log('PyTorch is not here.');
  const env = { ...oneThread(), GRAFT_BENCH_ONNX: onnx };
  for (const name of wanted(inNode)) {
    if (name === 'tensorflow' && !process.env.GRAFT_TFJS_NODE) continue;
    const script = join(here, 'backends', 'worker.mjs');
    workers.push({ name, ...startWorker(process.execPath, [script, name], env) });
  }
  return { workers, python };
}

/** Rows of earlier runs, by place; every row that is done is written down. */
function keeper(file) {
  const rows = file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return (place) => ({
    rows: (rows[place] ??= {}),
    save: () => file && writeFileSync(file, JSON.stringify(rows)),
  });
}

async function timeBrowser(names, work, turns, kept) {
  if (names.length === 0) return undefined;
  const { startBrowser } = await import('./backends/in-browser.mjs');
  const browser = await startBrowser(names);
  try {
    return { ...(await timeAll(browser.workers, work, turns, kept)), version: browser.version };
  } finally {
    await browser.stop();
  }
}

/** Times and values: work → engine → { times, value }, in turns. */
async function timeAll(workers, names, turns, kept) {
  const rows = {};
  let before = 0;
  for (const name of names) {
    const cells =
      kept.rows[name] ?? Object.fromEntries(workers.map((worker) => [worker.name, { times: [] }]));
    rows[name] = cells;
    if (kept.rows[name]) {
      before++;
      continue;
    }
    for (let turn = 0; turn < turns; turn++)
      for (const worker of workers) await takeTurn(worker, name, cells[worker.name]);
    kept.rows[name] = cells;
    kept.save();
    const figures = Object.entries(cells).map(
      ([engine, { times, ended }]) =>
        `${engine} ${ended ?? (1000 * Math.min(...times)).toPrecision(3)}`,
    );
    console.error(`${name}: ${figures.join(', ')}`);
  }
  return { engines: workers.map(({ name }) => name), rows, kept: before };
}

async function takeTurn({ ask }, name, cell) {
  if (cell.ended || cell.once) return;
  const answer = await ask({ name }, limit);
  if (!answer) cell.ended = `over ${limit} s`;
  else if (answer.absent) cell.ended = '–';
  else if (answer.error) cell.ended = 'fails';
  else {
    cell.times.push(answer.seconds);
    cell.value ??= answer.value;
    cell.once = answer.once;
  }
  if (answer?.error) console.error(`${name}: ${answer.error}`);
}
