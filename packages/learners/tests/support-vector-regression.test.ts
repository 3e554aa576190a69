import { r2, SupportVectorRegression } from '@graft-ml/learners';
import { gap, groups, sparse } from './support/samples.js';

describe('SupportVectorRegression', () => {
  const { x, value } = groups(90, 3, 1);

  it('follows a curve', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => [i / 8]);
    const y = rows.map(([v]) => Math.sin(v!));
    const model = await new SupportVectorRegression({ regularization: 0.01 }).fit({ x: rows, y });
    const error = gap(await model.predictEncoded(rows), y);
    expect(error).toBeLessThan(0.11);
  });

  it('needs no support vectors where all errors are forgiven', async () => {
    const model = await new SupportVectorRegression({ epsilon: 10 }).fit({
      x,
      y: value.map(() => 3.5),
    });
    expect(model.expansion.vectors.rows).toBe(0);
    expect(model.diagnostics.facts).toMatchObject({ supportVectors: 0 });
    expect((await model.predictEncoded([[0, 0, 0]]))[0]).toBeCloseTo(3.5, 12);
  });

  it('is optimal to 1e-6', async () => {
    const model = await new SupportVectorRegression().fit({ x, y: value });
    expect(model.diagnostics.facts!['kktResidual']).toBeLessThanOrEqual(1e-6);
    expect(r2(value, await model.predictEncoded(x))).toBeGreaterThan(0.8);
  });

  it('gives the same from sparse rows', async () => {
    const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
    const dense = await new SupportVectorRegression().fit({ x: rows, y: value });
    const csr = await new SupportVectorRegression().fit({ x: sparse(rows), y: value });
    expect(
      gap(await dense.predictEncoded(rows), await csr.predictEncoded(sparse(rows))),
    ).toBeLessThan(1e-4);
  });
});
