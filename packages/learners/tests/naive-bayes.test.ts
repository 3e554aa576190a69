import { NaiveBayes } from '@graft-ml/learners';
import { gap, groups, someWeights, sparse } from './support/samples.js';

const counts = groups(40, 5, 3).x.map((row) => row.map((v) => Math.max(0, Math.round(v))));
const { y } = groups(40, 5, 3);

describe('NaiveBayes', () => {
  it.each(['gaussian', 'multinomial', 'bernoulli'] as const)(
    'gives the same from sparse rows as from dense ones (%s)',
    async (distribution) => {
      const learner = new NaiveBayes({ distribution });
      const weights = someWeights(40, 4);
      const dense = await learner.fit({ x: counts, y, weights });
      const csr = await learner.fit({ x: sparse(counts), y, weights });
      const query = counts.slice(0, 9);
      expect(gap(dense.tables.first.data, csr.tables.first.data)).toBeLessThan(1e-12);
      expect(gap(dense.tables.second.data, csr.tables.second.data)).toBeLessThan(1e-12);
      const proba = (await dense.predictProba(query)).data;
      expect(gap(proba, (await csr.predictProba(sparse(query))).data)).toBeLessThan(1e-10);
    },
  );

  it('raises every variance by a share of the largest one of a feature', async () => {
    const { x } = groups(40, 5, 3);
    const scaled = x.map((row) => row.map((v, j) => (j === 3 ? 10 * v : v)));
    const third = scaled.map((row) => row[3]!);
    const mean = third.reduce((a, b) => a + b, 0) / third.length;
    const largest = third.reduce((sum, v) => sum + (v - mean) ** 2, 0) / third.length;
    for (const weights of [undefined, y.map(() => 2)]) {
      const data = { x: scaled, y, ...(weights ? { weights } : {}) };
      const plain = await new NaiveBayes({ varianceFloor: 0 }).fit(data);
      const raised = await new NaiveBayes({ varianceFloor: 0.1 }).fit(data);
      const rise = raised.tables.second.data.map((v, p) => v - plain.tables.second.data[p]!);
      for (const value of rise) expect(value).toBeCloseTo(largest / 10, 9);
    }
  });

  it('gives probability 0 to a class without weight, and warns', async () => {
    const weights = y.map((label) => (label === 2 ? 0 : 1));
    const model = await new NaiveBayes().fit({ x: counts, y, weights });
    expect(model.diagnostics.warnings[0]?.code).toBe('CLASS_MISSING');
    expect((await model.predictProba(counts.slice(0, 1))).data[2]).toBe(0);
  });

  it('refuses negative counts while fitting and predicting', async () => {
    const learner = new NaiveBayes({ distribution: 'multinomial' });
    await expect(learner.fit({ x: [[1], [-1]], y: [0, 1] })).rejects.toThrow(
      'multinomial features are counts and cannot be negative; "x" holds -1.',
    );
    const model = await learner.fit({ x: [[1], [2]], y: [0, 1] });
    await expect(model.predict([[-2]])).rejects.toMatchObject({ code: 'INVALID_DATA' });
  });

  it('refuses features that are constant within a class when there is no floor', async () => {
    const learner = new NaiveBayes({ varianceFloor: 0 });
    await expect(learner.fit({ x: [[1], [1], [2]], y: [0, 0, 1] })).rejects.toMatchObject({
      code: 'NUMERICAL',
      details: { column: 0 },
    });
  });
});
