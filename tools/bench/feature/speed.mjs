// Times every method of @graft-ml/feature-based on three data sets, turn by turn with Python.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { growthExponent, markdownTable, show, summaryOf } from '../shared/figures.mjs';
import { findPython, oneThread, startWorker } from '../shared/worker.mjs';
import { methodNames } from './methods.mjs';
import { writeProblem } from './problems.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const workspace = join(here, '..', '..', '..');
const ownScript = join(here, 'worker.mjs');
const peerScript = join(here, '..', 'python', 'feature.py');
const page = join(workspace, 'docs', 'benchmarks', 'feature.md');
// A method gets more turns until they have taken this long.
const enoughSeconds = 0.6;
const mostTurns = 40;

const titles = {
  digits: 'Digits demo: 2 000 + 1 797 rows of 64 features',
  office: 'Office-Caltech10 SURF, C → A: 1 123 + 958 rows of 800 features',
  amazon: 'Amazon reviews, books → kitchen: 2 000 + 2 000 sparse rows of 5 000 words',
  large: 'Ten moving classes: 10 000 + 10 000 rows of 64 features',
};

/** Prints a table per data set; with `write` into docs/benchmarks/feature.md. */
export async function speed({ only, limit, large, write }) {
  const python = await loadPython();
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'));
  const tables = [];
  console.log(`node ${process.version}; ${versionsOf(python)}`);
  try {
    for (const data of large ? ['large'] : ['digits', 'office', 'amazon']) {
      const size = await writeProblem(folder, data, join(workspace, '..', 'shared'));
      if (!size) {
        console.log(`\n${titles[data]}: its files are not there, skipped.`);
        continue;
      }
      const names = methodNames(data).filter((name) => !only || only.split(',').includes(name));
      console.log(`\n${titles[data]}\n${lineOf(columns)}`);
      const rows = [];
      for (const name of names) {
        const patience = data === 'amazon' ? 3 * limit : limit;
        rows.push(await timeMethod({ name, data, limit: patience, folder, python }));
        console.log(lineOf(cellsOf(rows.at(-1))));
      }
      const verdict = verdictOf(rows);
      if (verdict) console.log(verdict);
      tables.push({ data, rows, verdict });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (!write) return;
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, documentOf(tables, { limit, python }));
  console.log(`Wrote ${page}.`);
}

/** Python with the names of what it can do; undefined without scikit-learn. */
async function loadPython() {
  const found = findPython(['numpy', 'scipy', 'sklearn', 'ot']);
  if (!found) return undefined;
  const start = (folder, data, name) =>
    startWorker(found.command, [peerScript, folder, data, name].filter(Boolean), oneThread());
  const first = start();
  const names = await first.ask({}, 60);
  first.stop();
  return { ...found, names: names ?? [], start };
}

/** One method in turn with Python; on the digits also on a quarter and on half of the rows, for the growth. */
async function timeMethod({ name, data, limit, folder, python }) {
  const workers = [startWorker(process.execPath, [ownScript, folder, data, name])];
  // The published forms of TCA hold several n × n matrices: gigabytes each on the large problem.
  const fits = data !== 'large' || !name.startsWith('tca');
  if (fits && python?.names.includes(name)) workers.push(python.start(folder, data, name));
  const over = workers.map(() => false);
  const outcome = { name, data, limit, times: workers.map(() => []), over, failed: [], growth: [] };
  try {
    for (const share of data === 'digits' ? [0.25, 0.5] : []) {
      await timeShare(outcome, workers.slice(0, 1), share);
      const summary = summaryOf(outcome.times[0].splice(0));
      if (summary) outcome.growth.push([share, summary.least]);
    }
    await timeShare(outcome, workers, 1);
    const summary = summaryOf(outcome.times[0]);
    if (summary && data === 'digits') outcome.growth.push([1, summary.least]);
  } finally {
    for (const worker of workers) worker.stop();
  }
  return outcome;
}

/** Asks in turn; who takes longer than the limit is not asked again. */
async function timeShare(outcome, workers, share) {
  const { name, limit, over, times } = outcome;
  const enough = share === 1 ? enoughSeconds : enoughSeconds / 3;
  const spent = workers.map(() => 0);
  for (let turn = 0; turn < mostTurns; turn++) {
    for (const [k, worker] of workers.entries()) {
      if (over[k] || spent[k] > enough) continue;
      const answer = await worker.ask({ share }, 5 + 2 * limit);
      if (answer?.error) {
        outcome.failed[k] = true;
        console.error(`${name}${k ? ', Python' : ''}: ${answer.error}`);
      }
      over[k] = !answer || Boolean(answer.error) || answer.seconds > limit;
      if (!answer?.seconds) continue;
      times[k].push(answer.seconds);
      spent[k] += answer.seconds;
      if (k === 0) outcome.megabytes = answer.megabytes;
      else outcome.peerMegabytes = answer.megabytes;
    }
  }
}

const columns = [
  'method',
  'seconds',
  'Python',
  'times faster',
  'exponent',
  'MB',
  'Python MB',
  'spread',
];

function cellsOf({ name, limit, times, over, failed, growth, megabytes, peerMegabytes }) {
  const sums = times.map(summaryOf);
  const [ours, theirs] = sums;
  const text = (k) => {
    if (failed[k]) return 'failed';
    return over[k] && !sums[k] ? `over ${limit}` : show(sums[k]?.least);
  };
  const spreads = sums.flatMap((summary) => summary?.spread ?? []);
  const whole = (value) => (value ? String(Math.round(value)) : '–');
  return [
    name,
    text(0),
    times.length > 1 ? text(1) : '–',
    ours && theirs ? show(theirs.least / ours.least) : '–',
    growth.length > 1 ? growthExponent(growth).toFixed(1) : '–',
    whole(megabytes),
    whole(peerMegabytes),
    spreads.length ? Math.max(...spreads).toFixed(2) : '–',
  ];
}

/** How many times faster in the median, and who is slower. */
function verdictOf(rows) {
  const compared = rows.flatMap(({ name, times }) => {
    const [ours, theirs] = times.map(summaryOf);
    return ours && theirs ? [{ name, ratio: theirs.least / ours.least }] : [];
  });
  if (compared.length === 0) return undefined;
  const ratios = compared.map(({ ratio }) => ratio).sort((a, b) => a - b);
  const middle = ratios.length >> 1;
  const median = ratios.length % 2 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2;
  const slower = compared.filter(({ ratio }) => ratio < 1).map(({ name }) => name);
  return `${median.toFixed(1)} times faster in the median of ${ratios.length}; slower: ${slower.join(', ') || 'none'}.`;
}

function lineOf(cells) {
  return cells.map((cell, k) => (k === 0 ? cell.padEnd(24) : cell.padStart(13))).join(' ');
}

function versionsOf(python) {
  if (!python) return 'no Python with scikit-learn: no comparison';
  return Object.entries(python.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

function documentOf(tables, { limit, python }) {
  const sections = tables.map(({ data, rows, verdict }) =>
    [`## ${titles[data]}`, markdownTable([columns, ...rows.map(cellsOf)]), verdict ?? ''].join(
      '\n\n',
    ),
  );
  return `# The speed of feature-based methods

Made by \`npm run bench -- feature --write\` on ${new Date().toISOString().slice(0, 10)}; do not edit.

- Machine: ${cpus()[0].model.trim()}, ${availableParallelism()} processors, load average ${loadavg()[0].toFixed(1)} at the end of the run
- Runtime: Node ${process.version}, the WebAssembly engine on one thread
- Python: ${versionsOf(python)}, on one thread
- Default options; target labels where a method needs some: 60 rows. Times are seconds of processor time to fit and transform, or to
  fit and predict the target: the least of up to ${mostTurns} turns taken alternately with Python. Who takes longer than ${limit} s, on
  the reviews ${3 * limit} s, is not asked again, and ended where it goes on.
- Exponent: the slope of log time over log rows, from a quarter, half and all of the rows. MB: peak resident memory of the process.
  Spread: the largest median beside its least; where it is far from 1 the machine was busy, and the comparison is worth less.

${sections.join('\n\n')}

## What Python does

| method | program |
| --- | --- |
| coral, subspace-alignment, gfk, sgf, fmmd | NumPy and SciPy: \`eigh\`, \`svd\`; by inner products of rows where features outnumber them |
| linear-monge, ot, ot entropic | POT: \`LinearTransport\`, \`EMDTransport\`, \`SinkhornTransport\` |
| tca | the published kernel form: an n × n kernel and SciPy's \`eigh\` for 30 vectors |
| tca rbf | the same with a Gaussian kernel of the same width |
| jda | primal: \`eigh\` of nFeatures × nFeatures and scikit-learn's 1-NN, up to ten rounds |
| msda, msda fast | closed form in NumPy |
| scl, sfa | normal equations and \`svd\`; \`svds\` |
| easyadapt, pred | scikit-learn's \`LogisticRegression\` on copied or added features |
| easytl | \`scipy.optimize.linprog\` (HiGHS) |
`;
}
