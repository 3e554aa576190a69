import { isLinearModel } from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { gap, groups, sparse } from './support/samples.js';

describe('LogisticRegression', () => {
  it('tells groups apart and says how it ended', async () => {
    const { x, y } = groups(90, 4, 1);
    const model = await new LogisticRegression().fit({ x, y });
    const predicted = await model.predict(x);
    const right = predicted.filter((label, i) => label === y[i]).length;
    expect(right).toBeGreaterThan(75);
    expect(model.diagnostics.converged).toBe(true);
    expect(model.diagnostics.stopReason).toBe('the gradient is within the tolerance');
    expect(isLinearModel(model)).toBe(true);
    expect(model.coefficients).toMatchObject({ rows: 3, columns: 4 });
  });

  it('has one output, positive for the second class, for two classes', async () => {
    const x = [[0], [1], [2], [3]];
    const model = await new LogisticRegression().fit({ x, y: ['no', 'no', 'yes', 'yes'] });
    expect(model.coefficients).toMatchObject({ rows: 1, columns: 1 });
    expect(model.coefficients.data[0]).toBeGreaterThan(0);
    expect(await model.predict([[-5], [9]])).toEqual(['no', 'yes']);
  });

  it('takes no more iterations for columns in other units or far from zero', async () => {
    const { x, y } = groups(90, 4, 2);
    const moved = x.map((row) =>
      row.map((v, j) => v * 10 ** (2 * j - 3) + 1000 * 10 ** (2 * j - 3)),
    );
    const options = { regularization: 0 };
    const plain = await new LogisticRegression(options).fit({ x, y });
    const scaled = await new LogisticRegression(options).fit({ x: moved, y });
    expect(scaled.diagnostics.iterations).toBeLessThan(1.5 * plain.diagnostics.iterations!);
    const same = gap((await plain.predictProba(x)).data, (await scaled.predictProba(moved)).data);
    expect(same).toBeLessThan(1e-4);
  });

  it('takes a few iterations where columns nearly repeat each other', async () => {
    const random = randomSource(8);
    const { x, y } = groups(150, 4, 8);
    const noise = () => 1e-3 * random.normal();
    const related = x.map(([a, b, c, d]) => {
      return [a!, b!, c!, d!, a! + b! + noise(), b! + c! + noise(), c! - d! + noise()];
    });
    // 54 and 27 iterations where columns are only scaled.
    for (const [labels, most] of [
      [y, 24],
      [y.map((label) => Math.min(label, 1)), 17],
    ] as const) {
      const model = await new LogisticRegression({ regularization: 1e-3 }).fit({
        x: related,
        y: labels,
      });
      expect(model.diagnostics.converged).toBe(true);
      expect(model.diagnostics.iterations).toBeLessThanOrEqual(most);
    }
  });

  it('gives the same from sparse rows, without making them dense', async () => {
    const { x, y } = groups(60, 5, 3);
    const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
    const dense = await new LogisticRegression().fit({ x: rows, y });
    const csr = await new LogisticRegression().fit({ x: sparse(rows), y });
    expect(gap(dense.coefficients.data, csr.coefficients.data)).toBeLessThan(1e-6);
  });

  it('warns of a class without weight and practically never predicts it', async () => {
    const { x, y } = groups(60, 3, 4);
    const weights = y.map((label) => (label === 1 ? 0 : 1));
    const model = await new LogisticRegression().fit({ x, y, weights });
    expect(model.diagnostics.warnings.map(({ code }) => code)).toContain('CLASS_MISSING');
    expect(await model.predict(x)).not.toContain(1);
  });

  it('does not look at rows of weight 0, whatever they hold', async () => {
    const { x, y } = groups(30, 2, 6);
    const weights = [...y.map(() => 1), 0];
    for (const labels of [y, y.map((label) => label % 2)]) {
      const wild = await new LogisticRegression().fit({
        x: [...x, [1e308, -1e308]],
        y: [...labels, 0],
        weights,
      });
      const plain = await new LogisticRegression().fit({ x, y: labels });
      expect(gap(wild.coefficients.data, plain.coefficients.data)).toBeLessThan(1e-9);
    }
  });

  it('warns when it has to stop early', async () => {
    const { x, y } = groups(60, 3, 5);
    const model = await new LogisticRegression({ maxIterations: 1 }).fit({ x, y });
    expect(model.diagnostics.converged).toBe(false);
    expect(model.diagnostics.warnings[0]?.code).toBe('NOT_CONVERGED');
  });

  it('refuses rows of one class', async () => {
    await expect(new LogisticRegression().fit({ x: [[1], [2]], y: [1, 1] })).rejects.toThrow(
      'LogisticRegression: needs rows of at least 2 classes',
    );
  });
});
