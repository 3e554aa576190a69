import { type DenseMatrix, denseMatrix, type MatrixInput, toDense, toMatrix } from '@graft-ml/core';
import {
  covariance,
  logDeterminant,
  referenceLinearAlgebra,
  symmetricPower,
} from '@graft-ml/numerics';
import { checkOption, classIndices } from '../internal/inputs.js';

/** H-score: tr(cov(f)⁺ · cov(E[f|y])), how much of the features' spread lies between the classes; higher transfers better.
 *
 * Covariances over n − 1; the inverse is that of the null space left out. In [0, min(d, nClasses − 1)]. With few rows
 * beside many columns it tends to its maximum for any labels: use {@link regularizedHScore}, or reduce dimensions first.
 * Shapes   features [n, d], labels [n]. Paper: bao2019.
 */
export function hScore(features: MatrixInput, labels: ArrayLike<number>): number {
  const { f, means } = prepared('hScore', features, labels);
  const total = covariance(referenceLinearAlgebra, f);
  return traceOfProduct(pseudoInverse(total), covariance(referenceLinearAlgebra, means));
}

/** H-score with Ledoit and Wolf's shrunk covariance (divisor n): (1 − s)·tr(C⁻¹·cov(E[f|y])), C = (1 − s)·Ĉ + s·tr(Ĉ)/d·I.
 *
 * Paper: ibrahim2022; ledoit2004 for the shrinkage s.
 */
export function regularizedHScore(
  features: MatrixInput,
  labels: ArrayLike<number>,
): { readonly score: number; readonly shrinkage: number } {
  const { f, means } = prepared('regularizedHScore', features, labels);
  const { shrunk, shrinkage } = ledoitWolf(f);
  const trace = traceOfProduct(pseudoInverse(shrunk), covariance(referenceLinearAlgebra, means));
  return { score: (1 - shrinkage) * trace, shrinkage };
}

/** TransRate: R(f) − Σ_c (n_c/n)·R(f of class c), R(f) = ½·log|I + fᵀf/(n·ε)|, f centred once; higher transfers better.
 *
 * An estimate of the mutual information of features and labels by their coding rate. `weighting: 'equal'` takes the plain
 * mean over classes, as the code of others does; the paper weighs by class size. It sees second moments about the common
 * mean only: two classes that mirror each other about it score 0 however far apart they lie. Paper: huang2022.
 */
export function transRate(
  features: MatrixInput,
  labels: ArrayLike<number>,
  options: { readonly precision?: number; readonly weighting?: 'class-size' | 'equal' } = {},
): number {
  const { precision = 1e-4, weighting = 'class-size' } = options;
  checkOption('transRate', 'precision', precision, 'a number > 0', precision > 0);
  const { f, groups } = prepared('transRate', features, labels);
  const rate = (rows: readonly number[]) => {
    const { columns } = f;
    const part = denseMatrix(rows.length, columns);
    rows.forEach((i, at) =>
      part.data.set(f.data.subarray(i * columns, (i + 1) * columns), at * columns),
    );
    const gram = referenceLinearAlgebra.crossProduct(part);
    for (let p = 0; p < gram.data.length; p++) gram.data[p] /= rows.length * precision;
    for (let j = 0; j < columns; j++) gram.data[j * (columns + 1)] += 1;
    return logDeterminant(referenceLinearAlgebra, gram) / 2;
  };
  const whole = rate(Array.from({ length: f.rows }, (_, i) => i));
  return groups.reduce((sum, rows) => {
    const share = weighting === 'equal' ? 1 / groups.length : rows.length / f.rows;
    return sum - share * rate(rows);
  }, whole);
}

/** Gaussian Bhattacharyya coefficient: −Σ over pairs of classes of exp(−D_B), D_B between diagonal Gaussian fits; at most 0.
 *
 * 0 where classes do not overlap at all. Every class needs two rows or more; spreads keep at least 1e-6 of the mean one.
 * Paper: pandy2022.
 */
