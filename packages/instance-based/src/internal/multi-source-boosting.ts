import type { Learner, Model, RunOptions } from '@graft-ml/core';
import { selectRows, step } from '@graft-ml/core';
import { fitWeighted, normalize, type PooledRows, weightedMean } from './pooled-rows.js';
import { leastError, wrongness } from './transfer-boosting.js';

const chance = 'no candidate does better than chance on the target';

export interface MultiSourceBoostingInit {
  readonly who: string;
  readonly rows: PooledRows;
  readonly learner: Learner;
  readonly nRounds: number;
  /** αS: wrong source rows are multiplied with exp(−2·αS). */
  readonly sourceRate: number;
  /** Whose weights the chosen candidate changes, besides the target's. */
  readonly updates: 'all' | 'chosen';
  readonly run?: RunOptions | undefined;
}

export interface MultiSourceBoosting {
  readonly models: readonly Model[];
  /** Which source each came from. */
  readonly chosen: readonly number[];
  readonly errors: readonly number[];
  /** αₜ = ½·ln((1 − e)/e); negative for a model that votes for the class it does not predict. */
  readonly rates: readonly number[];
  /** Weights of all rows, of sum 1, as the last round left them. */
  readonly weights: Float64Array;
  /** The part of all weight that each source had after each round. */
  readonly sourceShares: readonly (readonly number[])[];
  readonly stopReason: string;
}

/** Boosting in which every round takes the one source that helps the target most (yao2010, algorithm 1).
 *
 * Per round: w ← w / Σw;  hₖ fitted on source k and the target;  eₖ = Σ_T w·[hₖ ≠ y] / Σ_T w;  h, e of the least eₖ
 * source wᵢ ← w·exp(−αS·|h − y|), target wᵢ ← w·exp(αₜ·|h − y|), labels ±1, so that |h − y| is 2 for a wrong row
 * Of two classes, an h with e > ½ is turned round: −h with 1 − e.
 */
export async function boostSources(init: MultiSourceBoostingInit): Promise<MultiSourceBoosting> {
  const { who, rows, learner, nRounds, sourceRate, updates, run } = init;
  const { x, y, starts, nSource } = rows;
  const nSources = starts.length - 2;
  const twoClasses = rows.task.kind === 'classification' && rows.task.classes.length === 2;
  const weights = rows.weights.slice();
  const parts = Array.from({ length: nSources }, (_, k) => withTarget(rows, k));
  const models: Model[] = [];
  const chosen: number[] = [];
  const errors: number[] = [];
  const rates: number[] = [];
  const sourceShares: number[][] = [];
  let stopReason = 'the rounds ran out';
  while (models.length < nRounds) {
    let best: { model: Model; source: number; wrong: Float64Array; error: number } | undefined;
    for (const [source, part] of parts.entries()) {
      const own = Float64Array.from(part.indices, (i) => weights[i]);
      const model = await fitWeighted(learner, rows, part, own, run);
      const wrong = await wrongness(model, x, y, false, run);
      const error = weightedMean(wrong, weights, nSource);
      if (!best || error < best.error) best = { model, source, wrong, error };
    }
    const { model, source, wrong } = best!;
    let { error } = best!;
    // What is wrong about most target rows is, turned round, right about them.
    const turned = twoClasses && error > 1 / 2;
    if (turned) {
      error = 1 - error;
      for (let i = 0; i < wrong.length; i++) wrong[i] = 1 - wrong[i];
    }
    const useless = error >= 1 / 2;
    if (useless && models.length > 0) {
      stopReason = chance;
      break;
    }
    const usable = Math.max(leastError, error);
    const rate = useless ? 1 : Math.log((1 - usable) / usable) / 2;
    models.push(model);
    chosen.push(source);
    errors.push(error);
    rates.push(turned ? -rate : rate);
    if (useless || error <= leastError) {
      sourceShares.push(shares(weights, starts));
      stopReason = useless ? chance : 'a candidate made no error on the target';
      break;
    }
    const [from, to] = updates === 'all' ? [0, nSource] : [starts[source], starts[source + 1]];
    for (let i = from; i < to; i++) weights[i] *= Math.exp(-2 * sourceRate * wrong[i]);
    for (let i = nSource; i < y.length; i++) weights[i] *= Math.exp(2 * rate * wrong[i]);
    normalize(weights);
    sourceShares.push(shares(weights, starts));
    await step(run, who, { stage: 'boosting', done: models.length, total: nRounds });
  }
  return { models, chosen, errors, rates, weights, sourceShares, stopReason };
}

/** The rows of source `k` and of the target, with where they stand among all rows. */
function withTarget({ x, y, starts, nSource }: PooledRows, k: number) {
  const own = starts[k + 1] - starts[k];
  const indices = Int32Array.from({ length: own + y.length - nSource }, (_, i) =>
    i < own ? starts[k] + i : nSource + i - own,
  );
  return { indices, x: selectRows(x, indices), y: Float64Array.from(indices, (i) => y[i]) };
}

function shares(weights: Float64Array, starts: readonly number[]): number[] {
  return starts
    .slice(0, -2)
    .map((from, k) => weights.subarray(from, starts[k + 1]).reduce((a, b) => a + b, 0));
}
