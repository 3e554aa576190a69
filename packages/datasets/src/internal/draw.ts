import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import type { RandomSource } from '@graft-ml/numerics';

/** Independent standard normal entries. */
export function normalMatrix(random: RandomSource, rows: number, columns: number): DenseMatrix {
  const matrix = denseMatrix(rows, columns);
  for (let p = 0; p < matrix.data.length; p++) matrix.data[p] = random.normal();
  return matrix;
}

/** A direction drawn evenly from the sphere. */
export function unitVector(random: RandomSource, size: number): Float64Array {
  const vector = normalMatrix(random, 1, size).data;
  scaleToUnit(vector);
  return vector;
}

/** `count` orthonormal directions in `size` dimensions, drawn evenly; row by row. */
export function orthonormalRows(random: RandomSource, count: number, size: number): DenseMatrix {
  const matrix = normalMatrix(random, count, size);
  for (let i = 0; i < count; i++) {
    const row = matrix.data.subarray(i * size, (i + 1) * size);
    for (let k = 0; k < i; k++) {
      const other = matrix.data.subarray(k * size, (k + 1) * size);
      const overlap = dot(row, other);
      for (let j = 0; j < size; j++) row[j]! -= overlap * other[j]!;
    }
    scaleToUnit(row);
  }
  return matrix;
}

/** The unit vector at `degrees` from the unit vector `from`, in a random plane through it. */
export function turned(random: RandomSource, from: Float64Array, degrees: number): Float64Array {
  const side = unitVector(random, from.length);
  const overlap = dot(side, from);
  for (let j = 0; j < side.length; j++) side[j]! -= overlap * from[j]!;
  scaleToUnit(side);
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return from.map((value, j) => cos * value + sin * side[j]!);
}

/** Class indices 0 … shares.length − 1 in random order, each as often as its share of `n` says, rounded. */
export function labelsByShare(
  random: RandomSource,
  n: number,
  shares: readonly number[],
): Float64Array {
  const labels: number[] = [];
  let cumulative = 0;
  shares.forEach((share, label) => {
    cumulative += share;
    const end = label === shares.length - 1 ? n : Math.round(cumulative * n);
    while (labels.length < end) labels.push(label);
  });
  return Float64Array.from(random.shuffle(labels));
}

/** Class indices in random order, all classes equally often but for one row. */
export function evenLabels(random: RandomSource, n: number, nClasses: number): Float64Array {
  return labelsByShare(random, n, new Array<number>(nClasses).fill(1 / nClasses));
}

/** Row `i` is row `labels[i]` of `means` plus independent normal noise of standard deviation `spread`. */
export function aroundMeans(
  random: RandomSource,
  labels: Float64Array,
  means: DenseMatrix,
  spread: number,
): DenseMatrix {
  const x = normalMatrix(random, labels.length, means.columns);
  for (let i = 0; i < x.rows; i++) {
    const from = labels[i]! * means.columns;
    for (let j = 0; j < x.columns; j++) {
      const p = i * x.columns + j;
      x.data[p] = means.data[from + j]! + spread * x.data[p]!;
    }
  }
  return x;
}

/** The product x·a. */
export function times(x: DenseMatrix, a: DenseMatrix): DenseMatrix {
  const product = denseMatrix(x.rows, a.columns);
  for (let i = 0; i < x.rows; i++) {
    for (let k = 0; k < x.columns; k++) {
      const factor = x.data[i * x.columns + k]!;
      for (let j = 0; j < a.columns; j++) {
        product.data[i * a.columns + j]! += factor * a.data[k * a.columns + j]!;
      }
    }
  }
  return product;
}

/** `prefix`1, `prefix`2, … */
export function columnNames(count: number, prefix = 'x'): string[] {
  return Array.from({ length: count }, (_, j) => `${prefix}${j + 1}`);
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

function scaleToUnit(vector: Float64Array): void {
  const length = Math.sqrt(dot(vector, vector));
  for (let j = 0; j < vector.length; j++) vector[j]! /= length;
}
