import { RidgeRegression } from '@graft-ml/learners';
import { gap, groups, someWeights, sparse } from './support/samples.js';

describe('RidgeRegression', () => {
  it('finds a line and forgets it as the penalty grows', async () => {
    const x = Array.from({ length: 20 }, (_, i) => [i]);
    const y = x.map(([v]) => 3 * v! + 2);
    const exact = await new RidgeRegression({ regularization: 0 }).fit({ x, y });
    expect(exact.coefficients.data[0]).toBeCloseTo(3, 10);
    expect(exact.intercepts[0]).toBeCloseTo(2, 9);
    const flat = await new RidgeRegression({ regularization: 1e12 }).fit({ x, y });
    expect((await flat.predictEncoded([[0]]))[0]).toBeCloseTo(3 * 9.5 + 2, 5);
  });

  it.each([
    ['tall', 40, 6],
    ['wide', 8, 20],
  ])('gives the same from sparse %s rows, with weights and without', async (_, n, d) => {
    const { x, value } = groups(n, d, 4);
    const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
    for (const weights of [undefined, someWeights(n, 5)]) {
      const given = { y: value, task: 'regression', ...(weights ? { weights } : {}) } as const;
      const dense = await new RidgeRegression().fit({ x: rows, ...given });
      const csr = await new RidgeRegression().fit({ x: sparse(rows), ...given });
      expect(gap(dense.coefficients.data, csr.coefficients.data)).toBeLessThan(1e-9);
      expect(gap(dense.intercepts, csr.intercepts)).toBeLessThan(1e-9);
    }
  });

  it('loses no digits to columns far from 0', async () => {
    const { x, value } = groups(60, 4, 6);
    const near = await new RidgeRegression().fit({ x, y: value });
    for (const shift of [0.5, 1e3, 1e6]) {
      const moved = await new RidgeRegression().fit({
        x: x.map((row) => row.map((v, j) => v + (j === 1 ? shift : 0))),
        y: value,
      });
      // 1e6 itself takes ten of the sixteen digits of a float64.
      expect(gap(moved.coefficients.data, near.coefficients.data)).toBeLessThan(
        1e-15 * (10 + shift),
      );
    }
  });

  it('takes integers as values, not as classes', async () => {
    const model = await new RidgeRegression().fit({ x: [[0], [1], [2]], y: [0, 1, 2] });
    expect(model.task).toEqual({ kind: 'regression' });
  });
});
