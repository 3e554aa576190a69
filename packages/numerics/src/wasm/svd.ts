import type { DenseMatrix, LeastSquares, Svd } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkCount, checkSameRows, notConverged } from '../internal/checks.js';
import { checkPlaced } from './factorizations.js';
import type { NativeExports, Pointer } from './native.js';
import { inScope, type Scope } from './scope.js';

export function svd(
  native: NativeExports,
  a: DenseMatrix,
  options: { readonly count?: number } = {},
): Svd {
  const who = 'svd';
  const { rows, columns } = a;
  const available = Math.min(rows, columns);
  const count = checkCount(options.count, available, who);
  if (count === 0) {
    return { u: zeros(rows, 0, who), s: new Float64Array(), v: zeros(columns, 0, who) };
  }
  return inScope(native, who, (scope) => {
    const { u, s, v } = decompose(scope, a);
    const signs = scope.doubles(count);
    const right = scope.doubles(columns * count);
    native.placeVectors(columns, count, 0, v, right, signs);
    native.keepColumns(rows, available, count, signs, u);
    return {
      u: scope.takeMatrix(u, rows, count),
      s: scope.take(s, count),
      v: scope.takeMatrix(right, columns, count),
    };
  });
}

/** The least-norm minimiser of `‖a·x − b‖`: `x = V·diag(1/s)·Uᵀ·b` over the singular values above max(rows, columns)·ε·s₁. */
export function leastSquares(native: NativeExports, a: DenseMatrix, b: DenseMatrix): LeastSquares {
  const who = 'leastSquares';
  checkSameRows(a, b, who, 'b');
  const { rows, columns } = a;
  const available = Math.min(rows, columns);
  if (available === 0 || b.columns === 0) {
    const rank = available === 0 ? 0 : rankOf(svd(native, a).s, a);
    return { x: zeros(columns, b.columns, who), rank };
  }
  return inScope(native, who, (scope) => {
    const { u, s, v } = decompose(scope, a);
    const values = scope.take(s, available);
    const rank = rankOf(values, a);
    const right = scope.place(b.data);
    const n = b.columns;
    // Row-major coordinates = Uᵀ · b, their first `rank` rows divided by the singular values, and x = V · coordinates.
    const coordinates = scope.doubles(available * n);
    native.gemm(0, 1, n, available, rows, 1, right, n, u, available, 0, coordinates, n);
    const scaled = scope.view(coordinates, rank * n);
    for (let p = 0; p < scaled.length; p++) scaled[p] /= values[Math.floor(p / n)];
    const x = scope.doubles(columns * n);
    native.gemm(0, 1, n, columns, rank, 1, coordinates, n, v, columns, 0, x, n);
    return { x: scope.takeMatrix(x, columns, n), rank };
  });
}

function rankOf(values: Float64Array, a: DenseMatrix): number {
  const floor = Math.max(a.rows, a.columns) * Number.EPSILON * (values[0] ?? 0);
  const rank = values.findIndex((value) => value <= floor);
  return rank < 0 ? values.length : rank;
}

/** `u` row-major [rows, k]; `v` as k vectors one after the other. Column-major the placed matrix is aᵀ = V·S·Uᵀ. */
function decompose(
  scope: Scope,
  a: DenseMatrix,
): { readonly u: Pointer; readonly s: Pointer; readonly v: Pointer } {
  const { rows, columns } = a;
  const available = Math.min(rows, columns);
  const placed = scope.place(a.data);
  checkPlaced(scope, placed, a);
  const u = scope.doubles(rows * available);
  const s = scope.doubles(available);
  const v = scope.doubles(columns * available);
  const status = scope.check(scope.native.svdThin(columns, rows, placed, v, s, u));
  if (status > 0) throw notConverged(status, scope.who);
  return { u, s, v };
}
