import type { JsonObject, Learner, Matrix, Model, RunOptions, Warning } from '@graft-ml/core';
import { step } from '@graft-ml/core';
import { fitWeighted, normalize, type PooledRows, weightedMean } from './pooled-rows.js';

/** An error this small counts as this, so that its vote is finite. */
export const leastError = 1e-10;

/** From here on a round is no better than chance; it counts as this. */
const mostError = 0.499;

export interface TransferBoostingInit {
  readonly who: string;
  readonly rows: PooledRows;
  readonly learner: Learner;
  readonly nRounds: number;
  /** What the weight of a wrong source row is multiplied with. */
  readonly beta: number;
  /** `'paper'`: hard errors, βₜ = e/(1 − e). `'adapt'`: errors of probabilities, βₜ = e/(2 − e), no update after the last round. */
  readonly variant: 'paper' | 'adapt';
  /** What all source weights are multiplied with besides, from the round's error. */
  readonly correction?: (error: number) => number;
  readonly run?: RunOptions | undefined;
}

export interface TransferBoosting {
  /** One per round. */
  readonly models: readonly Model[];
  readonly errors: readonly number[];
  readonly betas: readonly number[];
  /** Where the rounds that vote begin. */
  readonly firstVoter: number;
  /** Weights of all rows, of sum 1, as the last round left them. */
  readonly weights: Float64Array;
  /** The part of all weight that source rows had in each round. */
  readonly sourceShares: readonly number[];
  readonly stopReason: string;
}

/** Boosting in which wrong target rows gain and wrong source rows lose weight (dai2007).
 *
 * Per round: w ← w / Σw;  h fitted on all rows with w;  e = Σ_T w·dᵢ / Σ_T w;  source wᵢ ← w·β^dᵢ, target wᵢ ← w·βₜ^−dᵢ
 * where d is 1 for a wrong row and 0 for a right one, or 1 − P(y | x).
 */
export async function boostTransfer(init: TransferBoostingInit): Promise<TransferBoosting> {
  const { who, rows, learner, nRounds, beta, variant, run } = init;
  const { x, y, nSource } = rows;
  const weights = rows.weights.slice();
  const models: Model[] = [];
  const errors: number[] = [];
  const betas: number[] = [];
  const sourceShares: number[] = [];
  let stopReason = 'the rounds ran out';
  while (models.length < nRounds) {
    const model = await fitWeighted(learner, rows, rows, weights, run);
    const distances = await wrongness(model, x, y, variant === 'adapt', run);
    const error = weightedMean(distances, weights, nSource);
    models.push(model);
    errors.push(error);
    sourceShares.push(sumTo(weights, nSource));
    const done = models.length;
    if (variant === 'adapt') betas.push(error / (2 - error));
    else {
      const usable = Math.min(mostError, Math.max(leastError, error));
      betas.push(usable / (1 - usable));
    }
    if (error <= leastError) {
      stopReason = 'a round made no error on the target';
      break;
    }
    if (variant === 'adapt' && done === nRounds) break;
    const shrink = init.correction?.(error) ?? 1;
    const betaOfRound = betas[done - 1];
    for (let i = 0; i < nSource; i++) weights[i] *= shrink * beta ** distances[i];
    for (let i = nSource; i < y.length; i++) weights[i] *= betaOfRound ** -distances[i];
    normalize(weights);
    await step(run, who, { stage: 'boosting', done, total: nRounds });
  }
  const half = models.length / 2;
  const firstVoter = variant === 'adapt' ? Math.floor(half) : Math.ceil(half) - 1;
  return { models, errors, betas, firstVoter, weights, sourceShares, stopReason };
}

/** What to know about a boosting besides its models. */
export function boostingFacts(
  { errors, betas, weights, ...rest }: TransferBoosting,
  nSource: number,
): JsonObject {
  return {
    errors,
    betas,
    sourceShares: rest.sourceShares,
    finalSourceWeights: Array.from(weights.subarray(0, nSource)),
    finalTargetWeights: Array.from(weights.subarray(nSource)),
  };
}

/** The warning of voting rounds that are no better than chance. */
export function chanceWarning(errors: readonly number[], firstVoter: number): Warning[] {
  const voters = errors.slice(firstVoter);
  const useless = voters.filter((error) => error >= 1 / 2).length;
  if (useless === 0) return [];
  return [
    {
      code: 'NO_LEARNER',
      message: `${useless} of the ${voters.length} voting rounds are wrong on half the target's weight or more. The sources mislead, or the base learner is too weak: use MultiSourceTrAdaBoost, TrAdaBoost with variant "adapt", or TargetOnly.`,
    },
  ];
}

/** 1 − P(y | x) where probabilities are wanted and there, else 1 for a wrong row and 0 for a right one. */
export async function wrongness(
  model: Model,
  x: Matrix,
  y: Float64Array,
  soft: boolean,
  run: RunOptions | undefined,
): Promise<Float64Array> {
  if (soft && model.predictProba) {
    const { data, columns } = await model.predictProba(x, run);
    return y.map((label, i) => 1 - data[i * columns + label]);
  }
  const predicted = await model.predictEncoded(x, run);
  return y.map((label, i) => (predicted[i] === label ? 0 : 1));
}

function sumTo(weights: Float64Array, end: number): number {
  let sum = 0;
  for (let i = 0; i < end; i++) sum += weights[i];
  return sum;
}
