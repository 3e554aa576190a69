// `npm run bench -- numerics [--sizes 200,500,1000,2000] [--only eigen,svd] [--write]`: times the WebAssembly engine, every
// form this runtime knows, turn by turn with NumPy, SciPy, POT and CVXOPT on the same matrices where python3 has them.
// Figures are the least of some repeats; the spread is the median over the least. --write puts the table into docs.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { minimizeBoxQuadratic, optimalTransport, randomSource, sinkhorn } from '@graft-ml/numerics';
import { loadWasmLinearAlgebra, supportedVariants } from '@graft-ml/numerics/wasm';

const here = dirname(fileURLToPath(import.meta.url));
const page = join(here, '..', '..', 'docs', 'benchmarks', 'numerics.md');
const pythonThreads = 2;

/** What is timed: the inputs by name, the nominal operations where there is a usual count, and how wrong a result is. */
const operations = {
  multiply: { run: (e, { general: a }) => e.multiply(a, a), flops: (n) => 2 * n ** 3 },
  multiplyFloat32: { run: (e, { single: a }) => e.multiplyFloat32(a, a), flops: (n) => 2 * n ** 3 },
  crossProduct: { run: (e, { general: a }) => e.crossProduct(a), flops: (n) => n ** 3 },
  rbf: { run: (e, { samples: x }) => e.kernelMatrix({ type: 'rbf', gamma: 0.01 }, x, x) },
  cholesky: {
    run: (e, { positive: a }) => e.cholesky(a),
    flops: (n) => n ** 3 / 3,
    error: (e, { positive: a }, l) => difference(e.multiply(l, l, { transposeB: true }), a),
  },
  solve: {
    run: (e, { general: a, column: b }) => e.solve(a, b),
    flops: (n) => (2 / 3) * n ** 3,
    error: (e, { general: a, column: b }, x) => difference(e.multiply(a, x), b),
  },
  solveMany: { run: (e, { general: a }) => e.solve(a, a), flops: (n) => (8 / 3) * n ** 3 },
  qr: {
    run: (e, { general: a }) => e.qr(a),
    flops: (n) => (8 / 3) * n ** 3,
    error: (e, { general: a }, { q, r }) => difference(e.multiply(q, r), a),
  },
  eigen: {
    run: (e, { symmetric: a }) => e.eigenSymmetric(a),
    error: (e, { symmetric: a }, x) => residual(e, a, x),
  },
  eigenTop50: {
    run: (e, { symmetric: a }) => e.eigenSymmetric(a, { count: 50 }),
    error: (e, { symmetric: a }, x) => residual(e, a, x),
  },
  kernelTop50: {
    run: (e, { kernel: a }) => e.eigenSymmetric(a, { count: 50 }),
    error: (e, { kernel: a }, x) => residual(e, a, x),
  },
  eigenGeneralized: {
    run: (e, { symmetric: a, positive: b }) => e.eigenGeneralized(a, b),
    most: 1000,
  },
  svd: {
    run: (e, { general: a }) => e.svd(a),
    error: (e, { general: a }, { u, s, v }) =>
      difference(e.multiply(scaled(u, s), v, { transposeB: true }), a),
  },
  transport: { run: (e, { cost }) => optimalTransport(cost, { engine: e }) },
  sinkhorn: { run: (e, { cost }) => sinkhorn(cost, { regularization: 0.05, engine: e }) },
  meanMatching: {
    run: (e, { kernel, kappa }) =>
      minimizeBoxQuadratic(e, {
        quadratic: kernel,
        linear: kappa.data.map((value) => -value),
        lower: 0,
        upper: 1000,
        sum: bandOf(kernel.rows),
      }),
    most: 1000,
  },
};

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      sizes: { type: 'string', default: '200,500,1000,2000' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const sizes = values.sizes.split(',').map(Number);
  const names = values.only ? values.only.split(',') : Object.keys(operations);
  const unknown = names.find((name) => !(name in operations));
  if (unknown)
    throw new Error(
      `There is no operation "${unknown}"; choose from ${Object.keys(operations).join(', ')}.`,
    );
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'));
  const python = await startPython(folder);
  const engines = await loadEngines();
  const rows = [];
  try {
    for (const n of sizes) {
      const inputs = makeInputs(n, engines[0], folder);
      for (const name of names) {
        if (n > (operations[name].most ?? Infinity)) continue;
        const row = await timeOperation(name, n, inputs, engines, python);
        rows.push(row);
        console.log(lineOf(row, engines));
      }
    }
  } finally {
    python?.stop();
    for (const engine of engines) engine.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
  if (values.write) {
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, documentOf(rows, engines, python?.versions));
    console.log(`Wrote ${page}.`);
  }
}

