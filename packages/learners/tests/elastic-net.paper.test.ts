import { ElasticNet, RidgeRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { gap, groups, someWeights } from './support/samples.js';

describe('the formula of ElasticNet', () => {
  const { x, value } = groups(40, 5, 2);
  const w = someWeights(40, 3);

  it.each([
    ['products of the columns', 1e-12],
    ['the rows', 1e-14],
  ])('meets the conditions of its minimum, working on %s', async (_, tolerance) => {
    const lambda = 20;
    const rho = 0.7;
    const learner = new ElasticNet({ regularization: lambda, l1Ratio: rho, tolerance });
    const model = await learner.fit({ x, y: value, weights: w });
    const beta = model.coefficients.data;
    const residual = await model.predictEncoded(x).then((p) => value.map((v, i) => v - p[i]!));
    expect(Math.abs(residual.reduce((s, r, i) => s + w[i]! * r, 0))).toBeLessThan(1e-9);
    for (let j = 0; j < 5; j++) {
      const slope =
        x.reduce((s, row, i) => s + w[i]! * residual[i]! * row[j]!, 0) -
        lambda * (1 - rho) * beta[j]!;
      if (beta[j] === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(lambda * rho);
      else expect(slope).toBeCloseTo(lambda * rho * Math.sign(beta[j]!), 5);
    }
    expect(beta.some((v) => v === 0)).toBe(true);
  });

  it.each([1e-12, 1e-14])(
    'is ridge regression with the same λ at ρ = 0 (%s)',
    async (tolerance) => {
      const learner = new ElasticNet({ regularization: 3, l1Ratio: 0, tolerance });
      const net = await learner.fit({ x, y: value, weights: w });
      const ridge = await new RidgeRegression({ regularization: 3 }).fit({
        x,
        y: value,
        weights: w,
      });
      expect(gap(net.coefficients.data, ridge.coefficients.data)).toBeLessThan(1e-6);
    },
  );
});

describeGolden('num.lasso', (golden) => {
  it('agrees, with λ = n·alpha for a mean in place of the sum', async () => {
    const { A, b } = golden.inputs;
    const { alpha, l1_ratio: l1Ratio } = golden.options as Record<string, number>;
    for (const linearAlgebra of [referenceLinearAlgebra, await loadWasmLinearAlgebra()]) {
      const learner = new ElasticNet(
        { regularization: 12 * alpha!, l1Ratio: l1Ratio!, tolerance: 1e-14 },
        { linearAlgebra },
      );
      const model = await learner.fit({ x: rowsOf(A!), y: b!.data });
      expectGolden(golden, 'coef', model.coefficients.data);
      expectGolden(golden, 'intercept', model.intercepts);
    }
  });
});
