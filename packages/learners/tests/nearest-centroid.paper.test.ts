import { NearestCentroid } from '@graft-ml/learners';
import { groups, someWeights } from './support/samples.js';

describe('the formula of NearestCentroid', () => {
  it('is the argmin of the squared distance to weighted class means', async () => {
    const { x, y } = groups(30, 3, 2);
    const w = someWeights(30, 3);
    const model = await new NearestCentroid().fit({ x, y, weights: w });
    const means = [0, 1, 2].map((c) => {
      const total = y.reduce((s, label, i) => s + (label === c ? w[i]! : 0), 0);
      return x[0]!.map(
        (_, j) => x.reduce((s, row, i) => s + (y[i] === c ? w[i]! * row[j]! : 0), 0) / total,
      );
    });
    means.flat().forEach((value, p) => expect(model.centroids.data[p]).toBeCloseTo(value, 12));
    const nearest = x.map((row) => {
      const d = means.map((m) => m.reduce((s, v, j) => s + (v - row[j]!) ** 2, 0));
      return d.indexOf(Math.min(...d));
    });
    expect(Array.from(await model.predictEncoded(x))).toEqual(nearest);
  });
});