async function loadEngines() {
  const engines = [];
  for (const variant of ['simd', 'relaxed-simd']) {
    if (!supportedVariants().includes(variant)) continue;
    engines.push(await loadWasmLinearAlgebra({ variant }));
    if (availableParallelism() > 1)
      engines.push(await loadWasmLinearAlgebra({ variant, threads: 2 }));
  }
  return engines;
}

/** Matrices of the usual kinds, also as files for Python. */
function makeInputs(n, engine, folder) {
  const random = randomSource(n);
  const filled = (rows, columns, draw) => ({
    format: 'dense',
    rows,
    columns,
    data: Float64Array.from({ length: rows * columns }, draw),
  });
  const general = filled(n, n, () => random.normal());
  const positive = engine.crossProduct(general);
  for (let i = 0; i < n; i++) positive.data[i * n + i] += n;
  const transposed = engine.multiply(identity(n), general, { transposeB: true });
  const symmetric = {
    ...general,
    data: general.data.map((value, p) => value + transposed.data[p]),
  };
  const samples = filled(n, 256, () => random.normal());
  const source = filled(n, 10, () => random.normal());
  const target = filled(n, 10, () => random.normal() + 0.5);
  const kernel = engine.kernelMatrix({ type: 'rbf', gamma: 0.05 }, source, source);
  const cross = engine.kernelMatrix({ type: 'rbf', gamma: 0.05 }, source, target);
  const kappa = engine.multiply(
    cross,
    filled(n, 1, () => 1),
  );
  const cost = engine.squaredDistances(source, target);
  const most = cost.data.reduce((a, b) => Math.max(a, b));
  cost.data.forEach((value, p) => (cost.data[p] = value / most));
  const inputs = { general, positive, symmetric, samples, kernel, kappa, cost };
  for (const [name, { data }] of Object.entries(inputs)) {
    writeFileSync(join(folder, `${name}-${n}.f64`), new Uint8Array(data.buffer));
  }
  const column = filled(n, 1, (_, i) => general.data[i * n]);
  const single = { rows: n, columns: n, data: Float32Array.from(general.data) };
  return { ...inputs, column, single };
}

function identity(n) {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  return { format: 'dense', rows: n, columns: n, data };
}

/** Kernel mean matching asks that the mean weight be near 1. */
function bandOf(n) {
  return { lower: n * (1 - 1 / Math.sqrt(n)), upper: n * (1 + 1 / Math.sqrt(n)) };
}

/** Runs everyone in turn, so that a busy moment of the machine strikes all alike. */
async function timeOperation(name, n, inputs, engines, python) {
  const { run, error, flops } = operations[name];
  const runners = engines.map((engine) => ({
    times: [],
    turn: () => timed(() => run(engine, inputs)),
  }));
  if (python) runners.push({ times: [], turn: () => python.time(name, n) });
  const errors = engines.map((engine) => error?.(engine, inputs, run(engine, inputs)));
  const memory = engines[0].memory.reserved;
  let repeats = 3;
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const runner of runners) {
      const time = await runner.turn();
      if (time !== undefined) runner.times.push(time);
    }
    // As many turns as fit into some seconds, three at least.
    const round = runners.reduce((sum, { times }) => sum + (times[0] ?? 0), 0);
    if (repeat === 0) repeats = Math.max(3, Math.min(30, Math.round(4000 / round)));
  }
  const summaries = runners.map(({ times }) => summaryOf(times));
  const ours = summaries.slice(0, engines.length);
  const gigaflops = ours.map((summary) => flops && flops(n) / summary.least / 1e6);
  return {
    name,
    n,
    ours,
    theirs: python ? summaries.at(-1) : undefined,
    gigaflops,
    errors,
    memory,
  };
}

function timed(action) {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function summaryOf(times) {
  if (times.length === 0) return undefined;
  const sorted = times.toSorted((a, b) => a - b);
  return { least: sorted[0], spread: sorted[Math.floor(sorted.length / 2)] / sorted[0] };
}

async function startPython(folder) {
  const child = spawn('/usr/bin/python3', [join(here, 'python', 'numerics.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      OPENBLAS_NUM_THREADS: String(pythonThreads),
      OMP_NUM_THREADS: String(pythonThreads),
    },
  });
  const started = await new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
  });
  const lines = started
    ? createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    : undefined;
  const first = await lines?.next();
  if (!first || first.done) {
    console.log('python3 with NumPy was not found: no comparison.');
    return undefined;
  }
  return {
    versions: JSON.parse(first.value),
    stop: () => child.kill(),
    async time(name, n) {
      child.stdin.write(`${JSON.stringify({ name, n, folder })}\n`);
      const { value } = await lines.next();
      return JSON.parse(value).ms;
    },
  };
}

