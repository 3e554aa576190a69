import type { PlainProblem } from '@graft-ml/core';
import { pipeline } from '@graft-ml/toolkit';
import { Average, Recentre } from './toy-methods.js';

const problem: PlainProblem = {
  source: {
    x: [
      [0, 0],
      [2, 2],
      [10, 10],
      [12, 12],
    ],
    y: ['low', 'low', 'high', 'high'],
  },
  target: {
    x: [
      [100, 100],
      [112, 112],
    ],
  },
};

describe('pipeline', () => {
  it('ends in a model that sends target rows through every step', async () => {
    const model = await pipeline([new Recentre(), new Average()]).fit(problem);
    expect(
      await model.predict([
        [100, 100],
        [112, 112],
      ]),
    ).toEqual(['low', 'high']);
    expect(model.nFeatures).toBe(2);
    expect(model.features).toEqual(['f0', 'f1']);
  });

  it('without an estimator is itself a step, and nests', async () => {
    const inner = pipeline([new Recentre(), new Recentre()]);
    const model = await pipeline([inner, new Average()]).fit(problem);
    expect(await model.predict([[112, 112]])).toEqual(['high']);
  });

  it('gathers the warnings of all its parts', async () => {
    const model = await pipeline([
      new Recentre({ warn: true }),
      new Recentre({ warn: true }),
      new Average(),
    ]).fit(problem);
    expect(model.diagnostics.warnings.map(({ code }) => code)).toEqual(['TOY', 'TOY']);
  });

  it('has probabilities only where its model has them', async () => {
    const model = await pipeline([new Average()]).fit(problem);
    expect(model.predictProba).toBeUndefined();
  });

  it('refuses an estimator before the end, in JavaScript too', () => {
    // @ts-expect-error an estimator cannot be followed by a step
    expect(() => pipeline([new Average(), new Recentre()])).toThrow('step 0 makes a model');
  });

  it('refuses new rows of another width', async () => {
    const model = await pipeline([new Recentre(), new Average()]).fit(problem);
    await expect(model.predict([[1, 2, 3]])).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});
