import { accuracy, LinearSvm } from '@graft-ml/learners';
import { gap, groups, sparse } from './support/samples.js';

describe('LinearSvm', () => {
  const { x, y } = groups(90, 4, 1);

  it('tells groups apart with one output per class', async () => {
    const model = await new LinearSvm().fit({ x, y });
    expect(accuracy(y, await model.predict(x))).toBeGreaterThan(0.8);
    expect(model.coefficients).toMatchObject({ rows: 3, columns: 4 });
    expect(model.diagnostics.converged).toBe(true);
  });

  it('ignores rows beyond the margin', async () => {
    const few = [[0], [1], [3], [4]];
    const labels = ['a', 'a', 'b', 'b'];
    const near = await new LinearSvm({ regularization: 0.1 }).fit({ x: few, y: labels });
    const far = await new LinearSvm({ regularization: 0.1 }).fit({
      x: [...few, [900]],
      y: [...labels, 'b'],
    });
    expect(near.coefficients.rows).toBe(1);
    expect(gap(near.coefficients.data, far.coefficients.data)).toBeLessThan(1e-4);
  });

  it('gives the same from sparse rows', async () => {
    const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
    const dense = await new LinearSvm().fit({ x: rows, y });
    const csr = await new LinearSvm().fit({ x: sparse(rows), y });
    expect(gap(dense.coefficients.data, csr.coefficients.data)).toBeLessThan(1e-5);
  });

  it('warns when it has to stop early', async () => {
    const model = await new LinearSvm({ maxIterations: 1 }).fit({ x, y });
    expect(model.diagnostics.converged).toBe(false);
    expect(model.diagnostics.warnings[0]?.code).toBe('NOT_CONVERGED');
  });
});
