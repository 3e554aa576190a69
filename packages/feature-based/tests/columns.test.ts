import { denseMatrix, type Matrix, type SparseMatrix, toDense } from '@graft-ml/core';
import { appendColumns, placeBlocks } from '../src/internal/blocks.js';
import {
  bestFeatures,
  occurrences,
  presence,
  sharedFeatures,
} from '../src/internal/occurrences.js';
import { clearColumns, selectColumns } from '../src/internal/select-columns.js';

const dense = denseMatrix(3, 4, Float64Array.of(1, 0, -2, 0, 0, 0, 0, 0, 3, 4, 0, 5));
const sparse: SparseMatrix = {
  format: 'csr',
  rows: 3,
  columns: 4,
  rowStarts: Int32Array.of(0, 2, 2, 5),
  columnIndices: Int32Array.of(0, 2, 0, 1, 3),
  values: Float64Array.of(1, -2, 3, 4, 5),
};

/** Both forms changed alike, and the sparse one still sparse. */
function both(change: (x: Matrix) => Matrix): number[] {
  const [a, b] = [change(dense), change(sparse)];
  expect(b.format).toBe('csr');
  const values = (x: Matrix) => Array.from(toDense(x).data, (value) => value + 0); // no −0
  expect([b.rows, b.columns, values(b)]).toEqual([a.rows, a.columns, values(a)]);
  return values(a);
}

describe('columns of dense and sparse rows', () => {
  it('are chosen in ascending order, and cleared', () => {
    expect(both((x) => selectColumns(x, [1, 3]))).toEqual([0, 0, 0, 0, 4, 5]);
    expect(both((x) => clearColumns(x, [0, 3]))).toEqual([0, 0, -2, 0, 0, 0, 0, 0, 0, 4, 0, 0]);
  });

  it('are placed in blocks, times a factor', () => {
    const one = both((x) =>
      placeBlocks(selectColumns(x, [0, 1]), 3, [
        { at: 0, factor: 1 },
        { at: 2, factor: -2 },
      ]),
    );
    expect(one.slice(12)).toEqual([3, 4, 0, 0, -6, -8]);
  });

  it('are added on the right', () => {
    const added = denseMatrix(3, 1, Float64Array.of(7, 0, 9));
    expect(both((x) => appendColumns(x, added)).slice(10)).toEqual([3, 4, 0, 5, 9]);
  });

  it('are counted where they are above 0', () => {
    for (const x of [dense, sparse]) expect(Array.from(occurrences(x))).toEqual([2, 1, 0, 1]);
    expect(both(presence)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1]);
    expect(sharedFeatures([dense, sparse], 1)).toEqual([0, 1, 3]);
    expect(sharedFeatures([denseMatrix(1, 2, Float64Array.of(1, 0))], 1)).toEqual([]);
  });

  it('are ranked by score, the first of equals before the others, and given in ascending order', () => {
    expect(Array.from(bestFeatures([0, 1, 2, 3], (j) => [1, 5, 1, 5][j]!, 3))).toEqual([0, 1, 3]);
  });
});
