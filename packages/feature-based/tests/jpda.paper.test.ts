import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { JointProbabilityAdaptation } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap } from './support/measure.js';
import { movedClasses } from './support/moved-classes.js';
import { oracle } from './support/oracle.js';

const { multiply } = referenceLinearAlgebra;

const { xs, xt } = movedClasses();
const ys = xs.map((_, i) => i % 3);
const guessed = xt.map((_, i) => (i * 7) % 3);

/** X·(R₊ − μ·R₋)·Xᵀ + λI and X·H·Xᵀ with n × n matrices, one rank-one term per pair of classes. */
function naive(mu: number, lambda: number, classes: readonly number[]) {
  const n = 120;
  const x = denseMatrix(n, 6, Float64Array.from([...xs, ...xt].flat()));
  const r = denseMatrix(n, n);
  for (const c of classes) {
    for (const q of classes) {
      const e = Array.from({ length: n }, (_, i) => {
        if (i < 60) return ys[i] === c ? 1 / 60 : 0;
        return guessed[i - 60] === q ? -1 / 60 : 0;
      });
      const alpha = c === q ? 1 : -mu;
      r.data.forEach((_, p) => (r.data[p]! += alpha * e[Math.floor(p / n)]! * e[p % n]!));
    }
  }
  const h = denseMatrix(n, n);
  h.data.forEach((_, p) => (h.data[p] = (p % (n + 1) === 0 ? 1 : 0) - 1 / n));
  const between = (inner: DenseMatrix) => multiply(x, multiply(inner, x), { transposeA: true });
  const price = between(r);
  for (let j = 0; j < 6; j++) price.data[j * 7]! += lambda;
  return { price, scatter: between(h) };
}

describe('the formula of JPDA', () => {
  it.each([
    [0.1, 1],
    // So large a reward that the price is not positive definite.
    [3, 0.001],
  ])(
    'is price·A = scatter·A·φ for the smallest φ, columns of unit length, μ λ = %p %p',
    async (mu, lambda) => {
      const method = new JointProbabilityAdaptation(
        { discrimination: mu, regularization: lambda, nComponents: 3, maxIterations: 1 },
        { learner: oracle(guessed) },
      );
      const { fitted } = await method.fit({ source: { x: xs, y: ys }, target: { x: xt } });
      const a = fitted.target.matrix!;
      const { price, scatter } = naive(mu, lambda, [0, 1, 2]);
      // The pencil the other way round, whose second matrix is positive definite.
      const { values } = referenceLinearAlgebra.eigenGeneralized(price, scatter, {
        count: 3,
        which: 'smallest',
      });
      expect(values[0]! < 0).toBe(mu === 3);
      const scaled = a.data.map((value, p) => value * values[p % 3]!);
      const gap = largestGap(
        multiply(price, a).data,
        multiply(scatter, { ...a, data: scaled }).data,
      );
      expect(gap).toBeLessThan(1e-9);
      const lengths = [0, 1, 2].map((j) => Math.hypot(...a.data.filter((_, p) => p % 3 === j)));
      expect(largestGap(lengths, [1, 1, 1])).toBeLessThan(1e-12);
      const [first] = fitted.diagnostics.facts!['trace'] as { objective: number }[];
      const sum = values.reduce((total, value) => total + value, 0);
      expect(Math.abs(first!.objective - sum)).toBeLessThan(1e-10);
    },
  );

  it('has no term for a class that was guessed nowhere', async () => {
    const without = guessed.map((c) => (c === 2 ? 0 : c));
    const method = new JointProbabilityAdaptation(
      { nComponents: 6, maxIterations: 1 },
      { learner: oracle(without) },
    );
    const { fitted } = await method.fit({ source: { x: xs, y: ys }, target: { x: xt } });
    const [first] = fitted.diagnostics.facts!['trace'] as { missingClasses: number[] }[];
    expect(first!.missingClasses).toEqual([2]);
  });
});
