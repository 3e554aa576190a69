import { isLinearModel } from '@graft-ml/core';
import { LinearDiscriminant, NearestCentroid } from '@graft-ml/learners';
import { groups } from './support/samples.js';

describe('LinearDiscriminant', () => {
  const { x, y } = groups(90, 4, 1);

  it('tells groups apart and is a linear model', async () => {
    const model = await new LinearDiscriminant().fit({ x, y });
    const predicted = await model.predict(x);
    expect(predicted.filter((label, i) => label === y[i]).length).toBeGreaterThan(72);
    expect(isLinearModel(model)).toBe(true);
    expect(model.axes).toMatchObject({ rows: 4, columns: 2 });
  });

  it('says what to do where the covariance is singular, and shrinkage does it', async () => {
    const wide = x.slice(0, 6).map((row) => [...row, ...row.map((v) => v * v), 1]);
    const labels = y.slice(0, 6);
    await expect(new LinearDiscriminant().fit({ x: wide, y: labels })).rejects.toMatchObject({
      code: 'NUMERICAL',
    });
    const model = await new LinearDiscriminant({ shrinkage: 0.2 }).fit({ x: wide, y: labels });
    expect(await model.predict(wide)).toEqual(labels);
  });

  it('is the nearest centroid at full shrinkage with classes of equal weight', async () => {
    const lda = await new LinearDiscriminant({ shrinkage: 1 }).fit({ x, y });
    const centroid = await new NearestCentroid().fit({ x, y });
    expect(await lda.predict(x)).toEqual(await centroid.predict(x));
  });

  it('never predicts a class without weight', async () => {
    const weights = y.map((label) => (label === 1 ? 0 : 1));
    const model = await new LinearDiscriminant().fit({ x, y, weights });
    expect(await model.predict(x)).not.toContain(1);
    expect((await model.predictProba(x)).data[1]).toBe(0);
    expect(model.axes.columns).toBe(1);
  });
});
