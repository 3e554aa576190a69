import { checkEntries, classIndices, tooFewRows } from '../internal/inputs.js';

export interface Consensus {
  /** Estimated accuracy of each candidate, in [0, 1]. */
  readonly accuracies: Float64Array;
  /** The class that the candidates together hold most likely [n]. */
  readonly classes: Float64Array;
  readonly iterations: number;
  /** Why the iteration ended, in words. */
  readonly stopReason: string;
}

/** Accuracies of several candidates from where they agree: expectation–maximisation over one accuracy per candidate.
 *
 * Model    each candidate is right with its own chance a_k, mistakes fall on the other classes evenly, independently given the class
 * E step   P(class c | votes) ∝ share_c · Π_k (a_k if candidate k says c, else (1 − a_k)/(C − 1))
 * M step   a_k = mean P(class candidate k says), kept in [1/C, 0.99]; share_c = mean P(c)
 * Start    a_k = 0.7 for all. Stops when no a_k moves by 1e-6, or after 200 rounds
 * Assumes  mistakes are independent, which candidates of one family are not: what most of them get wrong alike counts as
 *          right. Use it to rank candidates, not to believe the numbers.
 * Shapes   votes[k] [n], classes 0 … nClasses − 1. Paper: dawid1979, with one parameter per candidate.
 */
export function consensus(votes: readonly ArrayLike<number>[], nClasses: number): Consensus {
  const who = 'consensus';
  if (votes.length < 2) throw tooFewRows(who, 'votes', 2, votes.length);
  const n = votes[0].length;
  for (const [k, vote] of votes.entries()) {
    checkEntries(vote.length, n, who, `entries of votes[${k}]`);
    classIndices(who, vote, n, `votes[${k}]`, nClasses);
  }
  const accuracies = new Float64Array(votes.length).fill(0.7);
  const shares = new Float64Array(nClasses).fill(1 / nClasses);
  const posterior = new Float64Array(n * nClasses);
  const floor = 1 / nClasses;
  for (let round = 1; ; round++) {
    weighVotes(posterior, votes, accuracies, shares);
    let moved = 0;
    votes.forEach((vote, k) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += posterior[i * nClasses + vote[i]];
      const next = Math.min(0.99, Math.max(floor, sum / n));
      moved = Math.max(moved, Math.abs(next - accuracies[k]));
      accuracies[k] = next;
    });
    // One row in all keeps a class that no candidate names from probability 0.
    shares.fill(1 / (nClasses * (n + 1)));
    posterior.forEach((p, at) => (shares[at % nClasses] += p / (n + 1)));
    if (moved > 1e-6 && round < 200) continue;
    return {
      accuracies,
      classes: mostLikely(posterior, n, nClasses),
      iterations: round,
      stopReason: moved > 1e-6 ? 'the iterations ran out' : 'no accuracy moved any more',
    };
  }
}

function weighVotes(
  posterior: Float64Array,
  votes: readonly ArrayLike<number>[],
  accuracies: Float64Array,
  shares: Float64Array,
): void {
  const nClasses = shares.length;
  const n = posterior.length / nClasses;
  const logShares = shares.map(Math.log);
  const gains = accuracies.map((a) => Math.log((a * (nClasses - 1)) / (1 - a)));
  for (let i = 0; i < n; i++) {
    const row = posterior.subarray(i * nClasses, (i + 1) * nClasses);
    row.set(logShares);
    votes.forEach((vote, k) => (row[vote[i]] += gains[k]));
    let largest = -Infinity;
    for (const value of row) largest = Math.max(largest, value);
    let sum = 0;
    for (let c = 0; c < nClasses; c++) sum += row[c] = Math.exp(row[c] - largest);
    for (let c = 0; c < nClasses; c++) row[c] /= sum;
  }
}

function mostLikely(posterior: Float64Array, n: number, nClasses: number): Float64Array {
  const classes = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let c = 1; c < nClasses; c++) {
      if (posterior[i * nClasses + c] > posterior[i * nClasses + classes[i]]) classes[i] = c;
    }
  }
  return classes;
}
