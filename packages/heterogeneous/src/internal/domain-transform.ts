import { denseMatrix, type DenseMatrix } from '@graft-ml/core';

/** What a transform is pulled to: the rectangular identity, or zero. */
export type TransformPrior = 'identity' | 'zero';

/** The start of a transform [rows, columns]. */
export function priorTransform(prior: TransformPrior, rows: number, columns: number): DenseMatrix {
  const transform = denseMatrix(rows, columns);
  if (prior === 'zero') return transform;
  for (let j = 0; j < Math.min(rows, columns); j++) transform.data[j * (columns + 1)] = 1;
  return transform;
}

/** value += λ/2·‖W − W₀‖², gradient += λ·(W − W₀); returns the value. */
export function pullTo(
  prior: Float64Array,
  w: Float64Array,
  gradient: Float64Array,
  regularization: number,
): number {
  let value = 0;
  for (let p = 0; p < w.length; p++) {
    const change = w[p] - prior[p];
    value += (regularization / 2) * change * change;
    gradient[p] += regularization * change;
  }
  return value;
}
