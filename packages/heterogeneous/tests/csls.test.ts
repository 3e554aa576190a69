import { type DenseMatrix, isTransferError, toMatrix } from '@graft-ml/core';
import { csls } from '@graft-ml/heterogeneous';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { normalRows, toRows, type Rows } from './support/rows.js';

/** The formula, written out. */
function slowly(queries: Rows, candidates: Rows, pool: Rows, k: number): Rows {
  const cosine = (a: number[], b: number[]) =>
    a.reduce((sum, v, j) => sum + v * b[j]!, 0) / Math.hypot(...a) / Math.hypot(...b);
  const neighbourhood = (row: number[], others: Rows) =>
    others
      .map((other) => cosine(row, other))
      .sort((a, b) => b - a)
      .slice(0, k)
      .reduce((sum, v) => sum + v / k, 0);
  return queries.map((q) =>
    candidates.map((c) => 2 * cosine(q, c) - neighbourhood(q, candidates) - neighbourhood(c, pool)),
  );
}

describe('csls', () => {
  const random = randomSource(2);
  const queries = normalRows(random, 7, 4);
  const candidates = normalRows(random, 300, 4);
  const pool = normalRows(random, 40, 4);

  it.each([1, 3, 7])('is 2·cos − r(q) − r(c) with neighbourhoods of %i', (neighbours) => {
    const expected = slowly(queries, candidates, queries, neighbours);
    const received = toRows(csls(queries, candidates, { neighbours }));
    received.forEach((row, i) =>
      row.forEach((value, j) => expect(value).toBeCloseTo(expected[i]![j]!, 12)),
    );
  });

  it('looks for the neighbours of candidates in the pool, block by block', () => {
    const expected = slowly(queries, candidates, pool, 10);
    const received = toRows(csls(queries, candidates, { queryPool: pool }));
    received.forEach((row, i) =>
      row.forEach((value, j) => expect(value).toBeCloseTo(expected[i]![j]!, 12)),
    );
  });

  it('passes over a candidate that is the nearest of every query', () => {
    const directions = [0, 120, 240].map((degrees) => (degrees * Math.PI) / 180);
    const around = (radius: number) =>
      directions.map((angle) => [1, radius * Math.cos(angle), radius * Math.sin(angle)]);
    const candidates = [...around(2), [1, 0, 0]];
    const best = (similarity: DenseMatrix) =>
      toRows(similarity).map((row) => row.indexOf(Math.max(...row)));
    const [x, y] = [toMatrix(around(0.6), 'test', 'x'), toMatrix(candidates, 'test', 'y')];
    expect(best(referenceLinearAlgebra.kernelMatrix({ type: 'cosine' }, x, y))).toEqual([3, 3, 3]);
    expect(best(csls(x, y, { neighbours: 3 }))).toEqual([0, 1, 2]);
  });

  it('refuses rows of another width and neighbourhoods larger than the rows there are', () => {
    expect(() => csls([[1, 2, 3]], candidates, { neighbours: 1 })).toThrow(/queries.*4 columns/);
    for (const neighbours of [0, 1.5, 8]) {
      let raised: unknown;
      try {
        csls(queries, candidates, { neighbours });
      } catch (error) {
        raised = error;
      }
      expect(isTransferError(raised, 'INVALID_OPTION')).toBe(true);
    }
  });
});
