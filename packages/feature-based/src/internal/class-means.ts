import { type DenseMatrix, denseMatrix, type TrainingRows } from '@graft-ml/core';

/** Weighted mean of the rows of each class that has any weight: [classes present, nFeatures], with the encoded classes. */
export function classMeans({ x, y, weights }: TrainingRows): {
  readonly means: DenseMatrix;
  readonly classes: Float64Array;
} {
  const mass: number[] = [];
  for (let i = 0; i < x.rows; i++) mass[y[i]] = (mass[y[i]] ?? 0) + (weights ? weights[i] : 1);
  const present = Array.from(mass.keys()).filter((c) => mass[c] > 0);
  const position = new Map(present.map((c, k) => [c, k] as const));
  const { columns } = x;
  const sums = new Float64Array(present.length * columns);
  for (let i = 0; i < x.rows; i++) {
    const k = position.get(y[i]);
    if (k === undefined) continue;
    const share = (weights ? weights[i] : 1) / mass[y[i]];
    const at = k * columns;
    if (x.format === 'dense') {
      for (let j = 0; j < columns; j++) sums[at + j] += share * x.data[i * columns + j];
    } else {
      for (let p = x.rowStarts[i]; p < x.rowStarts[i + 1]; p++) {
        sums[at + x.columnIndices[p]] += share * x.values[p];
      }
    }
  }
  return {
    means: denseMatrix(present.length, columns, sums),
    classes: Float64Array.from(present),
  };
}
