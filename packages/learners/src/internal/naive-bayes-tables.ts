import {
  type DenseMatrix,
  denseMatrix,
  type Matrix,
  selectRows,
  type SparseMatrix,
  TransferError,
} from '@graft-ml/core';
import { addRow, addSquares, meanRow, varianceRow } from './centred.js';
import type { ClassRows } from './class-rows.js';
import { linearScores } from './linear-scores.js';

/** What naive Bayes learns, per class and feature. */
export interface ClassTables {
  /** Weight of each class [classes]; 0 for one without rows. */
  readonly totals: Float64Array;
  /** [classes, nFeatures]: means (gaussian), or logarithms of the feature's share or chance. */
  readonly first: DenseMatrix;
  /** [classes, nFeatures]: variances (gaussian), logarithms of the chance of absence (bernoulli), zeros (multinomial). */
  readonly second: DenseMatrix;
}

/** Weighted means and variances, the floor added; 0 and 1 for a class without rows. */
export function gaussianTables(rows: ClassRows, varianceFloor: number): ClassTables {
  const { x, y, weights, totals, nClasses } = rows;
  const d = x.columns;
  const means = new Float64Array(nClasses * d);
  for (let i = 0; i < x.rows; i++) addRow(means, x, i, weights ? weights[i] : 1, y[i] * d);
  for (let p = 0; p < means.length; p++) means[p] /= totals[Math.floor(p / d)] || 1;
  const variances = squaredDeviations(rows, means);
  for (let p = 0; p < variances.length; p++) variances[p] /= totals[Math.floor(p / d)] || 1;
  const floor = varianceFloor * largestVariance(rows, means, variances);
  for (let p = 0; p < variances.length; p++) {
    variances[p] = totals[Math.floor(p / d)] > 0 ? variances[p] + floor : 1;
    if (!(variances[p] > 0 && variances[p] < Infinity)) throw badVariance(p % d, variances[p]);
  }
  return {
    totals,
    first: denseMatrix(nClasses, d, means),
    second: denseMatrix(nClasses, d, variances),
  };
}

/** Logarithms of smoothed shares (multinomial) or chances (bernoulli). */
export function countTables(
  rows: ClassRows,
  distribution: 'multinomial' | 'bernoulli',
  pseudoCount: number,
): ClassTables {
  const { y, weights, totals, nClasses } = rows;
  const x = distribution === 'bernoulli' ? presence(rows.x) : notNegative(rows.x);
  const d = x.columns;
  const counts = new Float64Array(nClasses * d).fill(pseudoCount);
  for (let i = 0; i < x.rows; i++) addRow(counts, x, i, weights ? weights[i] : 1, y[i] * d);
  const absent = new Float64Array(nClasses * d);
  for (let c = 0; c < nClasses; c++) {
    const row = counts.subarray(c * d, (c + 1) * d);
    if (distribution === 'multinomial') {
      const sum = row.reduce((a, b) => a + b, 0);
      for (let j = 0; j < d; j++) row[j] = Math.log(row[j] / sum);
      continue;
    }
    const chances = totals[c] + 2 * pseudoCount;
    for (let j = 0; j < d; j++) {
      absent[c * d + j] = Math.log1p(-row[j] / chances);
      row[j] = Math.log(row[j] / chances);
    }
  }
  return {
    totals,
    first: denseMatrix(nClasses, d, counts),
    second: denseMatrix(nClasses, d, absent),
  };
}

/** log p(c)·p(x | c) [rows, classes] of Gaussian features. */
export function gaussianRowScores(x: Matrix, tables: ClassTables): DenseMatrix {
  const { first, second } = tables;
  const d = first.columns;
  const base = logPriors(tables);
  const halved = second.data.map((variance) => 1 / (2 * variance));
  for (let p = 0; p < halved.length; p++) {
    base[Math.floor(p / d)] -= Math.log(2 * Math.PI * second.data[p]) / 2;
  }
  if (x.format === 'dense') return denseGaussianScores(x, first, halved, base);
  // Sparse rows add only what their entries change of a row of zeros.
  for (let p = 0; p < halved.length; p++) {
    base[Math.floor(p / d)] -= first.data[p] ** 2 * halved[p];
  }
  return sparseGaussianScores(x, first, halved, base);
}

function sparseGaussianScores(
  x: SparseMatrix,
  means: DenseMatrix,
  halved: Float64Array,
  base: Float64Array,
): DenseMatrix {
  const scores = denseMatrix(x.rows, base.length);
  for (let i = 0; i < x.rows; i++) {
    for (let c = 0; c < base.length; c++) {
      let sum = base[c];
      for (let p = x.rowStarts[i]; p < x.rowStarts[i + 1]; p++) {
        const q = c * x.columns + x.columnIndices[p];
        sum += x.values[p] * (2 * means.data[q] - x.values[p]) * halved[q];
      }
      scores.data[i * base.length + c] = sum;
    }
  }
  return scores;
}

