// `npm run bench -- instance [--sizes 1000,2000,5000] [--only kliep,ulsif] [--limit 10] [--write]`: times every method of
// @graft-ml/instance-based on n source and n target rows of 50 features, turn by turn with NumPy, scikit-learn and CVXOPT
// where python3 has them. Every method runs in a process of its own; one that takes longer than the limit is ended.
// Figures are seconds of processor time, the least of some turns; --write puts the table into docs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { methodNames } from './instance/methods.mjs';
import { sampleRows, writeRows } from './instance/problem.mjs';
import { growthExponent, markdownTable, show, summaryOf } from './shared/figures.mjs';
import { findPython, oneThread, startWorker } from './shared/worker.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const ownScript = join(here, 'instance', 'worker.mjs');
const peerScript = join(here, 'python', 'instance.py');
const page = join(here, '..', '..', 'docs', 'benchmarks', 'instance.md');
// A method gets more turns until they have taken this long.
const enoughSeconds = 0.6;
const mostTurns = 12;

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      sizes: { type: 'string', default: '1000,2000,5000' },
      only: { type: 'string' },
      limit: { type: 'string', default: '10' },
      write: { type: 'boolean', default: false },
    },
  });
  const sizes = values.sizes.split(',').map(Number);
  const limit = Number(values.limit);
  const names = chosenNames(values.only);
  const python = await loadPython();
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'));
  const rows = [];
  console.log(`node ${process.version}; ${versionsOf(python)}\n\n${lineOf(titlesOf(sizes))}`);
  try {
    for (const n of sizes) {
      mkdirSync(join(folder, String(n)));
      writeRows(join(folder, String(n)), sampleRows(n));
    }
    for (const name of names) {
      const row = await timeMethod({ name, sizes, limit, folder, python });
      rows.push(row);
      console.log(lineOf(cellsOf(row)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (!values.write) return;
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, documentOf(rows, { sizes, limit, python }));
  console.log(`Wrote ${page}.`);
}

function chosenNames(only) {
  const all = methodNames();
  const names = only ? only.split(',') : all;
  const unknown = names.find((name) => !all.includes(name));
  if (unknown) throw new Error(`There is no "${unknown}"; choose from ${all.join(', ')}.`);
  return names;
}

/** Python with the names of what it can do; undefined without scikit-learn. */
async function loadPython() {
  const found = findPython(['numpy', 'sklearn', 'cvxopt']);
  if (!found) return undefined;
  const start = () => startWorker(found.command, [peerScript], oneThread());
  const first = start();
  const names = await first.ask({}, 60);
  first.stop();
  return { ...found, names: Array.isArray(names) ? names : [], start };
}

/** All sizes of one method, smallest first, each in turn with Python. */
async function timeMethod({ name, sizes, limit, folder, python }) {
  const workers = [startWorker(process.execPath, [ownScript, name])];
  const asks = [(n) => workers[0].ask({ n }, startSeconds(n) + limit)];
  if (python?.names.includes(name)) {
    workers.push(python.start());
    asks.push((n) => workers[1].ask({ name, n, folder }, startSeconds(n) + limit));
  }
  const ended = asks.map(() => undefined);
  const cells = [];
  try {
    for (const n of sizes) cells.push(await timeSize(n, asks, ended, limit));
  } finally {
    for (const worker of workers) worker.stop();
  }
  return { name, cells };
}

/** What starting up and reading rows may take, besides the method itself. */
function startSeconds(n) {
  return 4 + n / 5000;
}

/** Asks everyone in turn; who fails or takes longer than the limit is not asked again, here and at larger sizes. */
async function timeSize(n, asks, ended, limit) {
  const times = asks.map(() => []);
  let spent = 0;
  let megabytes;
  for (let turn = 0; turn < mostTurns && spent < enoughSeconds; turn++) {
    for (const [k, ask] of asks.entries()) {
      if (ended[k]) continue;
      const answer = await ask(n);
      if (answer?.error) console.error(answer.error);
      if (answer?.error) ended[k] = 'fails';
      else if (!answer || answer.seconds > limit) ended[k] = `over ${limit} s`;
      else {
        times[k].push(answer.seconds);
        spent += answer.seconds;
        megabytes = answer.megabytes ?? megabytes;
      }
    }
    if (ended.every(Boolean)) break;
  }
  return { n, times, ended: [...ended], megabytes };
}

const titlesOf = (sizes) => [
  'method',
  ...sizes.flatMap((n) => [`n = ${n}`, 'Python', 'ratio']),
  'exponent',
  'peak MB',
  'spread',
];

function cellsOf({ name, cells }) {
  const sums = cells.map(({ times }) => times.map(summaryOf));
  const columns = cells.flatMap(({ ended }, k) => {
    const [ours, theirs] = sums[k];
    const text = (summary, end) => (end && !summary ? end : show(summary?.least));
    const ratio = ours && theirs ? show(ours.least / theirs.least) : '–';
    return [text(ours, ended[0]), text(theirs, ended[1]), ratio];
  });
  const points = cells.flatMap(({ n }, k) => (sums[k][0] ? [[n, sums[k][0].least]] : []));
  const memory = cells.findLast(({ megabytes }) => megabytes)?.megabytes;
  const spreads = sums.flatMap((pair) => pair.flatMap((summary) => summary?.spread ?? []));
  return [
    name,
    ...columns,
    points.length > 1 ? growthExponent(points).toFixed(1) : '–',
    memory ? String(Math.round(memory)) : '–',
    spreads.length ? Math.max(...spreads).toFixed(2) : '–',
  ];
}

function lineOf(cells) {
  return cells.map((cell, k) => (k === 0 ? cell.padEnd(30) : cell.padStart(10))).join(' ');
}

function versionsOf(python) {
  if (!python) return 'no Python with scikit-learn: no comparison';
  return Object.entries(python.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

function documentOf(rows, { sizes, limit, python }) {
  return `# The speed of instance-based methods

Made by \`npm run bench -- instance --write\` on ${new Date().toISOString().slice(0, 10)}; do not edit.

- Machine: ${cpus()[0].model.trim()}, ${availableParallelism()} processors, load average ${loadavg()[0].toFixed(1)} at the end of the run
- Runtime: Node ${process.version}, the WebAssembly engine on one thread
- Python: ${versionsOf(python)}, on one thread
- Rows: n of the source, n of the target, n / 10 labelled ones of the target, 50 features, two Gaussian samples whose means
  differ in five. Two classes, or a value where the method is for regression. Default options.
- Times are seconds of processor time to fit, and to predict the target where the outcome is a model: the least of up to ${mostTurns} turns
  taken alternately with Python. A method that takes longer than ${limit} s is ended, and larger sizes are left out.
- Ratios are to Python; below 1 is faster. The exponent is the slope of log time over log n. Peak MB is the resident memory of
  the whole process at the largest n, Node's own share of about 80 included. Spread is the largest median beside its least, of all sizes
  and both sides: where it is far from 1 the machine was busy, and the ratio is worth less.

${markdownTable([titlesOf(sizes), ...rows.map(cellsOf)])}

| Python | what it does |
| --- | --- |
| kernel-mean-matching | the same quadratic programme by \`cvxopt.solvers.qp\`, kernels in NumPy |
| kliep | published gradient ascent in NumPy, over the same eight widths and five parts; it stops before the maximum |
| ulsif, rulsif | closed forms in NumPy, over the same widths and penalties |
| classifier-density-ratio, black-box-shift, rlls | \`LogisticRegression\` (L-BFGS) with \`cross_val_predict\` |
| em-prior-shift, posterior-correction | \`LogisticRegression\` and the iteration in NumPy |
| gaussian-ratio, kernel-density-ratio, mmd-target-shift | NumPy |
| nearest-neighbour-weighting, smote | \`NearestNeighbors(algorithm='brute')\` |
| tradaboost, dynamic-tradaboost, multi-source-tradaboost | loops over \`DecisionTreeClassifier(max_depth=2)\` |
| tradaboost-r2, two-stage-tradaboost-r2 | loops over \`Ridge\` |
| weighted logistic, weighted svm | \`LogisticRegression\`, \`SVC(tol=1e-6)\` with \`sample_weight\` |
`;
}
