import { type DenseMatrix, denseMatrix } from '@graft-ml/core';
import { softmaxRows } from '@graft-ml/numerics';

/** Class probabilities of log-odds scores: softmax of several columns; of one column, 1 / (1 + exp(±score)) with both tails to full precision. */
export function probabilitiesOfLogits(scores: DenseMatrix): DenseMatrix {
  if (scores.columns > 1) return softmaxRows(scores);
  const probabilities = denseMatrix(scores.rows, 2);
  for (let i = 0; i < scores.rows; i++) {
    probabilities.data[2 * i] = 1 / (1 + Math.exp(scores.data[i]));
    probabilities.data[2 * i + 1] = 1 / (1 + Math.exp(-scores.data[i]));
  }
  return probabilities;
}
