import { denseMatrix } from '@graft-ml/core';
import { GeodesicFlowKernel, ManifoldEmbeddedAlignment } from '@graft-ml/feature-based';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { distanceBalance } from '../src/internal/distance-balance.js';
import { largestGap, valuesOf } from './support/measure.js';
import { movedClasses } from './support/moved-classes.js';
import { naiveMatrices, sumOfMeanGaps } from './support/naive-regularization.js';
import { oracle } from './support/oracle.js';

const { multiply, solve } = referenceLinearAlgebra;

describe('the formula of MEDA', () => {
  const { xs, xt } = movedClasses();
  const ys = xs.map((_, i) => i % 3);
  const guessed = xt.map((_, i) => (i * 7) % 3);
  const problem = { source: { x: xs, y: ys }, target: { x: xt } };

  it.each([0, 0.3, 1])(
    'is β = ((E + λM + ρL)·K + ηI)⁻¹·E·Y by a general solver, on rows along the geodesic flow, μ = %p',
    async (balance) => {
      const flow = await new GeodesicFlowKernel({ nComponents: 2 }).fit(problem);
      const embedded = [flow.problem.sources[0]!.x, flow.problem.target.x].flatMap((x) => {
        const values = Array.from(valuesOf(x));
        return Array.from({ length: 60 }, (_, i) =>
          values.slice(i * x.columns, (i + 1) * x.columns),
        );
      });
      const unit = embedded.map((row) => row.map((value) => value / Math.hypot(...row)));
      const { k, l } = naiveMatrices(unit, 4, 0.5);
      const alphas = { marginal: 3 * (1 - balance), conditional: balance };
      const { data: m } = sumOfMeanGaps(ys, guessed, alphas);
      const norm = Math.hypot(...m);
      const inner = denseMatrix(120, 120);
      inner.data.forEach((_, p) => {
        const source = p % 121 === 0 && p / 121 < 60 ? 1 : 0;
        inner.data[p] = source + (10 * m[p]!) / norm + l.data[p]!;
      });
      const system = multiply(inner, k);
      for (let i = 0; i < 120; i++) system.data[i * 121]! += 0.1;
      const right = denseMatrix(120, 3);
      ys.forEach((c, i) => (right.data[i * 3 + c] = 1));
      const method = new ManifoldEmbeddedAlignment(
        { nComponents: 2, nNeighbours: 4, balance, maxIterations: 1 },
        { learner: oracle(guessed) },
      );
      const model = await method.fit(problem);
      const expected = multiply(k, solve(system, right)).data;
      const scores = (await model.scores([...xs, ...xt])).data;
      expect(largestGap(scores, expected)).toBeLessThan(1e-8);
    },
  );
});

describe('the balance of MEDA', () => {
  const random = randomSource(5);
  const cloud = (centre: number) =>
    Array.from({ length: 40 }, () => [centre + random.normal(), random.normal()]);
  const y = Float64Array.from({ length: 80 }, (_, i) => (i < 40 ? 0 : 1));
  const stacked = (...parts: number[][][]) => denseMatrix(160, 2, Float64Array.from(parts.flat(2)));
  const balanceOf = async (rows: ReturnType<typeof stacked>) =>
    (await distanceBalance(new LogisticRegression(), rows, y, 2))(y);

  it('leans to class means where classes change places under one cloud', async () => {
    const [left, right] = [-8, 8];
    const swapped = stacked(cloud(left), cloud(right), cloud(right), cloud(left));
    expect(await balanceOf(swapped)).toBeGreaterThan(0.9);
  });

  it('is a half where the distances overall and per class are both the largest there are', async () => {
    const apart = stacked(cloud(0), cloud(1), cloud(50), cloud(51));
    expect(await balanceOf(apart)).toBeCloseTo(0.5, 12);
  });

  it('is a half where no difference is seen, and where a class is too small to tell', async () => {
    const same = [cloud(0), cloud(1)];
    expect(await balanceOf(stacked(...same, ...same))).toBe(0.5);
    const rows = denseMatrix(3, 1, Float64Array.of(0, 1, 2));
    const estimate = await distanceBalance(new LogisticRegression(), rows, y.slice(39, 41), 2);
    expect(await estimate(Float64Array.of(0))).toBe(0.5);
  });
});
