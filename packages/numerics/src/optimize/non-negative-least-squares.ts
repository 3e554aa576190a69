import { denseMatrix, TransferError, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { dot, norm } from '../internal/vector.js';

export interface NonNegativeLeastSquares {
  readonly x: Float64Array;
  /** ‖a·x − b‖. */
  readonly residualNorm: number;
  /** How often the set of positive entries changed. */
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: 'optimal' | 'max-iterations';
}

/** Minimises ‖a·x − b‖ over x ≥ 0 by the active-set method of Lawson and Hanson (lawson1974,
 * chapter 23).
 *
 * `a` [m, n], `b` of length m. Exact up to rounding after finitely many steps; each solves a
 * least-squares problem in the entries that are positive at the time. Stops at 3·n steps, which
 * only cycling by rounding can reach.
 */
export function nonNegativeLeastSquares(
  linalg: LinearAlgebra,
  a: DenseMatrix,
  b: ArrayLike<number>,
): NonNegativeLeastSquares {
  const { rows: m, columns: n } = a;
  if (b.length !== m) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who: 'nonNegativeLeastSquares',
      message: `"b" must hold one value per row of "a" (${m}); received ${b.length}.`,
      details: { argument: 'b', expected: m, received: b.length },
    });
  }
  const x = new Float64Array(n);
  const residual = Float64Array.from(b);
  const columns = Array.from({ length: n }, (_, j) =>
    Float64Array.from({ length: m }, (_, i) => a.data[i * n + j]),
  );
  const norms = columns.map(norm);
  // A gradient this small beside ‖aⱼ‖·‖b‖ is rounding.
  const noise = 10 * Math.max(m, n) * Number.EPSILON * norm(residual);
  const positive = new Set<number>();
  const refused = new Set<number>(); // entries that rounding would not let in since the last progress
  let iterations = 0;

  for (;;) {
    const entering = steepest(columns, norms, residual, noise, positive, refused);
    if (entering < 0 || iterations >= 3 * n) {
      const converged = entering < 0;
      const reason = converged ? 'optimal' : 'max-iterations';
      return { x, residualNorm: norm(residual), iterations, converged, reason };
    }
    iterations++;
    positive.add(entering);
    let members = [...positive];
    let solution = solveFor(linalg, columns, members, b);
    if (!(solution[members.indexOf(entering)] > 0)) {
      positive.delete(entering);
      refused.add(entering);
      continue;
    }
    refused.clear();
    // Walk towards the unconstrained solution until an entry would turn negative; take such entries
    // out and solve again.
    while (solution.some((value) => value <= 0)) {
      let step = Infinity;
      let blocking = -1;
      members.forEach((j, k) => {
        const reach = x[j] / (x[j] - solution[k]);
        if (solution[k] > 0 || reach >= step) return;
        step = reach;
        blocking = j;
      });
      members.forEach((j, k) => {
        x[j] += step * (solution[k] - x[j]);
        if (j !== blocking && x[j] > 0) return;
        x[j] = 0;
        positive.delete(j);
      });
      members = [...positive];
      solution = solveFor(linalg, columns, members, b);
    }
    x.fill(0);
    residual.set(b);
    members.forEach((j, k) => {
      x[j] = solution[k];
      for (let i = 0; i < m; i++) residual[i] -= columns[j][i] * x[j];
    });
  }
}

/** The zero entry whose increase lowers the residual most, or −1 when none does. */
function steepest(
  columns: readonly Float64Array[],
  norms: readonly number[],
  residual: Float64Array,
  noise: number,
  positive: ReadonlySet<number>,
  refused: ReadonlySet<number>,
): number {
  let best = -1;
  let largest = 0;
  columns.forEach((column, j) => {
    if (positive.has(j) || refused.has(j)) return;
    const gain = dot(column, residual);
    if (gain > noise * norms[j] && gain > largest) {
      largest = gain;
      best = j;
    }
  });
  return best;
}

/** Least-squares solution in the given columns. */
function solveFor(
  linalg: LinearAlgebra,
  columns: readonly Float64Array[],
  members: readonly number[],
  b: ArrayLike<number>,
): Float64Array {
  const m = b.length;
  const width = members.length;
  const part = denseMatrix(m, width);
  members.forEach((j, k) => {
    for (let i = 0; i < m; i++) part.data[i * width + k] = columns[j][i];
  });
  return linalg.leastSquares(part, denseMatrix(m, 1, Float64Array.from(b))).x.data;
}
