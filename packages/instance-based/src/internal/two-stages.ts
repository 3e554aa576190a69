import type { Learner, Matrix, RunOptions } from '@graft-ml/core';
import { selectRows, step } from '@graft-ml/core';
import { splitsOf } from '@graft-ml/learners';
import { mediansOf } from '../boosted-regression.js';
import { fitWeighted, normalize, type PooledRows, quiet } from './pooled-rows.js';
import {
  boostRegression,
  frozenUpdate,
  type RegressionBoosting,
  relativeGaps,
  type Variant,
} from './regression-boosting.js';

export interface TwoStagesInit {
  readonly who: string;
  readonly rows: PooledRows;
  readonly learner: Learner;
  /** S. */
  readonly nSteps: number;
  /** Rounds of the boosting inside each step. */
  readonly nRounds: number;
  /** The fold of each target row; empty for no cross-validation. */
  readonly folds: ArrayLike<number>;
  readonly variant: Variant;
  readonly run?: RunOptions | undefined;
}

export interface TwoStages {
  /** The boosting of the best step, on all rows. */
  readonly best: RegressionBoosting;
  readonly bestStep: number;
  /** Mean absolute errors on held-out target rows, one per step. */
  readonly cvErrors: readonly number[];
  /** The part of all weight that source rows had in each step. */
  readonly sourceShares: readonly number[];
  /** βₜ of each step but the last. */
  readonly betas: readonly number[];
}

/** Steps that move weight from the source to the target along a fixed schedule, each judged on held-out target rows (pardoe2010).
 *
 * Step t: AdaBoost.R2 with source weights frozen, judged by cross-validation;  h fitted with w on all rows;
 * source w ← w·β^d with the β for which the target's share becomes K = s + (t/(S − 1))·(1 − s), s its share at the start.
 * adapt begins at t = 0 in place of 1, so that its first two steps are equal and the source never quite goes; takes d from the
 * boosting in place of h; and judges a step by single models in place of boostings.
 */
export async function boostInTwoStages(init: TwoStagesInit): Promise<TwoStages> {
  const { who, rows, nSteps, variant, run } = init;
  const { nSource } = rows;
  const weights = rows.weights.slice();
  const share = 1 - weights.subarray(0, nSource).reduce((a, b) => a + b, 0);
  const cvErrors: number[] = [];
  const sourceShares: number[] = [];
  const betas: number[] = [];
  let bestStep = 0;
  let bestWeights = weights.slice();
  for (let t = 0; t < nSteps; t++) {
    const error = init.folds.length === 0 ? 0 : await crossValidate(init, weights);
    if (cvErrors.length > 0 && error < cvErrors[bestStep]) {
      bestStep = t;
      bestWeights = weights.slice();
    }
    cvErrors.push(error);
    sourceShares.push(weights.subarray(0, nSource).reduce((a, b) => a + b, 0));
    await step(run, who, { stage: 'moving weight to the target', done: t + 1, total: nSteps });
    if (t === nSteps - 1) break;
    const gaps = relativeGaps(await predictionsOfStep(init, weights), rows.y);
    const done = (variant === 'paper' ? t + 1 : t) / (nSteps - 1);
    betas.push(shrinkSource(weights, gaps, nSource, share + done * (1 - share)));
  }
  const best = await boostFrozen(init, rows, bestWeights);
  return { best, bestStep, cvErrors, sourceShares, betas };
}

/** What a single model, or in adapt the whole boosting of the step, says about all rows. */
async function predictionsOfStep(
  init: TwoStagesInit,
  weights: Float64Array,
): Promise<Float64Array> {
  const { rows, learner, variant, run } = init;
  if (variant === 'adapt') return predict(await boostFrozen(init, rows, weights), rows.x, run);
  const model = await fitWeighted(learner, rows, rows, weights, run);
  return model.predictEncoded(rows.x, run);
}

function boostFrozen(
  { who, learner, nRounds, variant, run }: TwoStagesInit,
  rows: PooledRows,
  weights: Float64Array,
): Promise<RegressionBoosting> {
  const update = frozenUpdate(rows.nSource);
  return boostRegression({
    who,
    rows,
    learner,
    nRounds,
    variant,
    update,
    judgedFrom: 0,
    voters: variant === 'adapt' ? 'late' : 'all',
    weights,
    run: quiet(run),
  });
}

/** The mean absolute error on target rows of boostings that have not seen them. */
async function crossValidate(init: TwoStagesInit, weights: Float64Array): Promise<number> {
  const { rows, folds, run } = init;
  const { x, y, nSource } = rows;
  const splits = splitsOf(folds);
  const nRounds = init.variant === 'adapt' ? 1 : init.nRounds;
  let target = 0;
  for (let i = nSource; i < y.length; i++) target += weights[i];
  let error = 0;
  for (const { train, test } of splits) {
    const kept = Int32Array.from({ length: nSource + train.length }, (_, i) =>
      i < nSource ? i : nSource + train[i - nSource],
    );
    let left = 0;
    for (const i of train) left += weights[nSource + i];
    const own = Float64Array.from(kept, (i) => weights[i] * (i < nSource ? 1 : target / left));
    const part = { ...rows, x: selectRows(x, kept), y: Float64Array.from(kept, (i) => y[i]) };
    const boosting = await boostFrozen({ ...init, nRounds }, part, own);
    const held = Int32Array.from(test, (i) => nSource + i);
    const predicted = await predict(boosting, selectRows(x, held), run);
    let sum = 0;
    for (let i = 0; i < held.length; i++) sum += Math.abs(predicted[i] - y[held[i]]);
    error += sum / held.length / splits.length;
  }
  return error;
}

async function predict(
  { models, votes, firstVoter }: RegressionBoosting,
  x: Matrix,
  run: RunOptions | undefined,
): Promise<Float64Array> {
  const predictions: Float64Array[] = [];
  for (const model of models.slice(firstVoter))
    predictions.push(await model.predictEncoded(x, run));
  return mediansOf(predictions, Float64Array.from(votes.slice(firstVoter)), x.rows);
}

/** Multiplies source weights with β^d so that the target holds `share` of the weight, normalizes, and returns β in [0, 1]. */
export function shrinkSource(
  weights: Float64Array,
  gaps: Float64Array,
  nSource: number,
  share: number,
): number {
  let target = 0;
  for (let i = nSource; i < weights.length; i++) target += weights[i];
  const wanted = (target * (1 - share)) / share;
  const sumAt = (log: number) => {
    let sum = 0;
    for (let i = 0; i < nSource; i++) sum += weights[i] * Math.exp(log * gaps[i]);
    return sum;
  };
  // Σ w·β^d falls as ln β does; rows that are fitted exactly keep their weight whatever β is.
  let low = -1;
  while (sumAt(low) > wanted && low > -1e6) low *= 2;
  let high = 0;
  for (let k = 0; k < 200 && high - low > 1e-15 * -low; k++) {
    const middle = (low + high) / 2;
    if (sumAt(middle) > wanted) high = middle;
    else low = middle;
  }
  const log = sumAt(0) <= wanted ? 0 : high;
  for (let i = 0; i < nSource; i++) weights[i] *= Math.exp(log * gaps[i]);
  normalize(weights);
  return Math.exp(log);
}
