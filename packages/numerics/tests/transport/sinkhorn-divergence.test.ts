import { denseMatrix } from '@graft-ml/core';
import {
  randomSource,
  referenceLinearAlgebra as linalg,
  sinkhorn,
  sinkhornDivergence,
  optimalTransport,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../../tools/testing/golden.js';
import { errorOf, fromGolden, normalMatrix } from '../support/matrices.js';
import { numbers, weights } from './problems.js';

describeGolden('div.sinkhorn', (golden) => {
  it('gives both definitions', () => {
    const regularization = golden.options['reg'] as number;
    const [xs, xt] = [golden.inputs['Xs'], golden.inputs['Xt']].map(fromGolden);
    const result = sinkhornDivergence(linalg, xs, xt, { regularization });
    expectGolden(golden, 'otRegST', [result.entropicCost]);
    expectGolden(golden, 'sinkhornDivergence', [result.divergence]);
    expectGolden(golden, 'sharpST', [result.transportCost]);
    expectGolden(golden, 'sharpDivergence', [result.sharpDivergence]);
    expect(result).toMatchObject({ converged: true, reason: 'residual' });
  });
});

describe('sinkhornDivergence', () => {
  const random = randomSource(2);
  const xs = normalMatrix(12, 2, random);
  const xt = normalMatrix(9, 2, random);
  const next = numbers(4);
  const sourceWeights = weights(12, next, 4);
  const targetWeights = weights(9, next, 4);

  it('is the difference of three values Σ P·C + ε·KL(P | a·bᵀ)', () => {
    const regularization = 0.4;
    const value = (x: typeof xs, y: typeof xs, a: Float64Array, b: Float64Array): number => {
      const cost = linalg.squaredDistances(x, y);
      const { plan, cost: linear } = sinkhorn(cost, {
        regularization,
        sourceWeights: a,
        targetWeights: b,
        tolerance: 1e-13,
        maxIterations: 100_000,
      });
      let divergence = 1;
      plan.data.forEach((share, p) => {
        const independent = a[Math.floor(p / y.rows)] * b[p % y.rows];
        if (share > 0) divergence += share * Math.log(share / independent) - share;
      });
      return linear + regularization * divergence;
    };
    const expected =
      value(xs, xt, sourceWeights, targetWeights) -
      value(xs, xs, sourceWeights, sourceWeights) / 2 -
      value(xt, xt, targetWeights, targetWeights) / 2;
    const options = { regularization, sourceWeights, targetWeights };
    expect(sinkhornDivergence(linalg, xs, xt, options).divergence).toBeCloseTo(expected, 8);
  });

  it('is zero between a domain and itself, for any regularisation', () => {
    for (const regularization of [1e-3, 0.1, 100]) {
      const options = { regularization, sourceWeights, targetWeights: sourceWeights };
      const { divergence } = sinkhornDivergence(linalg, xs, xs, options);
      expect(Math.abs(divergence)).toBeLessThan(1e-8);
    }
  });

  it('goes from the exact transport cost to the distance of the means', () => {
    const cost = linalg.squaredDistances(xs, xt);
    const exact = optimalTransport(cost, { sourceWeights, targetWeights }).cost;
    const options = { sourceWeights, targetWeights };
    const sharp = sinkhornDivergence(linalg, xs, xt, { ...options, regularization: 0.01 });
    expect(sharp.divergence).toBeCloseTo(exact, 1);
    const blunt = sinkhornDivergence(linalg, xs, xt, { ...options, regularization: 1e5 });
    const mean = (rows: typeof xs, w: Float64Array, k: number): number =>
      w.reduce((sum, weight, i) => sum + weight * rows.data[2 * i + k], 0);
    const squared = [0, 1].map(
      (k) => (mean(xs, sourceWeights, k) - mean(xt, targetWeights, k)) ** 2,
    );
    expect(blunt.divergence).toBeCloseTo(squared[0] + squared[1], 3);
  });

  it('ignores rows without mass, and is symmetric', () => {
    const options = { regularization: 0.3, sourceWeights, targetWeights };
    const there = sinkhornDivergence(linalg, xs, xt, options);
    const far = { ...xs, data: xs.data.slice() };
    sourceWeights.forEach((weight, i) => {
      if (weight === 0) far.data[2 * i] = 1e6;
    });
    expect(sourceWeights).toContain(0);
    expect(sinkhornDivergence(linalg, far, xt, options)).toEqual(there);
    const back = sinkhornDivergence(linalg, xt, xs, {
      regularization: 0.3,
      sourceWeights: targetWeights,
      targetWeights: sourceWeights,
    });
    expect(back.divergence).toBeCloseTo(there.divergence, 8);
  });

  it('says when it had to stop', () => {
    const result = sinkhornDivergence(linalg, xs, xt, { regularization: 0.1, maxIterations: 2 });
    expect(result).toMatchObject({ iterations: 2, converged: false, reason: 'max-iterations' });
  });

  it('refuses domains that do not fit', () => {
    const options = { regularization: 1 };
    const solve =
      (x: typeof xs, change = {}) =>
      () =>
        sinkhornDivergence(linalg, x, xt, { ...options, ...change });
    errorOf(solve(normalMatrix(3, 3)), 'SHAPE_MISMATCH');
    errorOf(solve(denseMatrix(0, 2)), 'SHAPE_MISMATCH');
    errorOf(solve(xs, { regularization: 0 }), 'INVALID_OPTION');
    errorOf(solve(xs, { sourceWeights: new Float64Array(12).fill(1) }), 'INVALID_DATA');
  });
});
