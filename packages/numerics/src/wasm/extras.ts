import { TransferError, type DenseMatrix, type MultiplyOptions } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkMultiply } from '../internal/checks.js';
import type { Moments } from '../statistics/scatter.js';
import type { NativeExports, Pointer } from './native.js';
import { inScope, nowhere } from './scope.js';

/** A row-major matrix in single precision. */
export interface Float32Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export function multiplyFloat32(
  native: NativeExports,
  a: Float32Matrix,
  b: Float32Matrix,
  options: MultiplyOptions = {},
): Float32Matrix {
  const who = 'multiplyFloat32';
  const { rows, inner, columns } = checkMultiply(shapeOf(a), shapeOf(b), options, who);
  return inScope(native, who, (scope) => {
    const first = scope.placeSingles(a.data);
    const second = a === b ? first : scope.placeSingles(b.data);
    const out = scope.placeSingles(new Float32Array(rows * columns));
    const [transposeA, transposeB] = [options.transposeA ? 1 : 0, options.transposeB ? 1 : 0];
    scope.check(
      native.multiplyFloat32(rows, columns, inner, transposeA, transposeB, first, second, out),
    );
    const data = new Float32Array(rows * columns);
    data.set(new Float32Array(native.memory.buffer, out, data.length));
    return { rows, columns, data };
  });
}

export function moments(native: NativeExports, x: DenseMatrix, weights?: Float64Array): Moments {
  const who = 'moments';
  const { rows, columns } = x;
  if (weights && weights.length !== rows) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"weights" must hold one number per row, ${rows}; received ${weights.length}.`,
      details: { argument: 'weights', expected: rows, received: weights.length },
    });
  }
  if (rows === 0) {
    return { weight: 0, mean: new Float64Array(columns), scatter: zeros(columns, columns, who) };
  }
  return inScope(native, who, (scope) => {
    const mean = scope.doubles(columns);
    const out = scope.zeros(columns * columns);
    const weight = scope.check(
      native.scatter(
        rows,
        columns,
        scope.place(x.data),
        weights ? scope.place(weights) : nowhere,
        mean,
        out,
      ),
    );
    return {
      weight,
      mean: scope.take(mean, columns),
      scatter: scope.takeMatrix(out, columns, columns),
    };
  });
}

/** Applies a routine that works in place to a copy. */
export function mapCopy(
  native: NativeExports,
  who: string,
  values: Float64Array,
  routine: (count: number, values: Pointer) => void,
): Float64Array {
  return inScope(native, who, (scope) => {
    const placed = scope.place(values);
    routine(values.length, placed);
    return scope.take(placed, values.length);
  });
}

/** Something to check sizes by. */
function shapeOf({ rows, columns }: Float32Matrix): DenseMatrix {
  return { format: 'dense', rows, columns, data: new Float64Array() };
}
