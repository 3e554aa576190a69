import {
  type DenseMatrix,
  isLinearModel,
  type LinearAlgebra,
  type Matrix,
  type Model,
} from '@graft-ml/core';
import { nClassesOf, signTargets } from './losses.js';
import { scoresOf } from './pulled-ridge.js';

/** Scores of a classifier [rows, outputs]: one column for two classes, positive for the second; else one per class.
 *
 * A linear model has its own; probabilities p become log(p / (1 − p)), cut at ±28; of a model with neither, the class it
 * predicts has 1 and the others −1.
 */
export async function sourceScores(
  linearAlgebra: LinearAlgebra,
  model: Model,
  x: Matrix,
): Promise<DenseMatrix> {
  if (isLinearModel(model)) return scoresOf(linearAlgebra, x, model);
  const nClasses = nClassesOf(model.task);
  if (!model.predictProba) return signTargets(await model.predictEncoded(x), nClasses);
  const { rows, columns, data } = await model.predictProba(x);
  const logOdds = (p: number) =>
    Math.log(Math.max(data[p], 1e-12)) - Math.log(Math.max(1 - data[p], 1e-12));
  const scores = Float64Array.from({ length: nClasses === 2 ? rows : rows * columns }, (_, p) =>
    logOdds(nClasses === 2 ? 2 * p + 1 : p),
  );
  return { format: 'dense', rows, columns: scores.length / (rows || 1), data: scores };
}

/** The mean of the scores of several models. */
export async function meanScores(
  linearAlgebra: LinearAlgebra,
  models: readonly Model[],
  x: Matrix,
): Promise<DenseMatrix> {
  const sum = await sourceScores(linearAlgebra, models[0], x);
  for (const model of models.slice(1)) {
    const { data } = await sourceScores(linearAlgebra, model, x);
    for (let p = 0; p < data.length; p++) sum.data[p] += data[p];
  }
  for (let p = 0; p < sum.data.length; p++) sum.data[p] /= models.length;
  return sum;
}
