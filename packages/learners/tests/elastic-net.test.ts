import { ElasticNet } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { gap, groups, sparse } from './support/samples.js';

describe('ElasticNet', () => {
  it('finds the few features that matter', async () => {
    const random = randomSource(2);
    const x = Array.from({ length: 80 }, () => Array.from({ length: 12 }, () => random.normal()));
    const y = x.map((row) => 3 * row[2]! - 2 * row[7]! + 0.1 * random.normal() + 5);
    const model = await new ElasticNet({ regularization: 20, l1Ratio: 1 }).fit({ x, y });
    const used = Array.from(model.coefficients.data.keys()).filter(
      (j) => model.coefficients.data[j] !== 0,
    );
    expect(used).toEqual([2, 7]);
    expect(model.diagnostics.facts!['nonZero']).toBe(2);
    expect(model.diagnostics.stopReason).toBe('the duality gap is within the tolerance');
  });

  it('sets all coefficients to 0 when the penalty is large enough, and predicts the mean', async () => {
    const { x, value } = groups(30, 3, 1);
    const model = await new ElasticNet({ regularization: 1e6 }).fit({ x, y: value });
    expect(Array.from(model.coefficients.data)).toEqual([0, 0, 0]);
    expect(model.intercepts[0]).toBeCloseTo(value.reduce((a, b) => a + b, 0) / 30, 12);
  });

  it('reports how far above its minimum the objective can be', async () => {
    const { x, value } = groups(60, 6, 4);
    const objective = async (tolerance: number) => {
      const learner = new ElasticNet({ regularization: 9, tolerance });
      const model = await learner.fit({ x, y: value });
      const fitted = await model.predictEncoded(x);
      const squares = value.reduce((sum, v, i) => sum + (v - fitted[i]!) ** 2, 0);
      const penalty = model.coefficients.data.reduce(
        (s, b) => s + Math.abs(b) / 2 + (b * b) / 4,
        0,
      );
      return { value: squares / 2 + 9 * penalty, model };
    };
    const best = await objective(1e-14);
    const rough = await objective(0.01);
    const above = rough.value - best.value;
    const reported = rough.model.diagnostics.facts!['dualityGap'] as number;
    expect(above).toBeGreaterThan(1e-9);
    expect(reported).toBeGreaterThanOrEqual(above);
    expect(reported).toBeLessThan(1000 * above);
  });

  it('chooses among more columns than rows', async () => {
    const random = randomSource(5);
    const x = Array.from({ length: 20 }, () => Array.from({ length: 30 }, () => random.normal()));
    const y = x.map((row) => 4 * row[3]! + 0.1 * random.normal());
    const model = await new ElasticNet({ regularization: 10, l1Ratio: 1 }).fit({ x, y });
    expect(model.diagnostics.converged).toBe(true);
    const size = model.coefficients.data.map(Math.abs);
    expect(size.indexOf(Math.max(...size))).toBe(3);
  });

  it('gives the same from sparse rows, and warns when it has to stop early', async () => {
    const { x, value } = groups(30, 4, 1);
    const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
    const dense = await new ElasticNet().fit({ x: rows, y: value });
    const csr = await new ElasticNet().fit({ x: sparse(rows), y: value });
    expect(gap(dense.coefficients.data, csr.coefficients.data)).toBeLessThan(1e-12);
    const early = await new ElasticNet({ maxIterations: 1, tolerance: 1e-12 }).fit({ x, y: value });
    expect(early.diagnostics.warnings[0]?.code).toBe('NOT_CONVERGED');
  });
});
