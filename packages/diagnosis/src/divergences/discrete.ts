import { TransferError } from '@graft-ml/core';

export interface DiscreteDivergences {
  /** Σ p·log(p/q), in nats; ∞ where q is 0 and p is not. */
  readonly klSourceTarget: number;
  readonly klTargetSource: number;
  /** Mean KL of both to (p + q)/2: in [0, log 2]. */
  readonly jensenShannon: number;
  /** ½·Σ|p − q|, in [0, 1]. */
  readonly totalVariation: number;
  /** √(1 − Σ√(p·q)), in [0, 1]. */
  readonly hellinger: number;
  /** Population stability index Σ (p − q)·log(p/q); above 0.25 is called a large shift in credit scoring. */
  readonly stabilityIndex: number;
}

/** Divergences of two histograms over the same bins, counts or shares: both are divided by their sums first.
 *
 * Errors    SHAPE_MISMATCH for other lengths; INVALID_DATA for negative or all-zero entries.
 * Example   discreteDivergences([1, 1], [1, 1]).totalVariation // => 0
 */
export function discreteDivergences(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
): DiscreteDivergences {
  const p = shares(source, 'source');
  const q = shares(target, 'target');
  if (p.length !== q.length) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who: 'discreteDivergences',
      message: `both histograms must have the same bins; received ${p.length} and ${q.length}.`,
      details: { argument: 'target', expected: p.length, received: q.length },
    });
  }
  const middle = p.map((value, k) => (value + q[k]) / 2);
  const klSourceTarget = kl(p, q);
  const klTargetSource = kl(q, p);
  const affinity = p.reduce((sum, value, k) => sum + Math.sqrt(value * q[k]), 0);
  return {
    klSourceTarget,
    klTargetSource,
    jensenShannon: (kl(p, middle) + kl(q, middle)) / 2,
    totalVariation: p.reduce((sum, value, k) => sum + Math.abs(value - q[k]), 0) / 2,
    hellinger: Math.sqrt(Math.max(0, 1 - affinity)),
    stabilityIndex: klSourceTarget + klTargetSource,
  };
}

/** Entropy −Σ p·log p in nats, 0·log 0 = 0, of counts or shares. */
export function entropy(values: ArrayLike<number>): number {
  return -shares(values, 'values').reduce((sum, v) => (v > 0 ? sum + v * Math.log(v) : sum), 0);
}

function kl(p: Float64Array, q: Float64Array): number {
  return p.reduce((sum, value, k) => (value > 0 ? sum + value * Math.log(value / q[k]) : sum), 0);
}

function shares(values: ArrayLike<number>, argument: string): Float64Array {
  const result = Float64Array.from(values);
  const total = result.reduce((sum, value) => sum + value, 0);
  if (!(total > 0) || !Number.isFinite(total) || result.some((value) => value < 0)) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who: 'discreteDivergences',
      message: `"${argument}" must hold counts or shares, none negative and not all 0.`,
      details: { argument, reason: 'not-a-histogram' },
    });
  }
  return result.map((value) => value / total);
}