function difference(a, b) {
  let worst = 0;
  let scale = 0;
  for (let p = 0; p < a.data.length; p++) {
    worst = Math.max(worst, Math.abs(a.data[p] - b.data[p]));
    scale = Math.max(scale, Math.abs(b.data[p]));
  }
  return worst / scale;
}

/** Largest entry of A·V − V·W beside the largest eigenvalue. */
function residual(engine, a, { values, vectors }) {
  const product = engine.multiply(a, vectors);
  const expected = scaled(vectors, values);
  let worst = 0;
  for (let p = 0; p < product.data.length; p++) {
    worst = Math.max(worst, Math.abs(product.data[p] - expected.data[p]));
  }
  return worst / Math.max(...values.map(Math.abs));
}

function scaled(a, factors) {
  return { ...a, data: a.data.map((value, p) => value * factors[p % a.columns]) };
}

const milliseconds = (summary) => (summary ? summary.least.toPrecision(3) : '–');
const ratio = (summary, base) => (summary && base ? (summary.least / base.least).toFixed(2) : '–');

function lineOf({ name, n, ours, theirs, gigaflops }, engines) {
  const parts = ours.map((summary, k) => {
    const speed = gigaflops[k] ? ` (${gigaflops[k].toFixed(1)} GFLOPS)` : '';
    return `${engines[k].name} ${milliseconds(summary)}${speed} ×${ratio(summary, theirs)}`;
  });
  return `${name} ${n}: python ${milliseconds(theirs)} | ${parts.join(' | ')}`;
}

function documentOf(rows, engines, versions) {
  const names = engines.map(({ name }) => name.replace('wasm-', ''));
  const header = [
    'operation',
    'n',
    'Python',
    ...names,
    ...names.map((name) => `ratio ${name}`),
    'GFLOPS',
    'error',
    'spread',
  ];
  const lines = rows.map(({ name, n, ours, theirs, gigaflops, errors }) => [
    name,
    n,
    milliseconds(theirs),
    ...ours.map(milliseconds),
    ...ours.map((summary) => ratio(summary, theirs)),
    gigaflops[0] ? gigaflops.map((value) => value.toFixed(1)).join(' / ') : '–',
    errors[0] === undefined ? '–' : Math.max(...errors).toExponential(0),
    `${ours[0].spread.toFixed(2)} / ${theirs?.spread.toFixed(2) ?? '–'}`,
  ]);
  const table = [header, header.map(() => '---'), ...lines].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  const memory = Math.max(...rows.map((row) => row.memory)) / 2 ** 20;
  const python = versions
    ? Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')
    : 'not present';
  return `# The speed of the WebAssembly engine

Made by \`npm run bench -- numerics --write\` on ${new Date().toISOString().slice(0, 10)}; do not edit.

- Machine: ${cpus()[0].model.trim()}, ${availableParallelism()} processors, load average ${loadavg()[0].toFixed(1)} at the end of the run
- Runtime: Node ${process.version}; forms it knows: ${names.join(', ')}
- Python: ${python}, on ${pythonThreads} threads
- Times in milliseconds, copies into and out of the module included: the least of 3 to 30 turns taken alternately with Python.
  Ratios are to Python; below 1 is faster. Spread is the median beside the least, of ${names[0]} and of Python: where it is far from 1 the
  machine was busy, and the ratio is worth less.
- Error: the largest entry of the residual beside the largest of what it is a residual of, over all forms.
- The engine held ${memory.toFixed(0)} MiB of memory at most.

| operation | what is timed |
| --- | --- |
| multiply, multiplyFloat32, crossProduct | products of n × n matrices; NumPy's \`@\` |
| rbf | kernel matrix of n samples of 256 features; products, sums and \`exp\` in NumPy |
| cholesky, solve, solveMany, qr, eigen, svd | \`numpy.linalg\`; one right-hand side, and n of them |
| eigenTop50, kernelTop50 | the 50 largest pairs of a random symmetric and of an RBF kernel matrix; \`scipy.linalg.eigh\` with \`subset_by_index\` |
| eigenGeneralized | all pairs of a pencil; \`scipy.linalg.eigh(a, b)\` |
| transport, sinkhorn | between n and n points with 10 features, entropy 0.05 of the largest cost; \`ot.emd\`, \`ot.sinkhorn\` |
| meanMatching | the quadratic programme of kernel mean matching; \`cvxopt.solvers.qp\` |

${table.join('\n')}
`;
}
