// `npm run bench -- feature [--only coral,gfk] [--limit 8] [--large] [--write]`: times every method on the digits demo, on
// Office-Caltech10 and on Amazon reviews where ../shared/data has them, turn by turn with Python (see feature/speed.mjs);
// `--large`: TCA and JDA on 20 000 rows instead; `--write`: into docs/benchmarks/feature.md.
// `--table [--data ../shared/data/office_caltech10_surf]`: accuracies on the 12 Office-Caltech10 pairs; with `--write` into docs/office-caltech10.md; rows are chosen as `--only 'MEDA;PCA, 20'`.
// `--reviews`: accuracies on the 12 pairs of the Amazon reviews; with `--write` into docs/amazon-reviews.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import * as feature from '@graft-ml/feature-based';
import {
  LinearSvm,
  NearestNeighbours,
  PrincipalComponents,
  RidgeClassifier,
  RowNormalizer,
  Standardizer,
} from '@graft-ml/learners';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { reviews } from './feature/reviews.mjs';
import { speed } from './feature/speed.mjs';

const workspace = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const pairs = ['CA', 'CW', 'CD', 'AC', 'AW', 'AD', 'WC', 'WA', 'WD', 'DC', 'DA', 'DW'];
const files = { C: 'caltech10', A: 'amazon', W: 'webcam', D: 'dslr' };

/** Rows of the table: name, what is made of a kernel of linear algebra, published accuracies where there are any. */
const rows = [
  ['1-NN', () => []],
  ['1-NN, unit rows', () => [unit()]],
  ['PCA, 20', (k) => [new PrincipalComponents({ nComponents: 20 }, k)]],
  ['ridge', (k) => [new RidgeClassifier({ regularization: 1 }, k)]],
  ['SVM', (k) => [svm(k)]],
  ['CORAL + SVM', (k) => [new feature.Coral({}, k), svm(k)]],
  ['CORAL', (k) => [new feature.Coral({}, k)]],
  ['SA, 20', (k) => [new feature.SubspaceAlignment({}, k)]],
  ['TCA linear, 30', (k) => [new feature.TransferComponentAnalysis({}, k)]],
  ['TCA primal, 100', (k) => [tca({ kernel: 'primal', nComponents: 100 }, k)]],
  ['GFK, 20', (k) => [new feature.GeodesicFlowKernel({}, k)]],
  ['JDA primal, 100', (k) => [new feature.JointDistributionAdaptation({}, k)]],
  ['JDA linear, 100', (k) => [new feature.JointDistributionAdaptation({ kernel: 'linear' }, k)]],
  ['JGSA, 30', (k) => [unit(), new feature.JointGeometricalAlignment({}, k)]],
  ['BDA, 30', (k) => [new feature.BalancedDistributionAdaptation({}, k)]],
  ['TJM linear, 20', (k) => [unit(), new feature.TransferJointMatching({}, k)]],
  ['JPDA primal, 30', (k) => [unit(), jpda({ nComponents: 30 }, k)]],
  ['SCA, 9', (k) => [unit(), new feature.ScatterComponentAnalysis({}, k)]],
  ['OT exact', (k) => [new feature.OptimalTransportAdaptation({}, k)]],
  ['OT entropic, 0.01', (k) => [ot({ plan: 'entropic' }, k)]],
  ['EasyTL', (k) => [new feature.EasyTransferLearning({}, k)]],
  ['ARTL', (k) => [unit(), artl({ gamma: 1, maxIterations: 3 }, k)]],
  ['MEDA', (k) => [new feature.ManifoldEmbeddedAlignment({}, k)]],
  ['CORAL + EasyTL', (k) => [new feature.Coral({}, k), new feature.EasyTransferLearning({}, k)]],
];

const tca = (options, k) => new feature.TransferComponentAnalysis(options, k);
const artl = (options, k) => new feature.AdaptationRegularization(options, k);
const jpda = (options, k) => new feature.JointProbabilityAdaptation(options, k);
const svm = (k) => new LinearSvm({ regularization: 1, penalizeIntercept: true }, k);
const unit = () => new RowNormalizer({ norm: 'l2' });
const ot = (options, k) => new feature.OptimalTransportAdaptation(options, k);

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      table: { type: 'boolean', default: false },
      reviews: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string' },
      large: { type: 'boolean', default: false },
      limit: { type: 'string', default: '8' },
    },
  });
  const linearAlgebra = await loadWasmLinearAlgebra();
  const folder = resolve(values.data ?? join(workspace, '..', 'shared/data/office_caltech10_surf'));
  if (values.table) await table(linearAlgebra, folder, values);
  else if (values.reviews) await reviews({ ...values, workspace, linearAlgebra });
  else await speed({ ...values, limit: Number(values.limit) });
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
    if (only && !only.split(';').includes(name)) continue;
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
  const marked = /(<!-- table -->\n)([\s\S]*)(<!-- \/table -->)/;
  const before = text.match(marked)[2].split('\n');
  const nameOf = (line) => line.split('|')[1]?.trim();
  // Rows that were not asked for stay as they are.
  const kept = rows.map(([name]) => [...lines, ...before].find((line) => nameOf(line) === name));
  const merged = [...lines.slice(0, 2), ...kept.filter(Boolean)].join('\n');
  writeFileSync(page, text.replace(marked, `$1\n${merged}\n\n$3`));
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
