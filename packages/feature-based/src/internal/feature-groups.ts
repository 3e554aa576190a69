import {
  type DenseMatrix,
  denseMatrix,
  type Matrix,
  type Model,
  type RunOptions,
  TransferError,
} from '@graft-ml/core';
import { logSumExp, minimizeLbfgs } from '@graft-ml/numerics';
import { selectColumns } from './select-columns.js';

/** A classifier of some of the features. */
export interface FeatureGroup {
  readonly group: string;
  /** Positions of its features, ascending. */
  readonly columns: Int32Array;
  readonly model: Model;
}

/** Probabilities are taken as at least this, so that their logarithms are finite. */
const leastShare = 1e-12;

/** s_k = log probabilities less their mean over the classes, of each group [rows, classes].
 *
 * Errors: `UNSUPPORTED` for models without probabilities.
 */
export async function groupScores(
  who: string,
  x: Matrix,
  groups: readonly FeatureGroup[],
  run: RunOptions | undefined,
): Promise<readonly DenseMatrix[]> {
  const scores: DenseMatrix[] = [];
  for (const { columns, model } of groups) {
    if (!model.predictProba) {
      throw new TransferError({
        code: 'UNSUPPORTED',
        who,
        message:
          'weighs groups by their probabilities, which this classifier does not give. Use another one, LogisticRegression say.',
        details: { capability: 'predictProba' },
      });
    }
    const {
      rows,
      columns: nClasses,
      data,
    } = await model.predictProba(selectColumns(x, columns), run);
    const logs = data.map((share) => Math.log(Math.max(share, leastShare)));
    for (let i = 0; i < rows; i++) {
      let mean = 0;
      for (let c = 0; c < nClasses; c++) mean += logs[i * nClasses + c] / nClasses;
      for (let c = 0; c < nClasses; c++) logs[i * nClasses + c] -= mean;
    }
    scores.push(denseMatrix(rows, nClasses, logs));
  }
  return scores;
}

/** Σ_k θ_k·s_k [rows, classes]. */
export function weightedScores(
  scores: readonly DenseMatrix[],
  weights: ArrayLike<number>,
): DenseMatrix {
  const { rows, columns } = scores[0];
  const sum = denseMatrix(rows, columns);
  for (const [k, { data }] of scores.entries()) {
    for (let p = 0; p < data.length; p++) sum.data[p] += weights[k] * data[p];
  }
  return sum;
}

/** θ = argmin Σᵢ −log softmax(Σ_k θ_k·s_k(xᵢ))_yᵢ + λ/2·‖θ − 1/K‖². */
export function stackGroups(
  scores: readonly DenseMatrix[],
  y: Float64Array,
  regularization: number,
) {
  const even = 1 / scores.length;
  const { columns: nClasses } = scores[0];
  const result = minimizeLbfgs(
    (weights, gradient) => {
      const { data } = weightedScores(scores, weights);
      let value = 0;
      for (const [k, weight] of weights.entries()) {
        value += (regularization / 2) * (weight - even) ** 2;
        gradient[k] = regularization * (weight - even);
      }
      for (let i = 0; i < y.length; i++) {
        const row = data.subarray(i * nClasses, (i + 1) * nClasses);
        const norm = logSumExp(row);
        value += norm - row[y[i]];
        for (let c = 0; c < nClasses; c++) {
          const residual = Math.exp(row[c] - norm) - (c === y[i] ? 1 : 0);
          for (const [k, score] of scores.entries())
            gradient[k] += residual * score.data[i * nClasses + c];
        }
      }
      return value;
    },
    new Float64Array(scores.length).fill(even),
    { tolerance: 1e-8 },
  );
  return {
    weights: result.x,
    iterations: result.iterations,
    converged: result.converged,
    stopReason: `stacking: ${result.reason}`,
  };
}
