import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import type { KnownProblem } from '@graft-ml/datasets';
import { type RandomSource, randomSource } from '@graft-ml/numerics';

export interface CustomersOptions {
  readonly seed?: number;
  /** Labelled rows of the new client. Default 80. */
  readonly nLabelled?: number;
  /** How far the new client's private coefficients are from the old one's, in units of the shared ones' length. Default 1.2. */
  readonly difference?: number;
}

const names = ['logins', 'purchases', 'tickets', 'discount', 'mobile', 'annual', 'tenure', 'seats'];

/** G20: who will leave? A new client of a service with few and rare outcomes, beside an old one with many.
 *
 * Rows are users: counts by Poisson, flags, and two logarithms; the new client's users log in less and hold other contracts.
 * P(leaves | x) = 1 / (1 + exp(−(shared + private)·x − b)), b such that one user in ten leaves; `private` differs by client.
 * P(X), P(Y|X) differ, and classes are rare.
 */
export function customers(options: CustomersOptions = {}): KnownProblem {
  const { seed = 0, nLabelled = 80, difference = 1.2 } = options;
  const random = randomSource(seed);
  const shared = Float64Array.of(-0.6, -0.5, 0.8, -0.3, -0.2, -0.7, -0.4, 0.1);
  const length = Math.hypot(...shared);
  const stream = random.stream('private');
  const raw = shared.map(() => stream.normal());
  const own = raw.map((value) => (difference * length * value) / Math.hypot(...raw));
  const draw = (name: string, n: number, isNew: boolean) => {
    const x = users(random.stream(name), n, isNew);
    const scores = new Float64Array(n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < shared.length; j++)
        scores[i]! += (shared[j]! + (isNew ? own[j]! : 0)) * x.data[i * shared.length + j]!;
    const offset = offsetFor(scores, 0.1);
    const coin = random.stream(`${name} outcomes`);
    return { x, y: scores.map((score) => (coin.uniform() < logistic(score + offset) ? 1 : 0)) };
  };
  const source = draw('source', 1500, false);
  const target = draw('target', 1000, true);
  const labelled = draw('labelled', nLabelled, true);
  if (!labelled.y.includes(1)) labelled.y[0] = 1;
  return {
    problem: {
      source: { name: 'old client', featureNames: names, ...source },
      target: { name: 'new client', featureNames: names, x: target.x, labelled },
      task: 'classification',
    },
    evaluation: { y: target.y },
  };
}

/** Standardized by what is known of the features, so that coefficients are of one scale. */
function users(random: RandomSource, n: number, isNew: boolean): DenseMatrix {
  const x = denseMatrix(n, names.length);
  for (let i = 0; i < n; i++) {
    const logins = poisson(random, isNew ? 2 : 4);
    const row = [
      (logins - 4) / 2,
      poisson(random, isNew ? 1 : 1.5) - 1.5,
      poisson(random, 0.8 + (isNew ? 0.4 : 0)) - 0.8,
      random.normal() + (isNew ? 0.4 : 0),
      random.uniform() < (isNew ? 0.7 : 0.5) ? 1 : 0,
      random.uniform() < (isNew ? 0.25 : 0.4) ? 1 : 0,
      random.normal() - (isNew ? 0.8 : 0),
      random.normal(),
    ];
    x.data.set(row, i * names.length);
  }
  return x;
}

function poisson(random: RandomSource, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}

/** The b with which the mean of 1 / (1 + exp(−s − b)) is `share`, by bisection. */
function offsetFor(scores: Float64Array, share: number): number {
  let [low, high] = [-20, 20];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    const mean = scores.reduce((sum, score) => sum + logistic(score + middle), 0) / scores.length;
    if (mean < share) low = middle;
    else high = middle;
  }
  return low;
}

function logistic(score: number): number {
  return 1 / (1 + Math.exp(-score));
}
