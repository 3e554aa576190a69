// `npm run bench -- learners [--sizes 1000,2000,5000] [--features 50] [--repeats 9] [--only svm] [--json out.json]`:
// fits and predicts with every learner, and with scikit-learn on the same numbers where python3 has it, each the best of some
// repeats. Times are seconds of processor time of one thread; the exponent is the slope of log time over log rows, by least squares.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as learners from '@graft-ml/learners';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { growthExponent, show } from './shared/figures.mjs';
import { findPython, oneThread } from './shared/worker.mjs';

// Both then end less than 1e-8 of the objective above its minimum.
const logistic = (k) => new learners.LogisticRegression({ tolerance: 1e-5 }, k);

const cases = [
  classifier('logistic, 2 classes', 'y2', logistic, 'LogisticRegression(max_iter=1000)'),
  classifier('the same by liblinear', 'y2', logistic, 'LogisticRegression(solver="liblinear")'),
  classifier('logistic, related columns', 'y2', logistic, 'LogisticRegression(max_iter=10000)', {
    rows: 'related',
  }),
  classifier('logistic, 5 classes', 'y5', logistic, 'LogisticRegression(max_iter=1000)'),
  classifier(
    'ridge classifier',
    'y5',
    (k) => new learners.RidgeClassifier({}, k),
    'RidgeClassifier()',
  ),
  regression('ridge', (k) => new learners.RidgeRegression({}, k), 'Ridge()'),
  regression(
    'elastic net',
    (k, n) => new learners.ElasticNet({ regularization: 0.1 * n, tolerance: 1e-4 }, k),
    'ElasticNet(alpha=0.1)',
  ),
  classifier(
    'linear svm, 2 classes',
    'y2',
    (k) => new learners.LinearSvm({ penalizeIntercept: true }, k),
    'LinearSVC(dual=False, max_iter=10000)',
  ),
  classifier(
    'svc rbf, 2 classes',
    'y2',
    (k) => new learners.SupportVectorClassifier({ tolerance: 1e-3 }, k),
    'SVC(cache_size=1000)',
  ),
  classifier(
    'svc rbf, 5 classes',
    'y5',
    (k) => new learners.SupportVectorClassifier({ tolerance: 1e-3 }, k),
    'SVC(cache_size=1000)',
  ),
  classifier(
    'svc rbf, to 1e-6',
    'y2',
    (k) => new learners.SupportVectorClassifier({}, k),
    'SVC(cache_size=1000, tol=1e-6)',
  ),
  regression(
    'svr rbf',
    (k) => new learners.SupportVectorRegression({ tolerance: 1e-3 }, k),
    'SVR(cache_size=1000)',
  ),
  classifier(
    '1-nn, 50 features',
    'y5',
    (k) => new learners.NearestNeighbours({ neighbours: 1 }, k),
    'KNeighborsClassifier(1, algorithm="brute")',
  ),
  classifier(
    '5-nn, 3 features',
    'y5',
    (k) => new learners.NearestNeighbours({}, k),
    'KNeighborsClassifier(5)',
    { features: 3 },
  ),
  classifier('naive bayes', 'y5', () => new learners.NaiveBayes(), 'GaussianNB()'),
  classifier(
    'naive bayes, counts',
    'y5',
    () => new learners.NaiveBayes({ distribution: 'multinomial' }),
    'MultinomialNB()',
    { rows: 'counts' },
  ),
  classifier(
    'lda',
    'y5',
    (k) => new learners.LinearDiscriminant({}, k),
    'LinearDiscriminantAnalysis(solver="lsqr")',
  ),
  classifier(
    'qda',
    'y5',
    (k) => new learners.QuadraticDiscriminant({}, k),
    'QuadraticDiscriminantAnalysis()',
  ),
  classifier('tree', 'y5', () => new learners.DecisionTree(), 'DecisionTreeClassifier()'),
  regression('regression tree', () => new learners.DecisionTree(), 'DecisionTreeRegressor()'),
  classifier(
    'forest, 50 trees',
    'y5',
    () => new learners.RandomForest({ nTrees: 50 }),
    'RandomForestClassifier(50)',
  ),
  regression(
    'regression forest, 20',
    () => new learners.RandomForest({ nTrees: 20 }),
    'RandomForestRegressor(20, max_features=1/3)',
  ),
  classifier(
    'adaboost, 50 stumps',
    'y2',
    () => new learners.AdaBoost(),
    'AdaBoostClassifier(n_estimators=50, algorithm="SAMME")',
  ),
  regression(
    'gaussian process',
    (k) => new learners.GaussianProcess({ covariance: 'rbf', lengthScale: 7 }, k),
    'GaussianProcessRegressor(RBF(7), alpha=0.1, optimizer=None)',
    { most: 2000 },
  ),
];

