/** Vote of a classifier with weighted error e: ½·(ln((1 − e)/e) + ln(C − 1)); e is taken to be at least 1e-10. */
export function voteOf(error: number, nClasses: number): number {
  const bounded = Math.max(error, leastError);
  return (Math.log((1 - bounded) / bounded) + Math.log(nClasses - 1)) / 2;
}

// Keeps the vote of a classifier without errors finite.
const leastError = 1e-10;

/** Share of the weight on rows that are predicted wrong. */
export function weightedError(
  predictions: Float64Array,
  y: Float64Array,
  weights: Float64Array,
): number {
  let wrong = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    total += weights[i];
    if (predictions[i] !== y[i]) wrong += weights[i];
  }
  return wrong / total;
}

/** Multiplies the weight of right rows by exp(−vote) and of wrong ones by exp(vote), in place, and brings the sum to 1. */
export function reweigh(
  weights: Float64Array,
  predictions: Float64Array,
  y: Float64Array,
  vote: number,
): void {
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    weights[i] *= Math.exp(predictions[i] === y[i] ? -vote : vote);
    total += weights[i];
  }
  for (let i = 0; i < y.length; i++) weights[i] /= total;
}

export interface Boosted {
  /** Positions of the chosen candidates, in the order they were chosen. */
  readonly selected: readonly number[];
  /** One per chosen candidate; negative where it votes for the other of two classes. */
  readonly votes: readonly number[];
  /** Weighted error when it was chosen, after turning. */
  readonly errors: readonly number[];
  readonly stopReason: string;
}

/** Boosts over fixed candidates: each round takes the one with the least weighted error that is left.
 *
 * With two classes a candidate may vote for the class it does not predict, which turns error e into 1 − e.
 *
 * @param candidates class predictions of every candidate for the rows
 * @param weights of the rows, changed
 */
export function boostCandidates(
  candidates: readonly Float64Array[],
  y: Float64Array,
  weights: Float64Array,
  nClasses: number,
  rounds: number,
): Boosted {
  const left = new Set(candidates.keys());
  const selected: number[] = [];
  const votes: number[] = [];
  const errors: number[] = [];
  while (selected.length < rounds) {
    if (left.size === 0) {
      return { selected, votes, errors, stopReason: 'no candidate is left' };
    }
    let best = -1;
    let least = Infinity;
    let turned = false;
    for (const k of left) {
      const error = weightedError(candidates[k], y, weights);
      const turn = nClasses === 2 && error > 1 / 2;
      const usable = turn ? 1 - error : error;
      if (usable >= least) continue;
      [best, least, turned] = [k, usable, turn];
    }
    if (least >= 1 - 1 / nClasses) {
      return { selected, votes, errors, stopReason: 'no candidate is better than chance' };
    }
    const vote = (turned ? -1 : 1) * voteOf(least, nClasses);
    left.delete(best);
    selected.push(best);
    votes.push(vote);
    errors.push(least);
    if (least === 0) {
      return { selected, votes, errors, stopReason: 'a candidate made no error' };
    }
    reweigh(weights, candidates[best], y, vote);
  }
  return { selected, votes, errors, stopReason: 'the rounds are over' };
}
