import { denseMatrix, type Matrix, type SparseMatrix, toDense } from '@graft-ml/core';
import { appendColumns, placeBlocks } from '../src/internal/blocks.js';
import { tanhOfShifted } from '../src/internal/hyperbolic-tangent.js';
import {
  bestFeatures,
  occurrences,
  presence,
  sharedFeatures,
} from '../src/internal/occurrences.js';
import { selectColumns } from '../src/internal/select-columns.js';

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
  it('are chosen in ascending order', () => {
    expect(both((x) => selectColumns(x, [1, 3]))).toEqual([0, 0, 0, 0, 4, 5]);
    expect(both((x) => selectColumns(x, [0, 1, 3]))).toEqual([1, 0, 0, 0, 0, 0, 3, 4, 5]);
    expect(both((x) => selectColumns(x, []))).toEqual([]);
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
    const more = denseMatrix(3, 2, Float64Array.of(1, 2, 3, 4, 5, 6));
    expect(both((x) => appendColumns(x, added, more)).slice(14)).toEqual([3, 4, 0, 5, 9, 5, 6]);
  });

  it('are counted where they are above 0', () => {
    for (const x of [dense, sparse]) expect(Array.from(occurrences(x))).toEqual([2, 1, 0, 1]);
    expect(both(presence)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1]);
    const shared = (domains: Matrix[]) => sharedFeatures(domains, domains.map(occurrences), 1);
    expect(shared([dense, sparse])).toEqual([0, 1, 3]);
    expect(shared([denseMatrix(1, 2, Float64Array.of(1, 0))])).toEqual([]);
  });

  it('are ranked by score, the first of equals before the others, and given in ascending order', () => {
    expect(Array.from(bestFeatures([0, 1, 2, 3], (j) => [1, 5, 1, 5][j]!, 3))).toEqual([0, 1, 3]);
  });
});

describe('the hyperbolic tangent of shifted columns', () => {
  it('is within two units in the last place, at any size', () => {
    const sizes = [0, 1e-300, 1e-9, 0.3, 0.6249999, 0.625, 0.63, 1, 3, 18, 19.1, 40, 800, Infinity];
    const values = Float64Array.from(sizes.flatMap((size) => [size, -size]));
    const expected = Array.from(values, Math.tanh);
    tanhOfShifted(values, new Float64Array(2));
    expected.forEach((value, p) => {
      expect(Math.abs(values[p]! - value)).toBeLessThanOrEqual(
        2 * Number.EPSILON * Math.abs(value),
      );
    });
  });

  it('adds the constant of each column first', () => {
    const values = Float64Array.of(0.1, 0.2, 0.3, 0.4);
    tanhOfShifted(values, Float64Array.of(1, -0.5));
    [1.1, -0.3, 1.3, -0.1].forEach((z, p) => expect(values[p]).toBeCloseTo(Math.tanh(z), 14));
  });
});
