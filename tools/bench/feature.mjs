// `npm run bench -- feature [--data ../shared/data/office_caltech10_surf] [--table] [--write] [--only coral,gfk]`
// Without options: fit and transform of every method on the digits demo (2 000 + 1 797 rows of 64 features), beside Python peers
// where python3 (or the PYTHON of the environment) has them. `--table`: accuracies on the 12 Office-Caltech10 pairs; with `--write` into docs/office-caltech10.md.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import * as feature from '@graft-ml/feature-based';
import { NearestNeighbours, RowNormalizer, Standardizer } from '@graft-ml/learners';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';

const workspace = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const pairs = ['CA', 'CW', 'CD', 'AC', 'AW', 'AD', 'WC', 'WA', 'WD', 'DC', 'DA', 'DW'];
const files = { C: 'caltech10', A: 'amazon', W: 'webcam', D: 'dslr' };

/** Rows of the table: name, what is made of a kernel of linear algebra, published accuracies where there are any. */
const rows = [
  ['1-NN', () => []],
  ['CORAL', (k) => [new feature.Coral({}, k)]],
  ['SA, 20', (k) => [new feature.SubspaceAlignment({}, k)]],
  ['TCA linear, 30', (k) => [new feature.TransferComponentAnalysis({}, k)]],
  ['TCA primal, 100', (k) => [tca({ kernel: 'primal', nComponents: 100 }, k)]],
  ['GFK, 20', (k) => [new feature.GeodesicFlowKernel({}, k)]],
  ['JDA primal, 100', (k) => [new feature.JointDistributionAdaptation({}, k)]],
  ['JDA linear, 100', (k) => [new feature.JointDistributionAdaptation({ kernel: 'linear' }, k)]],
  ['BDA, 30', (k) => [new feature.BalancedDistributionAdaptation({}, k)]],
  ['OT exact', (k) => [new feature.OptimalTransportAdaptation({}, k)]],
  ['OT entropic, 0.01', (k) => [ot({ plan: 'entropic' }, k)]],
  ['EasyTL', (k) => [new feature.EasyTransferLearning({}, k)]],
  ['CORAL + EasyTL', (k) => [new feature.Coral({}, k), new feature.EasyTransferLearning({}, k)]],
];

const tca = (options, k) => new feature.TransferComponentAnalysis(options, k);
const ot = (options, k) => new feature.OptimalTransportAdaptation(options, k);

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      table: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const linearAlgebra = await loadWasmLinearAlgebra();
  const folder = resolve(values.data ?? join(workspace, '..', 'shared/data/office_caltech10_surf'));
  if (values.table) await table(linearAlgebra, folder, values);
  else await digits(linearAlgebra, values.only?.split(','));
}

async function table(linearAlgebra, folder, { write, only }) {
  if (!existsSync(folder)) {
    console.error(`${folder} is not there: give the Office-Caltech10 folder with --data.`);
    process.exitCode = 1;
    return;
  }
  const domains = await readOffice(folder);
  const lines = [`| method | ${pairs.map((p) => `${p[0]}→${p[1]}`).join(' | ')} | mean |`];
  lines.push(`| --- ${'| ---: '.repeat(pairs.length + 1)}|`);
  for (const [name, make] of rows) {
    if (only && !only.split(',').includes(name)) continue;
    const accuracies = [];
    for (const pair of pairs) {
      const [source, target] = [domains[pair[0]], domains[pair[1]]];
      const predicted = await predict(make({ linearAlgebra }), linearAlgebra, source, target);
      accuracies.push(
        (100 * predicted.filter((y, i) => y === target.y[i]).length) / target.y.length,
      );
    }
    const mean = accuracies.reduce((sum, value) => sum + value, 0) / pairs.length;
    lines.push(`| ${name} | ${[...accuracies, mean].map((v) => v.toFixed(2)).join(' | ')} |`);
    console.log(lines.at(-1));
  }
  if (!write) return;
  const page = join(workspace, 'docs', 'office-caltech10.md');
  const text = readFileSync(page, 'utf8');
  const marked = /(<!-- table -->\n)[\s\S]*(<!-- \/table -->)/;
  writeFileSync(page, text.replace(marked, `$1\n${lines.join('\n')}\n\n$2`));
}

async function predict(steps, linearAlgebra, { x, y }, target) {
  let problem = { source: { x, y }, target: { x: target.x }, task: 'classification' };
  for (const step of steps) {
    if (step.produces === 'model') {
      const model = await step.fit(problem);
      return model.predict(problem.target.x);
    }
    ({ problem } = await step.fit(problem));
  }
  const model = await new NearestNeighbours({ neighbours: 1 }, { linearAlgebra }).fit(problem);
  return model.predict(problem.target.x);
}