export function gaussianBhattacharyya(features: MatrixInput, labels: ArrayLike<number>): number {
  const { f, groups } = prepared('gaussianBhattacharyya', features, labels);
  const d = f.columns;
  const fits = groups.map((rows) => {
    const mean = new Float64Array(d);
    const variance = new Float64Array(d);
    for (const i of rows) for (let j = 0; j < d; j++) mean[j] += f.data[i * d + j] / rows.length;
    for (const i of rows) {
      for (let j = 0; j < d; j++) {
        variance[j] += (f.data[i * d + j] - mean[j]) ** 2 / Math.max(1, rows.length - 1);
      }
    }
    return { mean, variance };
  });
  const all = fits.flatMap(({ variance }) => Array.from(variance));
  const floor = (1e-6 * all.reduce((a, b) => a + b, 0)) / all.length + 1e-300;
  let sum = 0;
  for (let a = 0; a < fits.length; a++) {
    for (let b = a + 1; b < fits.length; b++) {
      let distance = 0;
      for (let j = 0; j < d; j++) {
        const [va, vb] = [fits[a], fits[b]].map(({ variance }) => Math.max(variance[j], floor));
        const shared = (va + vb) / 2;
        distance += (fits[a].mean[j] - fits[b].mean[j]) ** 2 / (8 * shared);
        distance += Math.log(shared / Math.sqrt(va * vb)) / 2;
      }
      sum -= Math.exp(-distance);
    }
  }
  return sum;
}

/** Centred features, a row of the class mean for every row, and the rows of every class that has some. */
function prepared(who: string, features: MatrixInput, labels: ArrayLike<number>) {
  const given = toDense(toMatrix(features, who, 'features'));
  classIndices(who, labels, given.rows, 'labels');
  const { rows, columns } = given;
  const mean = new Float64Array(columns);
  given.data.forEach((value, p) => (mean[p % columns] += value / rows));
  const f = denseMatrix(
    rows,
    columns,
    given.data.map((value, p) => value - mean[p % columns]),
  );
  const classes = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const groups = classes.map((c) => [...Array.from(labels).keys()].filter((i) => labels[i] === c));
  const means = denseMatrix(rows, columns);
  for (const group of groups) {
    const centre = new Float64Array(columns);
    for (const i of group)
      for (let j = 0; j < columns; j++) centre[j] += f.data[i * columns + j] / group.length;
    for (const i of group) means.data.set(centre, i * columns);
  }
  return { f, groups, means };
}

function pseudoInverse(a: DenseMatrix): DenseMatrix {
  return symmetricPower(referenceLinearAlgebra, a, -1, { nullSpace: 'zero', floor: 1e-13 });
}

function traceOfProduct(a: DenseMatrix, b: DenseMatrix): number {
  return a.data.reduce((sum, value, p) => sum + value * b.data[p], 0);
}

/** Ledoit and Wolf's shrinkage of the covariance (divisor n) of centred rows towards a multiple of I. */
function ledoitWolf(f: DenseMatrix): { readonly shrunk: DenseMatrix; readonly shrinkage: number } {
  const { rows: n, columns: d } = f;
  const sample = referenceLinearAlgebra.crossProduct(f);
  for (let p = 0; p < sample.data.length; p++) sample.data[p] /= n;
  let level = 0;
  for (let j = 0; j < d; j++) level += sample.data[j * (d + 1)] / d;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    let norm = 0;
    for (let j = 0; j < d; j++) norm += f.data[i * d + j] ** 2;
    squares += norm * norm;
  }
  const size = sample.data.reduce((sum, value) => sum + value * value, 0);
  const distance = (size - d * level * level) / d;
  const noise = Math.min((squares / n - size) / (d * n), distance);
  const shrinkage = distance > 0 ? noise / distance : 0;
  const shrunk = denseMatrix(
    d,
    d,
    sample.data.map((value) => (1 - shrinkage) * value),
  );
  for (let j = 0; j < d; j++) shrunk.data[j * (d + 1)] += shrinkage * level;
  return { shrunk, shrinkage };
}
