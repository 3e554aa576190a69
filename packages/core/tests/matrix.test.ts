import {
  denseMatrix,
  isTransferError,
  selectRows,
  type SparseMatrix,
  stackRows,
  toDense,
  toMatrix,
  type MatrixInput,
} from '@graft-ml/core';

const sparse: SparseMatrix = {
  format: 'csr',
  rows: 3,
  columns: 4,
  rowStarts: Int32Array.of(0, 2, 2, 3),
  columnIndices: Int32Array.of(1, 3, 0),
  values: Float64Array.of(5, 6, 7),
};

function failure(input: unknown): unknown {
  try {
    toMatrix(input as MatrixInput, 'test', 'x');
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('toMatrix', () => {
  it('reads arrays of rows, typed rows and flat data alike', () => {
    const expected = { format: 'dense', rows: 2, columns: 2, data: Float64Array.of(1, 2, 3, 4) };
    expect(
      toMatrix(
        [
          [1, 2],
          [3, 4],
        ],
        'test',
        'x',
      ),
    ).toEqual(expected);
    expect(toMatrix([Float32Array.of(1, 2), Float32Array.of(3, 4)], 'test', 'x')).toEqual(expected);
    expect(toMatrix({ rows: 2, columns: 2, data: [1, 2, 3, 4] }, 'test', 'x')).toEqual(expected);
  });

  it('uses ready-made matrices as they are', () => {
    const dense = denseMatrix(1, 2, Float64Array.of(1, 2));
    expect(toMatrix(dense, 'test', 'x')).toBe(dense);
    expect(toMatrix(sparse, 'test', 'x')).toBe(sparse);
  });

  it('accepts no rows', () => {
    expect(toMatrix([], 'test', 'x')).toMatchObject({ rows: 0, columns: 0 });
  });

  it('names the ragged row', () => {
    const error = failure([[1, 2], [3]]);
    expect(isTransferError(error, 'SHAPE_MISMATCH') && error.details).toMatchObject({
      row: 1,
      expected: 2,
      received: 1,
    });
  });

  it.each([
    [
      [
        [1, 2],
        [3, Number.NaN],
      ],
      1,
      1,
    ],
    [
      [
        [1, Infinity],
        [3, 4],
      ],
      0,
      1,
    ],
    [{ ...sparse, values: Float64Array.of(5, 6, Number.NaN) }, 2, 0],
  ])('names row and column of a number that is not finite', (input, row, column) => {
    const error = failure(input);
    expect(isTransferError(error, 'INVALID_DATA') && error.details).toMatchObject({ row, column });
  });

  it('names row and column of text', () => {
    const error = failure([[1, 'a']]);
    expect(isTransferError(error, 'INVALID_DATA') && error.message).toContain(
      'row 0, column 1 is "a"',
    );
  });

  it.each([
    5,
    null,
    'text',
    { ...sparse, columnIndices: Int32Array.of(3, 1, 0) },
    { ...sparse, columnIndices: Int32Array.of(1, 4, 0) },
    { rows: 2 },
    { rows: 2, columns: 2, data: [1] },
    { ...sparse, rowStarts: Int32Array.of(0, 1) },
  ])('refuses %p as no matrix', (input) => {
    expect(isTransferError(failure(input), 'SHAPE_MISMATCH')).toBe(true);
  });
});

describe('matrix operations', () => {
  it('makes sparse rows dense', () => {
    expect(toDense(sparse).data).toEqual(Float64Array.of(0, 5, 0, 6, 0, 0, 0, 0, 7, 0, 0, 0));
  });

  it('selects rows in any order, repeats included, in either format', () => {
    const picked = [2, 0, 2];
    expect(toDense(selectRows(sparse, picked))).toEqual(selectRows(toDense(sparse), picked));
    expect(selectRows(toDense(sparse), [0])).toMatchObject({
      rows: 1,
      data: Float64Array.of(0, 5, 0, 6),
    });
  });

  it('stacks matrices, sparse only when all are', () => {
    const both = stackRows([sparse, sparse]);
    expect(both.format).toBe('csr');
    const mixed = stackRows([sparse, toDense(sparse)]);
    expect(mixed.format).toBe('dense');
    expect(toDense(both)).toEqual(mixed);
  });

  it('refuses data of another size', () => {
    expect(() => denseMatrix(2, 2, new Float64Array(3))).toThrow(
      'expected 2 × 2 = 4 values; received 3',
    );
  });
});