async function readOffice(folder) {
  const domains = {};
  for (const [key, name] of Object.entries(files)) {
    const text = gunzipSync(readFileSync(join(folder, `${name}.csv.gz`))).toString('utf8');
    const lines = text.trim().split('\n').slice(1);
    const data = new Float64Array(lines.length * 800);
    const y = lines.map((line, i) => {
      const [label, ...values] = line.split(',').map(Number);
      data.set(values, i * 800);
      return label;
    });
    const raw = { format: 'dense', rows: lines.length, columns: 800, data };
    const shares = await new RowNormalizer({ norm: 'l1' }).fit({
      source: { x: raw },
      target: { x: raw },
    });
    domains[key] = { x: (await new Standardizer().fit(shares.problem)).problem.target.x, y };
  }
  return domains;
}

const timed = [
  ['coral', (k) => new feature.Coral({}, k), 'np_coral(s, t)'],
  ['subspace-alignment', (k) => new feature.SubspaceAlignment({}, k), 'np_sa(s, t)'],
  [
    'linear-monge',
    (k) => new feature.LinearMonge({}, k),
    'ot.da.LinearTransport(reg=1e-6).fit(Xs=s, Xt=t).transform(Xs=s)',
  ],
  ['gfk', (k) => new feature.GeodesicFlowKernel({}, k)],
  ['tca', (k) => new feature.TransferComponentAnalysis({}, k), 'np_tca(s, t)'],
  ['jda', (k) => new feature.JointDistributionAdaptation({}, k)],
  ['bda', (k) => new feature.BalancedDistributionAdaptation({}, k)],
  ['ot', (k) => ot({}, k), 'ot.da.EMDTransport(norm="max").fit(Xs=s, Xt=t).transform(Xs=s)'],
  [
    'ot entropic',
    (k) => ot({ plan: 'entropic' }, k),
    'ot.da.SinkhornTransport(reg_e=0.01, norm="max", max_iter=10000).fit(Xs=s, Xt=t).transform(Xs=s)',
  ],
];

async function digits(linearAlgebra, only) {
  const { digitsDemo } = await import('@graft-ml/datasets');
  const { problem } = digitsDemo({ seed: 1 });
  const chosen = timed.filter(([name]) => !only || only.includes(name));
  const peers = python(problem, chosen);
  for (const [name, make] of chosen) {
    let best = Infinity;
    for (let repeat = 0; repeat < 3; repeat++) {
      const before = process.cpuUsage();
      await make({ linearAlgebra }).fit(problem);
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, (user + system) / 1e6);
    }
    const peer = peers[name];
    const ratio = peer
      ? `peer ${peer.toFixed(3)} s   ratio ${(peer / best).toFixed(1)}`
      : 'no peer';
    console.log(`${name.padEnd(20)} ${best.toFixed(3)} s   ${ratio}`);
  }
  console.log(
    `peak resident memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB; seconds of processor time`,
  );
}

/** Seconds of processor time of the peers, best of three; {} without python3, NumPy, SciPy and POT. */
function python({ source, target }, chosen) {
  const script = `
import json, sys, time, numpy as np, scipy.linalg as la, ot
d = json.load(sys.stdin); s = np.array(d['s'], float); t = np.array(d['t'], float)
def root(c, p):
    w, v = la.eigh(c); return (v * w ** p) @ v.T
def np_coral(s, t):
    i = np.eye(s.shape[1]); return s @ root(np.cov(s.T) + i, -.5) @ root(np.cov(t.T) + i, .5)
def axes(x, k):
    return la.eigh(np.cov(x.T))[1][:, ::-1][:, :k]
def np_sa(s, t):
    a, b = axes(s, 20), axes(t, 20); return (s - s.mean(0)) @ a @ (a.T @ b), (t - t.mean(0)) @ b
def np_tca(s, t):
    x = np.vstack([s, t]); x = x / np.linalg.norm(x, axis=1, keepdims=True); n, m = len(s), len(t)
    k = x @ x.T; e = np.r_[np.full(n, 1 / n), np.full(m, -1 / m)]; g = k @ e
    c = k - k.mean(0); b = np.outer(g, g) / (e @ e) + np.eye(n + m)
    w, v = la.eigh(c.T @ c, b, subset_by_index=[n + m - 30, n + m - 1]); return k @ v
out = {}
for name, code in d['codes']:
    best = 1e9
    for _ in range(1 if name == 'tca' else 3):
        a = time.process_time(); eval(code); best = min(best, time.process_time() - a)
    out[name] = best
print(json.dumps(out))`;
  const lists = ({ x }) => (Array.isArray(x) ? x.map((row) => Array.from(row)) : rowsOf(x));
  const codes = chosen.filter(([, , code]) => code).map(([name, , code]) => [name, code]);
  const input = JSON.stringify({ s: lists(source), t: lists(target), codes });
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const { status, stdout, stderr } = spawnSync(process.env.PYTHON ?? 'python3', ['-c', script], {
    input,
    env,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) console.error(`no peers: ${stderr.trim().split('\n').at(-1)}`);
  return status === 0 ? JSON.parse(stdout.trim().split('\n').at(-1)) : {};
}

function rowsOf({ rows: n, columns, data }) {
  return Array.from({ length: n }, (_, i) =>
    Array.from(data.slice(i * columns, (i + 1) * columns)),
  );
}