function denseGaussianScores(
  { rows, columns, data }: DenseMatrix,
  means: DenseMatrix,
  halved: Float64Array,
  base: Float64Array,
): DenseMatrix {
  const nClasses = base.length;
  const scores = denseMatrix(rows, nClasses);
  for (let c = 0; c < nClasses; c++) {
    const mean = means.data.subarray(c * columns, (c + 1) * columns);
    const scale = halved.subarray(c * columns, (c + 1) * columns);
    let i = 0;
    // Two rows side by side: the processor need not wait for one sum before the next.
    for (; i + 1 < rows; i += 2) {
      let first = base[c];
      let second = base[c];
      for (let j = 0, p = i * columns; j < columns; j++, p++) {
        const gap = data[p] - mean[j];
        const other = data[p + columns] - mean[j];
        first -= gap * gap * scale[j];
        second -= other * other * scale[j];
      }
      scores.data[i * nClasses + c] = first;
      scores.data[(i + 1) * nClasses + c] = second;
    }
    for (; i < rows; i++) {
      let sum = base[c];
      for (let j = 0, p = i * columns; j < columns; j++, p++) {
        const gap = data[p] - mean[j];
        sum -= gap * gap * scale[j];
      }
      scores.data[i * nClasses + c] = sum;
    }
  }
  return scores;
}

/** log p(c)·p(x | c) [rows, classes] of counts or of presence. */
export function countRowScores(
  x: Matrix,
  tables: ClassTables,
  distribution: 'multinomial' | 'bernoulli',
): DenseMatrix {
  const { first, second } = tables;
  const d = first.columns;
  const base = logPriors(tables);
  for (let p = 0; p < second.data.length; p++) base[Math.floor(p / d)] += second.data[p];
  if (distribution === 'multinomial') return linearScores(notNegative(x), first, base);
  const odds = first.data.map((present, p) => present - second.data[p]);
  return linearScores(presence(x), { ...first, data: odds }, base);
}

/** −∞ for a class without rows. */
function logPriors({ totals }: ClassTables): Float64Array {
  const total = totals.reduce((sum, value) => sum + value, 0);
  return totals.map((value) => Math.log(value / total));
}

/** Σ w·(x − mean of the row's class)² per class and feature. */
function squaredDeviations(rows: ClassRows, means: Float64Array): Float64Array {
  const { x, y, weights, totals, nClasses } = rows;
  const d = x.columns;
  const squares = new Float64Array(nClasses * d);
  const met = new Float64Array(nClasses * d);
  for (let i = 0; i < x.rows; i++) {
    addSquares(squares, x, i, weights ? weights[i] : 1, means, met, y[i] * d);
  }
  if (x.format === 'csr') {
    for (let p = 0; p < squares.length; p++) {
      squares[p] += Math.max(0, totals[Math.floor(p / d)] - met[p]) * means[p] ** 2;
    }
  }
  return squares;
}

/** The largest variance of a feature over the rows that carry weight, each counted once. */
function largestVariance(rows: ClassRows, means: Float64Array, variances: Float64Array): number {
  const { x, weights } = rows;
  if (!weights) return largestTotalVariance(rows, means, variances);
  const kept = weights.some((weight) => weight === 0)
    ? selectRows(
        x,
        Int32Array.from(weights.keys()).filter((i) => weights[i] > 0),
      )
    : x;
  return varianceRow(kept, meanRow(kept)).reduce((a, b) => Math.max(a, b), 0);
}

/** Within and between classes: Σ_c n_c·(variance_c + (mean_c − mean)²) / n, of the feature where it is largest. */
function largestTotalVariance(
  { totals, total, nClasses }: ClassRows,
  means: Float64Array,
  variances: Float64Array,
): number {
  const d = means.length / nClasses;
  let largest = 0;
  for (let j = 0; j < d; j++) {
    let mean = 0;
    for (let c = 0; c < nClasses; c++) mean += (totals[c] * means[c * d + j]) / total;
    let sum = 0;
    for (let c = 0; c < nClasses; c++) {
      sum += totals[c] * (variances[c * d + j] + (means[c * d + j] - mean) ** 2);
    }
    largest = Math.max(largest, sum / total);
  }
  return largest;
}

function presence(x: Matrix): Matrix {
  const values = (x.format === 'dense' ? x.data : x.values).map((value) => (value > 0 ? 1 : 0));
  return x.format === 'dense' ? { ...x, data: values } : { ...x, values };
}

function notNegative(x: Matrix): Matrix {
  const values = x.format === 'dense' ? x.data : x.values;
  let at = 0;
  while (at < values.length && !(values[at] < 0)) at++;
  if (at === values.length) return x;
  throw new TransferError({
    code: 'INVALID_DATA',
    who: 'NaiveBayes',
    message: `multinomial features are counts and cannot be negative; "x" holds ${values[at]}. Use distribution: 'gaussian'.`,
    details: { argument: 'x', reason: 'negative', firstIndex: at },
  });
}

function badVariance(column: number, received: number): TransferError {
  return new TransferError({
    code: 'NUMERICAL',
    who: 'NaiveBayes',
    message: `the variance of column ${column} within a class is ${received}. Drop constant columns, or raise varianceFloor.`,
    details: { reason: 'variance', column, received },
  });
}