/** Runs all cases and prints a table. */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      sizes: { type: 'string', default: '1000,2000,5000' },
      features: { type: 'string', default: '50' },
      repeats: { type: 'string', default: '9' },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
    },
  });
  const sizes = values.sizes.split(',').map(Number);
  const repeats = Number(values.repeats);
  const chosen = cases.filter(({ name }) => name.includes(values.only));
  const linearAlgebra = await fastestEngine();
  const python = findPython();
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'));
  const rows = [];
  try {
    console.log(
      `engine ${linearAlgebra.name}; ${python ? `scikit-learn ${python.versions.sklearn}` : 'no scikit-learn found'}; node ${process.version}\n`,
    );
    console.log(header(sizes));
    for (const given of chosen) {
      const row = { name: given.name, graft: [], sklearn: [] };
      for (const n of sizes) {
        const fits = n <= given.most;
        const data = fits && sample(n, given.features ?? Number(values.features), given.rows);
        row.graft.push(fits ? await timeGraft(given, data, { linearAlgebra }, repeats) : undefined);
        row.sklearn.push(
          fits && python ? timeSklearn(python, given, data, folder, repeats) : undefined,
        );
      }
      rows.push(row);
      console.log(line(row, sizes));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ sizes, rows }, undefined, 2)}\n`);
}

/** `special`: another number of features, other rows than plain ones, the most rows there is time for. */
function classifier(name, labels, make, sklearn, special = {}) {
  return { most: Infinity, ...special, name, labels, make, sklearn, task: 'classification' };
}

function regression(name, make, sklearn, special = {}) {
  return {
    most: Infinity,
    ...special,
    name,
    labels: 'value',
    make,
    sklearn,
    task: 'regression',
  };
}

/** Rows with two and five overlapping classes and a noisy value, all from linear scores and a bend. */
function sample(n, d, rows) {
  const random = randomSource(7);
  const x = new Float64Array(n * d);
  for (let p = 0; p < x.length; p++) x[p] = random.normal();
  const directions = Array.from({ length: 5 * d }, () => random.normal() / Math.sqrt(d));
  const score = (i, c) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += x[i * d + j] * directions[c * d + j];
    return sum + 0.3 * random.normal();
  };
  const y5 = Float64Array.from({ length: n }, (_, i) => {
    const scores = [0, 1, 2, 3, 4].map((c) => score(i, c));
    return scores.indexOf(Math.max(...scores));
  });
  const y2 = Float64Array.from({ length: n }, (_, i) =>
    score(i, 0) + x[i * d] * x[i * d + 1] > 0 ? 1 : 0,
  );
  const value = Float64Array.from({ length: n }, (_, i) => score(i, 1) + Math.sin(2 * x[i * d]));
  return { n, d, x: reshaped(x, d, rows), y5, y2, value };
}

/** Plain rows, counts of about their size, or columns most of whose spread is common. */
function reshaped(x, d, rows) {
  if (rows === 'counts') return x.map((value) => Math.round(2 * Math.abs(value)));
  if (rows !== 'related') return x;
  return x.map((value, p) => 0.1 * value + x[p - (p % d)] + x[p - (p % d) + 1 + (p % 4)]);
}

/** Seconds to fit and to predict the training rows, the best of `repeats`. */
async function timeGraft({ make, labels, task }, data, dependencies, repeats) {
  const x = { format: 'dense', rows: data.n, columns: data.d, data: data.x };
  let best = Infinity;
  for (let k = 0; k < repeats; k++) {
    const start = process.cpuUsage();
    const model = await make(dependencies, data.n).fit({ x, y: data[labels], task });
    await model.predictEncoded(x);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}

function timeSklearn(python, { sklearn, labels, task }, data, folder, repeats) {
  const file = join(folder, 'data.f64');
  const y = data[labels];
  writeFileSync(file, Buffer.concat([data.x, y].map((array) => Buffer.from(array.buffer))));
  const program = `
import time, warnings
import numpy as np
warnings.simplefilter('ignore')
from sklearn.linear_model import *
from sklearn.svm import *
from sklearn.neighbors import *
from sklearn.naive_bayes import *
from sklearn.discriminant_analysis import *
from sklearn.tree import *
from sklearn.ensemble import *
from sklearn.gaussian_process import *
from sklearn.gaussian_process.kernels import RBF
flat = np.fromfile(${JSON.stringify(file)})
x = flat[:${data.n * data.d}].reshape(${data.n}, ${data.d})
y = flat[${data.n * data.d}:]${task === 'classification' ? '.astype(int)' : ''}
best = 1e9
for _ in range(${repeats}):
    start = time.process_time()
    ${sklearn}.fit(x, y).predict(x)
    best = min(best, time.process_time() - start)
print(best)
`;
  const { stdout, status, stderr } = spawnSync(python.command, ['-c', program], {
    encoding: 'utf8',
    env: oneThread(),
  });
  if (status === 0) return Number(stdout);
  console.error(stderr.trim().split('\n').at(-1));
  return undefined;
}

async function fastestEngine() {
  try {
    const { loadWasmLinearAlgebra } = await import('@graft-ml/numerics/wasm');
    return await loadWasmLinearAlgebra();
  } catch {
    return referenceLinearAlgebra;
  }
}

function header(sizes) {
  const columns = sizes.map((n) => `n = ${n}`.padStart(26)).join('');
  const units = sizes.map(() => '   graft s  sklearn s ratio').join('');
  return `${''.padEnd(24)}${columns}   exponent\n${''.padEnd(24)}${units}`;
}

function line({ name, graft, sklearn }, sizes) {
  const columns = graft.map((seconds, k) => {
    const other = sklearn[k];
    const ratio = seconds && other ? (seconds / other).toFixed(2) : '';
    return show(seconds).padStart(10) + show(other).padStart(10) + ratio.padStart(6);
  });
  const known = graft.map((seconds, k) => [sizes[k], seconds]).filter(([, seconds]) => seconds);
  const slope = known.length > 1 ? growthExponent(known) : NaN;
  return name.padEnd(24) + columns.join('') + slope.toFixed(2).padStart(11);
}
