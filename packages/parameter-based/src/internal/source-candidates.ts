import {
  decodeLabels,
  type LabelledSource,
  type Learner,
  type Model,
  type RunOptions,
} from '@graft-ml/core';
import { reweigh, voteOf, weightedError } from './boosting.js';

/** A weak classifier of a source and the vote it earned there. */
export interface Candidate {
  readonly model: Model;
  readonly vote: number;
}

/** Boosts `learner` on one source: at most `rounds` classifiers, fewer where one is perfect or no better than chance. */
export async function sourceCandidates(
  learner: Learner,
  source: LabelledSource,
  rounds: number,
  run?: RunOptions,
): Promise<readonly Candidate[]> {
  const { x, y, task } = source;
  const nClasses = task.kind === 'classification' ? task.classes.length : 0;
  const labels = decodeLabels(task, y);
  const weights = Float64Array.from(source.weights ?? new Float64Array(y.length).fill(1));
  const candidates: Candidate[] = [];
  while (candidates.length < rounds) {
    const model = await learner.fit({ x, y: labels, weights: weights.slice(), task }, run);
    const predictions = await model.predictEncoded(x, run);
    const error = weightedError(predictions, y, weights);
    if (error >= 1 - 1 / nClasses) break;
    const vote = voteOf(error, nClasses);
    candidates.push({ model, vote });
    if (error === 0) break;
    reweigh(weights, predictions, y, vote);
  }
  return candidates;
}

/** The candidates with at least the given vote, or at least the median one. */
export function strongest(
  candidates: readonly Candidate[],
  threshold: number | 'median',
): { readonly kept: readonly Candidate[]; readonly threshold: number } {
  const least = threshold === 'median' ? median(candidates.map(({ vote }) => vote)) : threshold;
  return { kept: candidates.filter(({ vote }) => vote >= least), threshold: least };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
