import { toDense, type DenseMatrix, type Kernel, type Matrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkKernel, checkSameColumns } from '../internal/checks.js';
import type { NativeExports } from './native.js';
import { inScope } from './scope.js';

/** The order of `measure_type` in pairwise.h. */
const measureTypes = [
  'squared-distance',
  'linear',
  'rbf',
  'laplacian',
  'polynomial',
  'cosine',
  'chi2',
  'sigmoid',
] as const;

interface Measure {
  readonly type: (typeof measureTypes)[number];
  readonly gamma?: number;
  readonly degree?: number;
  readonly constant?: number;
}

/** `‖xᵢ − yⱼ‖²` from products of centred rows; distances that are small beside the norms are computed again from the
 * differences themselves, so that equal rows are at distance 0 exactly. */
export function squaredDistances(native: NativeExports, x: Matrix, y: Matrix): DenseMatrix {
  checkSameColumns(x, y, 'squaredDistances');
  return measure(native, 'squaredDistances', { type: 'squared-distance' }, x, y);
}

export function kernelMatrix(
  native: NativeExports,
  kernel: Kernel,
  x: Matrix,
  y: Matrix,
): DenseMatrix {
  checkSameColumns(x, y, 'kernelMatrix');
  checkKernel(kernel, x, y, 'kernelMatrix');
  return measure(native, 'kernelMatrix', kernel, x, y);
}

function measure(
  native: NativeExports,
  who: string,
  { type, gamma = 0, degree = 0, constant = 0 }: Measure,
  x: Matrix,
  y: Matrix,
): DenseMatrix {
  if (x.rows === 0 || y.rows === 0) return zeros(x.rows, y.rows, who);
  const code = measureTypes.indexOf(type);
  return inScope(native, who, (scope) => {
    const out = scope.zeros(x.rows * y.rows);
    if (x.format === 'csr' && y.format === 'csr') {
      const first = scope.placeSparse(x);
      const second = x === y ? first : scope.placeSparse(y);
      scope.check(
        native.measureSparse(
          code,
          gamma,
          degree,
          constant,
          x.rows,
          y.rows,
          x.columns,
          first.starts,
          first.columns,
          first.values,
          second.starts,
          second.columns,
          second.values,
          out,
        ),
      );
    } else {
      const first = scope.place(toDense(x).data);
      const second = x === y ? first : scope.place(toDense(y).data);
      scope.check(
        native.measureDense(
          code,
          gamma,
          degree,
          constant,
          x.rows,
          y.rows,
          x.columns,
          first,
          second,
          out,
        ),
      );
    }
    return scope.takeMatrix(out, x.rows, y.rows);
  });
}
