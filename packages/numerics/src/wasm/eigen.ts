import type { DenseMatrix, Eigen, EigenOptions } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkCount, checkSameRows, checkSquare, notConverged } from '../internal/checks.js';
import { checkPlaced, factorPositiveDefinite } from './factorizations.js';
import { largestByLanczos } from './lanczos.js';
import type { NativeExports, Pointer } from './native.js';
import { inScope, nowhere, type Scope } from './scope.js';

/** Measured crossings: below these the way that computes more is the faster one. */
const partial = { leastSize: 64, mostShare: 1 / 5 };
const lanczos = { leastSize: 1500, mostShare: 1 / 20 };

/** What `eigenRange` answers when its vectors are not to be trusted. */
const useAllPairs = -2;

export function eigenSymmetric(
  native: NativeExports,
  a: DenseMatrix,
  options: EigenOptions = {},
): Eigen {
  const who = 'eigenSymmetric';
  checkSquare(a, who, 'a');
  const n = a.rows;
  const count = checkCount(options.count, n, who);
  if (count === 0) return { values: new Float64Array(), vectors: zeros(n, 0, who) };
  return inScope(native, who, (scope) => {
    const matrix = placeSymmetric(scope, a);
    return ordered(scope, n, solveSymmetric(scope, n, matrix, count, options.which));
  });
}

/** With `b = L·Lᵀ` the pairs of `L⁻¹·a·L⁻ᵀ` are `(w, Lᵀ·v)`. */
export function eigenGeneralized(
  native: NativeExports,
  a: DenseMatrix,
  b: DenseMatrix,
  options: EigenOptions = {},
): Eigen {
  const who = 'eigenGeneralized';
  checkSquare(a, who, 'a');
  checkSquare(b, who, 'b');
  checkSameRows(a, b, who, 'b');
  const n = a.rows;
  const count = checkCount(options.count, n, who);
  return inScope(native, who, (scope) => {
    const lower = factorPositiveDefinite(scope, b);
    if (count === 0) return { values: new Float64Array(), vectors: zeros(n, 0, who) };
    const matrix = placeSymmetric(scope, a);
    native.reduceGeneralized(n, matrix, lower);
    native.mirrorLower(n, matrix);
    const pairs = solveSymmetric(scope, n, matrix, count, options.which);
    native.solveVectors(n, count, lower, pairs.vectors);
    return ordered(scope, n, pairs);
  });
}

interface Pairs {
  readonly values: Float64Array;
  /** As many vectors, one after the other. */
  readonly vectors: Pointer;
  /** Whether values ascend where the caller wants them to descend. */
  readonly reversed: boolean;
}

function placeSymmetric(scope: Scope, a: DenseMatrix): Pointer {
  const matrix = scope.place(a.data);
  checkPlaced(scope, matrix, a, true);
  scope.native.mirrorLower(a.rows, matrix);
  return matrix;
}

/** The wanted end of the spectrum of a placed matrix, which is destroyed. */
function solveSymmetric(
  scope: Scope,
  n: number,
  matrix: Pointer,
  count: number,
  which: EigenOptions['which'] = 'largest',
): Pairs {
  const reversed = which === 'largest';
  if (reversed && n > lanczos.leastSize && count <= n * lanczos.mostShare) {
    const found = largestByLanczos(scope, n, matrix, count);
    if (found) return { ...found, reversed };
  }
  if (n > partial.leastSize && count <= n * partial.mostShare) {
    const found = findRange(scope, n, matrix, count, reversed ? n - count + 1 : 1);
    if (found) return { ...found, reversed };
  }
  const values = scope.doubles(n);
  const status = scope.check(scope.native.eigenAll(n, matrix, values));
  if (status > 0) throw notConverged(status, scope.who);
  const skipped = reversed ? n - count : 0;
  return {
    values: scope.take(values + skipped * 8, count),
    vectors: matrix + skipped * n * 8,
    reversed,
  };
}

/** Pairs `first` … in ascending order, counted from 1. Works on a copy, because it may have to give up. */
function findRange(
  scope: Scope,
  n: number,
  matrix: Pointer,
  count: number,
  first: number,
): { readonly values: Float64Array; readonly vectors: Pointer } | undefined {
  const copy = scope.doubles(n * n);
  scope.view(copy, n * n).set(scope.view(matrix, n * n));
  const values = scope.doubles(count);
  const vectors = scope.doubles(n * count);
  const last = first + count - 1;
  const status = scope.check(scope.native.eigenRange(n, first, last, copy, values, vectors));
  return status === useAllPairs ? undefined : { values: scope.take(values, count), vectors };
}

function ordered(scope: Scope, n: number, { values, vectors, reversed }: Pairs): Eigen {
  const count = values.length;
  const out = scope.doubles(n * count);
  scope.native.placeVectors(n, count, reversed ? 1 : 0, vectors, out, nowhere);
  return {
    values: reversed ? values.reverse() : values,
    vectors: scope.takeMatrix(out, n, count),
  };
}
