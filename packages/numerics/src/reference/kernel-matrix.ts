import type { DenseMatrix, Kernel, Matrix } from '@graft-ml/core';
import { transposed, zeros } from '../internal/allocate.js';
import { checkKernel, checkSameColumns } from '../internal/checks.js';
import { pairwise, squaredDistances } from './distances.js';
import { multiply } from './multiply.js';

/** Kernel matrix [x.rows, y.rows]; exactly symmetric when `x` and `y` are the same object. */
export function kernelMatrix(kernel: Kernel, x: Matrix, y: Matrix): DenseMatrix {
  const who = 'kernelMatrix';
  checkSameColumns(x, y, who);
  checkKernel(kernel, x, y, who);
  switch (kernel.type) {
    case 'linear':
      return products(x, y, who);
    case 'rbf':
      return decay(squaredDistances(x, y), kernel.gamma);
    case 'laplacian':
      return decay(pairwise(x, y, addAbsoluteDifference, who), kernel.gamma);
    case 'chi2':
      return decay(pairwise(x, y, addChiSquare, who), kernel.gamma);
    case 'cosine':
      return cosines(products(x, y, who), x, y);
    case 'polynomial': {
      const { gamma, degree, constant } = kernel;
      return mapped(products(x, y, who), (product) => (gamma * product + constant) ** degree);
    }
    case 'sigmoid': {
      const { gamma, constant } = kernel;
      return mapped(products(x, y, who), (product) => Math.tanh(gamma * product + constant));
    }
  }
}

/** `x · yᵀ`, without a dense copy of what is sparse. */
function products(x: Matrix, y: Matrix, who: string): DenseMatrix {
  if (y.format === 'dense') return multiply(x, y, { transposeB: true });
  if (x.format === 'dense') return transposed(multiply(y, x, { transposeB: true }), who);
  const result = zeros(x.rows, y.rows, who);
  const row = new Float64Array(x.columns);
  for (let i = 0; i < x.rows; i++) {
    const start = x.rowStarts[i];
    const end = x.rowStarts[i + 1];
    for (let p = start; p < end; p++) row[x.columnIndices[p]] = x.values[p];
    for (let j = 0; j < y.rows; j++) {
      let sum = 0;
      for (let q = y.rowStarts[j]; q < y.rowStarts[j + 1]; q++) {
        sum += row[y.columnIndices[q]] * y.values[q];
      }
      result.data[i * y.rows + j] = sum;
    }
    for (let p = start; p < end; p++) row[x.columnIndices[p]] = 0;
  }
  return result;
}

function decay(distances: DenseMatrix, gamma: number): DenseMatrix {
  return mapped(distances, (distance) => Math.exp(-gamma * distance));
}

/** Divides by both norms; 0 where a row is zero. */
function cosines(result: DenseMatrix, x: Matrix, y: Matrix): DenseMatrix {
  const normsX = inverseNorms(x);
  const normsY = x === y ? normsX : inverseNorms(y);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < y.rows; j++) result.data[i * y.rows + j] *= normsX[i] * normsY[j];
  }
  return result;
}

function inverseNorms(x: Matrix): Float64Array {
  const norms = new Float64Array(x.rows);
  const values = x.format === 'dense' ? x.data : x.values;
  for (let i = 0; i < x.rows; i++) {
    const start = x.format === 'dense' ? i * x.columns : x.rowStarts[i];
    const end = x.format === 'dense' ? start + x.columns : x.rowStarts[i + 1];
    let sum = 0;
    for (let p = start; p < end; p++) sum += values[p] * values[p];
    norms[i] = sum === 0 ? 0 : 1 / Math.sqrt(sum);
  }
  return norms;
}

/** Replaces every entry of a matrix this module has just made. */
function mapped(matrix: DenseMatrix, change: (value: number) => number): DenseMatrix {
  const { data } = matrix;
  for (let p = 0; p < data.length; p++) data[p] = change(data[p]);
  return matrix;
}

export function addAbsoluteDifference(total: number, a: number, b: number): number {
  return total + (a > b ? a - b : b - a);
}

export function addChiSquare(total: number, a: number, b: number): number {
  const sum = a + b;
  const difference = a - b;
  return sum === 0 ? total : total + (difference * difference) / sum;
}
