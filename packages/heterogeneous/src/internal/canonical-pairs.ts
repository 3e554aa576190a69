import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';

/** One view of the paired rows, centred, in its own principal axes. */
export interface View {
  /** Orthonormal columns [nPairs, rank]: the pairs along the axes, at unit length. */
  readonly axes: DenseMatrix;
  /** Spread of the pairs along each axis, all positive [rank]. */
  readonly spread: Float64Array;
  /** Root of the ridge, in units of `spread`. */
  readonly ridgeRoot: number;
}

export interface CanonicalPairs {
  /** Regularised correlations, descending [count]. */
  readonly correlations: Float64Array;
  /** Directions of the first view in its axes, already over √(spread² + ridgeRoot²) [rank, count]. */
  readonly first: DenseMatrix;
  /** The same of the second view. */
  readonly second: DenseMatrix;
}

/** Directions a, b of greatest regularised correlation between two views of the same things.
 *
 * Solves    max a'·diag(p)·P'Q·diag(q)·b with a'(diag(p²) + κ₁I)a = 1, b'(diag(q²) + κ₂I)b = 1, and so on, each uncorrelated with those before
 * by        singular vectors of diag(f)·P'Q·diag(g), f = p / √(p² + κ₁), g = q / √(q² + κ₂)
 * where     P, Q are the axes, p, q the spreads and κ₁, κ₂ the ridges (squares of their roots) of the two views
 */
export function canonicalPairs(
  linearAlgebra: LinearAlgebra,
  first: View,
  second: View,
  count: number,
): CanonicalPairs {
  const f = reliability(first);
  const g = reliability(second);
  const shared = linearAlgebra.multiply(first.axes, second.axes, { transposeA: true });
  const { data, columns } = shared;
  for (let p = 0; p < data.length; p++) data[p] *= f[Math.floor(p / columns)] * g[p % columns];
  const { u, s, v } = linearAlgebra.svd(shared, { count });
  return {
    correlations: s.map((value) => Math.min(1, value)),
    first: overSpread(u, first),
    second: overSpread(v, second),
  };
}

function reliability({ spread, ridgeRoot }: View): Float64Array {
  return spread.map((value) => value / Math.hypot(value, ridgeRoot));
}

function overSpread(directions: DenseMatrix, { spread, ridgeRoot }: View): DenseMatrix {
  const { rows, columns, data } = directions;
  return denseMatrix(
    rows,
    columns,
    data.map((value, p) => value / Math.hypot(spread[Math.floor(p / columns)], ridgeRoot)),
  );
}
