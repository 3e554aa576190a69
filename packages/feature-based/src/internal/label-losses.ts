import { type DenseMatrix, denseMatrix, type Model, type TrainingRows } from '@graft-ml/core';

/** What each label y of a source row loses with a model on each target row [nSource, nTarget].
 *
 * −log p(yᵢ | xtⱼ) for a model with probabilities, 0 or 1 for another one; (yᵢ − f(xtⱼ))² over the variance of y for values.
 */
export async function labelLosses(
  model: Model,
  xt: DenseMatrix,
  { task, y }: Pick<TrainingRows, 'task' | 'y'>,
): Promise<DenseMatrix> {
  const losses = denseMatrix(y.length, xt.rows);
  const { data } = losses;
  if (task.kind === 'classification' && model.predictProba) {
    const { columns, data: probabilities } = await model.predictProba(xt);
    // A probability that float64 rounds to 0 costs 28, not infinity.
    const surprise = probabilities.map((p) => -Math.log(Math.max(p, 1e-12)));
    for (let i = 0, p = 0; i < y.length; i++) {
      for (let j = 0; j < xt.rows; j++, p++) data[p] = surprise[j * columns + y[i]];
    }
    return losses;
  }
  const values = await model.predictEncoded(xt);
  const unit = task.kind === 'regression' ? varianceOf(y) || 1 : 1;
  for (let i = 0, p = 0; i < y.length; i++) {
    for (let j = 0; j < xt.rows; j++, p++) {
      data[p] =
        task.kind === 'regression' ? (y[i] - values[j]) ** 2 / unit : y[i] === values[j] ? 0 : 1;
    }
  }
  return losses;
}

function varianceOf(y: Float64Array): number {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  return y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length;
}
