// Accuracies on the 12 pairs of the Amazon reviews: which of 5 000 words are in each of 2 000 reviews per product.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSvmlight } from '@graft-ml/datasets/node';
import * as feature from '@graft-ml/feature-based';
import { LogisticRegression, RidgeClassifier } from '@graft-ml/learners';

const products = ['books', 'dvd', 'electronics', 'kitchen'];
const pairs = products.flatMap((a) => products.flatMap((b) => (a === b ? [] : [[a, b]])));

/** Rows of the table: name, how many of the most frequent words, the steps before logistic regression with C = 0.1 or another learner. */
const rows = [
  ['logistic regression', 5000, () => []],
  ['ridge, 100', 5000, () => [], (k) => new RidgeClassifier({ regularization: 100 }, k)],
  ['CORAL', 5000, (k) => [new feature.Coral({}, k)]],
  ['SCL', 5000, (k) => [new feature.StructuralCorrespondence({}, k)]],
  ['SFA', 5000, (k) => [new feature.SpectralFeatureAlignment({}, k)]],
  ['mSDA, r = 1 000', 5000, (k) => [msda({ nReconstructed: 1000, nLayers: 1 }, k)]],
  ['logistic regression, 1 000 words', 1000, () => []],
  ['mSDA, 1 layer, 1 000 words', 1000, (k) => [msda({ corruption: 0.7, nLayers: 1 }, k)]],
  ['mSDA, 3 layers, 1 000 words', 1000, (k) => [msda({ corruption: 0.7, nLayers: 3 }, k)]],
];

const msda = (options, k) => new feature.MarginalizedDenoising(options, k);

/** Prints the table row by row; with `write` into docs/amazon-reviews.md. */
export async function reviews({ workspace, only, write, linearAlgebra }) {
  const folder = join(workspace, '..', 'shared', 'data', 'amazon_reviews_bow5000');
  if (!existsSync(folder)) {
    console.error(`${folder} is not there: the Amazon reviews are needed.`);
    process.exitCode = 1;
    return;
  }
  const domains = {};
  for (const name of products) {
    const file = join(folder, `${name}.svm.gz`);
    const { x, y } = await readSvmlight(file, { firstIndex: 0, columns: 5000 });
    domains[name] = { x: { ...x, values: x.values.map(() => 1) }, y };
  }
  const letters = pairs.map(([a, b]) => `${a[0]}→${b[0]}`.toUpperCase());
  const lines = [`| method | ${letters.join(' | ')} | mean |`];
  lines.push(`| --- ${'| ---: '.repeat(pairs.length + 1)}|`);
  for (const [name, words, steps, learner] of rows) {
    if (only && !only.split(';').includes(name)) continue;
    const seen = words === 5000 ? domains : withWords(domains, words);
    const shares = [];
    for (const [a, b] of pairs) {
      const dependencies = { linearAlgebra };
      const last = learner?.(dependencies) ?? new LogisticRegression({ regularization: 10 });
      shares.push(await accuracyOf(steps(dependencies), last, seen[a], seen[b]));
    }
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    lines.push(`| ${name} | ${[...shares, mean].map((share) => share.toFixed(2)).join(' | ')} |`);
    console.log(lines.at(-1));
  }
  if (write) writeRows(join(workspace, 'docs', 'amazon-reviews.md'), lines);
}

/** Puts rows into the table of the page; rows that were not asked for stay as they are. */
function writeRows(page, [titles, rule, ...made]) {
  const text = readFileSync(page, 'utf8');
  const marked = /(<!-- table -->\n)([\s\S]*)(<!-- \/table -->)/;
  const nameOf = (line) => line.split('|')[1]?.trim();
  const before = text.match(marked)[2].split('\n');
  const kept = rows.flatMap(
    ([name]) => [...made, ...before].find((line) => nameOf(line) === name) ?? [],
  );
  writeFileSync(page, text.replace(marked, `$1\n${[titles, rule, ...kept].join('\n')}\n\n$3`));
}

/** Percentage of target reviews that are right. */
async function accuracyOf(steps, learner, source, target) {
  let problem = { source, target: { x: target.x }, task: 'classification' };
  for (const step of steps) ({ problem } = await step.fit(problem));
  const model = await learner.fit(problem);
  const labels = await model.predict(problem.target.x);
  return (100 * labels.filter((label, i) => label === target.y[i]).length) / target.y.length;
}

/** The reviews with the words that are in most reviews of all products. */
function withWords(domains, count) {
  const totals = new Float64Array(5000);
  for (const { x } of Object.values(domains)) for (const j of x.columnIndices) totals[j]++;
  const order = Array.from(totals.keys()).sort((a, b) => totals[b] - totals[a] || a - b);
  const place = new Map(
    order
      .slice(0, count)
      .sort((a, b) => a - b)
      .map((j, k) => [j, k]),
  );
  const chosen = ({ x, y }) => {
    const rowStarts = [0];
    const columnIndices = [];
    for (let i = 0; i < x.rows; i++) {
      for (let p = x.rowStarts[i]; p < x.rowStarts[i + 1]; p++) {
        const k = place.get(x.columnIndices[p]);
        if (k !== undefined) columnIndices.push(k);
      }
      rowStarts.push(columnIndices.length);
    }
    const values = new Float64Array(columnIndices.length).fill(1);
    return {
      x: {
        format: 'csr',
        rows: x.rows,
        columns: count,
        rowStarts: Int32Array.from(rowStarts),
        columnIndices: Int32Array.from(columnIndices),
        values,
      },
      y,
    };
  };
  return Object.fromEntries(
    Object.entries(domains).map(([name, domain]) => [name, chosen(domain)]),
  );
}
