import { NearestCentroid } from '@graft-ml/learners';
import { groups, sparse } from './support/samples.js';

describe('NearestCentroid', () => {
  it('predicts the class with the nearest mean, the smaller class on a tie', async () => {
    const model = await new NearestCentroid().fit({ x: [[0], [2], [9]], y: ['b', 'b', 'a'] });
    expect(await model.predict([[1], [8], [5]])).toEqual(['b', 'a', 'a']);
  });

  it('never predicts a class without weight', async () => {
    const model = await new NearestCentroid().fit({
      x: [[0], [1], [5]],
      y: [0, 1, 2],
      weights: [1, 0, 1],
    });
    expect(await model.predict([[1], [1.2]])).toEqual([0, 0]);
    expect(model.centroids.rows).toBe(2);
  });

  it('gives the same from sparse rows', async () => {
    const { x, y } = groups(60, 5, 3);
    const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
    const dense = await new NearestCentroid().fit({ x: rows, y });
    const csr = await new NearestCentroid().fit({ x: sparse(rows), y });
    expect(await csr.predict(sparse(rows))).toEqual(await dense.predict(rows));
  });
});
