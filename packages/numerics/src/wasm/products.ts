import type { DenseMatrix, Matrix, MultiplyOptions } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkMultiply } from '../internal/checks.js';
import type { NativeExports } from './native.js';
import { inScope } from './scope.js';

/** `op(a) · op(b)`. Row-major matrices are their own transposes column-major, so `cᵀ = op(b)ᵀ · op(a)ᵀ` needs no copies. */
export function multiply(
  native: NativeExports,
  a: Matrix,
  b: DenseMatrix,
  options: MultiplyOptions = {},
): DenseMatrix {
  const who = 'multiply';
  const { rows, inner, columns } = checkMultiply(a, b, options, who);
  if (rows === 0 || columns === 0 || inner === 0) return zeros(rows, columns, who);
  const transposeA = options.transposeA ? 1 : 0;
  const transposeB = options.transposeB ? 1 : 0;
  return inScope(native, who, (scope) => {
    let second = scope.place(b.data);
    if (a.format === 'csr') {
      if (transposeB) {
        const turned = scope.doubles(b.data.length);
        native.transpose(b.rows, b.columns, second, turned);
        second = turned;
      }
      const sparse = scope.placeSparse(a);
      const out = scope.zeros(rows * columns);
      const product = transposeA ? native.sparseTransposedMultiply : native.sparseMultiply;
      product(a.rows, columns, sparse.starts, sparse.columns, sparse.values, second, out);
      return scope.takeMatrix(out, rows, columns);
    }
    const first = a === b ? second : scope.place(a.data);
    const out = scope.doubles(rows * columns);
    native.gemm(
      transposeB,
      transposeA,
      columns,
      rows,
      inner,
      1,
      second,
      b.columns,
      first,
      a.columns,
      0,
      out,
      columns,
    );
    return scope.takeMatrix(out, rows, columns);
  });
}

/** `aᵀ · a`, of which only one triangle is computed. */
export function crossProduct(native: NativeExports, a: Matrix): DenseMatrix {
  const who = 'crossProduct';
  const n = a.columns;
  if (n === 0 || a.rows === 0) return zeros(n, n, who);
  return inScope(native, who, (scope) => {
    const out = scope.zeros(n * n);
    if (a.format === 'csr') {
      const { starts, columns, values } = scope.placeSparse(a);
      native.sparseCrossProduct(a.rows, n, starts, columns, values, out);
    } else {
      native.crossProduct(a.rows, n, scope.place(a.data), out);
    }
    return scope.takeMatrix(out, n, n);
  });
}
