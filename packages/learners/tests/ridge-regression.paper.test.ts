import { denseMatrix } from '@graft-ml/core';
import { RidgeRegression, solveRidge } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { groups, someWeights } from './support/samples.js';

describe('the formula of RidgeRegression', () => {
  it.each([
    ['more rows than features', 12, 3],
    ['fewer rows than features', 5, 9],
  ])('has its minimum where the fit is, with %s', async (_, n, d) => {
    const { x, value } = groups(n, d, 21);
    const w = someWeights(n, 22);
    const lambda = 0.6;
    const model = await new RidgeRegression({ regularization: lambda }).fit({
      x,
      y: value,
      weights: w,
    });
    const beta = Array.from(model.coefficients.data);
    const [b] = model.intercepts;
    // Half the gradient of Σ w (y − xβ − b)² + λ‖β‖², written out.
    const residual = x.map(
      (row, i) => value[i]! - b! - row.reduce((s, v, j) => s + v * beta[j]!, 0),
    );
    for (let j = 0; j < d; j++) {
      const slope = x.reduce((s, row, i) => s - w[i]! * residual[i]! * row[j]!, lambda * beta[j]!);
      expect(Math.abs(slope)).toBeLessThan(1e-9);
    }
    expect(Math.abs(residual.reduce((s, r, i) => s + w[i]! * r, 0))).toBeLessThan(1e-9);
  });
});

describeGolden('learn.ridge', (golden) => {
  const { X, Y, w } = golden.inputs;
  const x = denseMatrix(30, 5, Float64Array.from(X!.data));
  const y = denseMatrix(30, 2, Float64Array.from(Y!.data));
  const weights = Float64Array.from(w!.data);
  const transposed = (m: { rows: number; columns: number; data: Float64Array }) =>
    Array.from(
      { length: m.rows * m.columns },
      (_, p) => m.data[(p % m.rows) * m.columns + Math.floor(p / m.rows)]!,
    );

  it('agrees for two outputs with an intercept', () => {
    const solution = solveRidge(referenceLinearAlgebra, { x, y, weights, regularization: 0.8 });
    expectGolden(golden, 'coef', transposed(solution.coefficients));
    expectGolden(golden, 'intercept', solution.intercepts);
  });

  it('agrees without an intercept', () => {
    const problem = { x, y, weights, regularization: 0.8, intercept: false };
    const solution = solveRidge(referenceLinearAlgebra, problem);
    expectGolden(golden, 'coefNoIntercept', transposed(solution.coefficients));
  });

  it('agrees with ordinary least squares at λ = 0', () => {
    const solution = solveRidge(referenceLinearAlgebra, { x, y, regularization: 0 });
    expectGolden(golden, 'ols', [...transposed(solution.coefficients), ...solution.intercepts]);
  });
});
