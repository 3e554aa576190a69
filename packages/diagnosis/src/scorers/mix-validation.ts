import { denseMatrix, type Matrix, type MatrixInput, toDense, toMatrix } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { checkOption, probabilityRows, tooFewRows } from '../internal/inputs.js';
import { predictedClasses } from './confidence.js';

export interface MixValidationOptions {
  /** The share of the first row in a mix; in (0.5, 1), default 0.55. */
  readonly ratio?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** MixVal: mixes pairs of target rows and asks whether the model follows the mix. Paper: hu2023.
 *
 * Mix      ratio·x_i + (1 − ratio)·x_j must be predicted as i is: once over pairs predicted alike (do classes hold together?),
 *          once over pairs predicted differently (do boundaries lie between classes?)
 * Score    mean accuracy of the two; a kind with no pairs is left out. In [0, 1]. The paper ranks models by the mean of the
 *          two ranks and uses one number only to report.
 * Assumes  features in which a mix of two rows means something. Cannot see a whole class of the wrong name.
 * @param predict class probabilities of rows, in the features of `x`
 */
export async function mixValidation(
  x: MatrixInput,
  predict: (rows: Matrix) => Promise<MatrixInput>,
  { ratio = 0.55, seed = 0 }: MixValidationOptions = {},
): Promise<{ readonly score: number; readonly within: number; readonly between: number }> {
  const who = 'mixValidation';
  checkOption(who, 'ratio', ratio, 'in (0.5, 1)', ratio > 0.5 && ratio < 1);
  const rows = toDense(toMatrix(x, who, 'x'));
  if (rows.rows < 2) throw tooFewRows(who, 'x', 2, rows.rows);
  const own = predictedClasses(probabilityRows(who, await predict(rows), 'predict(x)'));
  const order = randomSource(seed).stream('mix').permutation(rows.rows);
  const { columns, data } = rows;
  const mixed = denseMatrix(rows.rows, columns);
  for (let i = 0; i < rows.rows; i++) {
    for (let j = 0; j < columns; j++) {
      mixed.data[i * columns + j] =
        ratio * data[i * columns + j] + (1 - ratio) * data[order[i] * columns + j];
    }
  }
  const follows = predictedClasses(probabilityRows(who, await predict(mixed), 'predict(mix)'));
  const right = { within: 0, between: 0 };
  const count = { within: 0, between: 0 };
  for (let i = 0; i < rows.rows; i++) {
    if (order[i] === i) continue;
    const kind = own[i] === own[order[i]] ? 'within' : 'between';
    count[kind]++;
    if (follows[i] === own[i]) right[kind]++;
  }
  const within = right.within / count.within;
  const between = right.between / count.between;
  const kinds = [within, between].filter((value) => !Number.isNaN(value));
  return { score: kinds.reduce((sum, value) => sum + value, 0) / kinds.length, within, between };
}
