import type { DenseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import {
  checkFinite,
  checkSameRows,
  checkSquare,
  checkTall,
  isPivot,
  notPositiveDefinite,
  singular,
} from '../internal/checks.js';
import type { NativeExports, Pointer } from './native.js';
import { inScope, type Scope } from './scope.js';

export function cholesky(native: NativeExports, a: DenseMatrix): DenseMatrix {
  const who = 'cholesky';
  checkSquare(a, who, 'a');
  const n = a.rows;
  return inScope(native, who, (scope) => {
    const lower = factorPositiveDefinite(scope, a);
    native.clearAbove(n, lower);
    return scope.takeMatrix(lower, n, n);
  });
}

export function solveTriangular(
  native: NativeExports,
  lower: DenseMatrix,
  b: DenseMatrix,
  options: { readonly transpose?: boolean } = {},
): DenseMatrix {
  const who = 'solveTriangular';
  checkSquare(lower, who, 'lower');
  checkSameRows(lower, b, who, 'b');
  const n = lower.rows;
  for (let k = 0; k < n; k++) {
    if (lower.data[k * n + k] === 0) throw singular(k, 0, who);
  }
  return inScope(native, who, (scope) => {
    const factor = scope.place(lower.data);
    const x = scope.place(b.data);
    native.solveLower(n, b.columns, options.transpose ? 1 : 0, factor, x);
    return scope.takeMatrix(x, n, b.columns);
  });
}

export function solvePositiveDefinite(
  native: NativeExports,
  a: DenseMatrix,
  b: DenseMatrix,
): DenseMatrix {
  const who = 'solvePositiveDefinite';
  checkSquare(a, who, 'a');
  checkSameRows(a, b, who, 'b');
  const n = a.rows;
  return inScope(native, who, (scope) => {
    const lower = factorPositiveDefinite(scope, a);
    const x = scope.place(b.data);
    native.solveLower(n, b.columns, 0, lower, x);
    native.solveLower(n, b.columns, 1, lower, x);
    return scope.takeMatrix(x, n, b.columns);
  });
}

/** Places `a` and factors it: `L` in the lower triangle, whatever was there above. */
export function factorPositiveDefinite(scope: Scope, a: DenseMatrix): Pointer {
  const n = a.rows;
  const pointer = scope.place(a.data);
  const failed = scope.native.choleskyFactor(n, pointer);
  const factor = scope.view(pointer, n * n);
  const factored = failed > 0 ? failed - 1 : n;
  for (let k = 0; k < factored; k++) {
    const pivot = factor[k * n + k] ** 2;
    if (!isPivot(pivot, a.data[k * n + k], n)) throw notPositiveDefinite(k, pivot, scope.who);
  }
  if (failed > 0) throw notPositiveDefinite(factored, factor[factored * n + factored], scope.who);
  return pointer;
}

export function solve(native: NativeExports, a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const who = 'solve';
  checkSquare(a, who, 'a');
  checkSameRows(a, b, who, 'b');
  const n = a.rows;
  return inScope(native, who, (scope) => {
    const factor = placeTransposed(scope, a);
    const x = scope.place(b.data);
    const failed = scope.check(native.luSolve(n, b.columns, factor, x));
    if (failed > 0) {
      const pivot = failed - 1;
      throw singular(pivot, Math.abs(scope.view(factor, n * n)[pivot * n + pivot]), who);
    }
    return scope.takeMatrix(x, n, b.columns);
  });
}

export function qr(
  native: NativeExports,
  a: DenseMatrix,
): { readonly q: DenseMatrix; readonly r: DenseMatrix } {
  const who = 'qr';
  checkTall(a, who);
  const { rows, columns } = a;
  if (columns === 0) return { q: zeros(rows, 0, who), r: zeros(0, 0, who) };
  return inScope(native, who, (scope) => {
    const factor = placeTransposed(scope, a);
    checkPlaced(scope, factor, a);
    const r = scope.doubles(columns * columns);
    scope.check(native.qrFactor(rows, columns, factor, r));
    const q = scope.doubles(rows * columns);
    native.transpose(columns, rows, factor, q);
    return {
      q: scope.takeMatrix(q, rows, columns),
      r: scope.takeMatrix(r, columns, columns),
    };
  });
}

/** Throws where a matrix that has been placed holds what is not a number; iterations would not end on it. */
export function checkPlaced(
  scope: Scope,
  pointer: Pointer,
  a: DenseMatrix,
  lowerOnly = false,
): void {
  if (!scope.native.isFinite(a.data.length, pointer)) checkFinite(a, scope.who, lowerOnly);
}

function placeTransposed(scope: Scope, a: DenseMatrix): Pointer {
  const turned = scope.doubles(a.data.length);
  const placed = scope.place(a.data);
  scope.native.transpose(a.rows, a.columns, placed, turned);
  return turned;
}
