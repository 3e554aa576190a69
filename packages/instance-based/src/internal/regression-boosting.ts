import type { Learner, Model, RunOptions } from '@graft-ml/core';
import { step } from '@graft-ml/core';
import { fitWeighted, normalize, type PooledRows, weightedMean } from './pooled-rows.js';

export type Variant = 'paper' | 'adapt';

export interface RegressionBoosting {
  /** One per round. */
  readonly models: readonly Model[];
  readonly errors: readonly number[];
  /** ln(1/βₜ). */
  readonly votes: readonly number[];
  /** Where the rounds that vote begin. */
  readonly firstVoter: number;
  /** Weights of all rows, of sum 1, in the last round. */
  readonly weights: Float64Array;
  readonly sourceShares: readonly number[];
  readonly stopReason: string;
}

export interface RegressionBoostingInit {
  readonly who: string;
  readonly rows: PooledRows;
  readonly learner: Learner;
  readonly nRounds: number;
  readonly variant: Variant;
  /** How the weights change after a round that has not failed. */
  readonly update: (weights: Float64Array, gaps: Float64Array, beta: number) => void;
  /** The first row whose error counts. */
  readonly judgedFrom: number;
  /** Which rounds vote; late ones are those from ⌈N/2⌉ on, in adapt those after ⌊N/2⌋. */
  readonly voters: 'late' | 'all';
  /** Where the weights begin; of sum 1. */
  readonly weights: Float64Array;
  readonly run?: RunOptions | undefined;
}

/** Rounds of boosting for regression (drucker1997): dᵢ = |h(xᵢ) − yᵢ| / max d over all rows,  e = Σ w·d / Σ w,
 * βₜ = e/(1 − e), in the variant of adapt e/(2 − e). Ends where a model fits exactly or, in the paper, e ≥ ½.
 */
export async function boostRegression(init: RegressionBoostingInit): Promise<RegressionBoosting> {
  const { who, rows, learner, nRounds, variant, update, judgedFrom, run } = init;
  const weights = init.weights.slice();
  const models: Model[] = [];
  const errors: number[] = [];
  const votes: number[] = [];
  const sourceShares: number[] = [];
  let stopReason = 'the rounds ran out';
  while (models.length < nRounds) {
    const model = await fitWeighted(learner, rows, rows, weights, run);
    const gaps = relativeGaps(await model.predictEncoded(rows.x, run), rows.y);
    const error = weightedMean(gaps, weights, judgedFrom);
    if (variant === 'paper' && error >= 1 / 2 && models.length > 0) {
      stopReason = 'the mean error of a round reached one half of the largest';
      break;
    }
    models.push(model);
    errors.push(error);
    sourceShares.push(weights.subarray(0, rows.nSource).reduce((a, b) => a + b, 0));
    const beta = betaOf(error, variant);
    votes.push(beta >= 1 ? 1 : -Math.log(beta));
    if (error <= leastError || beta >= 1) {
      stopReason =
        beta >= 1
          ? 'the mean error of the first round is one half of the largest'
          : 'a round fits exactly';
      break;
    }
    const done = models.length;
    if (done === nRounds) break;
    update(weights, gaps, beta);
    await step(run, who, { stage: 'boosting', done, total: nRounds });
  }
  const half = models.length / 2;
  const late = variant === 'adapt' ? Math.floor(half) : Math.ceil(half) - 1;
  const firstVoter = init.voters === 'late' ? late : 0;
  return { models, errors, votes, firstVoter, weights, sourceShares, stopReason };
}

/** An error this small counts as this, so that its vote is finite. */
const leastError = 1e-10;

function betaOf(error: number, variant: Variant): number {
  const usable = Math.max(leastError, error);
  return usable / ((variant === 'adapt' ? 2 : 1) - usable);
}

/** |h(xᵢ) − yᵢ| over the largest of them; zeros where the predictions are exact. */
export function relativeGaps(predictions: Float64Array, y: Float64Array): Float64Array {
  const gaps = predictions.map((value, i) => Math.abs(value - y[i]));
  let largest = 0;
  for (let i = 0; i < gaps.length; i++) largest = Math.max(largest, gaps[i]);
  return largest > 0 ? gaps.map((gap) => gap / largest) : gaps;
}

/** The update of TrAdaBoost.R2: source w·β^d, target w·βₜ^−d, of sum 1. */
export function transferUpdate(nSource: number, beta: number): RegressionBoostingInit['update'] {
  return (weights, gaps, betaOfRound) => {
    for (let i = 0; i < nSource; i++) weights[i] *= beta ** gaps[i];
    for (let i = nSource; i < weights.length; i++) weights[i] *= betaOfRound ** -gaps[i];
    normalize(weights);
  };
}

/** The update of AdaBoost.R2 with the source frozen: target w·βₜ^(1 − d), scaled so that the target's share stays. */
export function frozenUpdate(nSource: number): RegressionBoostingInit['update'] {
  return (weights, gaps, betaOfRound) => {
    let before = 0;
    let after = 0;
    for (let i = nSource; i < weights.length; i++) {
      before += weights[i];
      after += weights[i] *= betaOfRound ** (1 - gaps[i]);
    }
    for (let i = nSource; i < weights.length; i++) weights[i] *= before / after;
  };
}
