import { RidgeClassifier } from '@graft-ml/learners';
import { gap, groups, sparse } from './support/samples.js';

describe('RidgeClassifier', () => {
  it('tells groups apart', async () => {
    const { x, y } = groups(90, 4, 1);
    const model = await new RidgeClassifier().fit({ x, y });
    const predicted = await model.predict(x);
    expect(predicted.filter((label, i) => label === y[i]).length).toBeGreaterThan(72);
    expect(model.predictProba).toBeUndefined();
  });

  it('has one output, positive for the second class, for two classes', async () => {
    const model = await new RidgeClassifier().fit({
      x: [[0], [1], [5], [6]],
      y: ['a', 'a', 'b', 'b'],
    });
    expect(model.coefficients.rows).toBe(1);
    expect(await model.predict([[0], [6]])).toEqual(['a', 'b']);
  });

  it('has scores that sum to 2 − C for every row', async () => {
    const { x, y } = groups(30, 4, 2);
    const { data } = (await new RidgeClassifier().fit({ x, y })).scores(x);
    for (let p = 0; p < data.length; p += 3) {
      expect(data[p]! + data[p + 1]! + data[p + 2]!).toBeCloseTo(-1, 12);
    }
  });

  it('gives the same from sparse rows', async () => {
    const { x, y } = groups(30, 5, 3);
    const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
    const dense = await new RidgeClassifier().fit({ x: rows, y });
    const csr = await new RidgeClassifier().fit({ x: sparse(rows), y });
    expect(gap(dense.coefficients.data, csr.coefficients.data)).toBeLessThan(1e-9);
  });
});
