import { QuadraticDiscriminant } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { groups } from './support/samples.js';

describe('QuadraticDiscriminant', () => {
  it('tells a narrow class from a wide one around it', async () => {
    const random = randomSource(4);
    const y = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 'narrow' : 'wide'));
    const x = y.map((label) => [0, 1].map(() => random.normal() * (label === 'wide' ? 5 : 0.5)));
    const model = await new QuadraticDiscriminant().fit({ x, y });
    const predicted = await model.predict(x);
    expect(predicted.filter((label, i) => label === y[i]).length).toBeGreaterThan(185);
  });

  it('needs no more rows than features in a class with its default shrinkage, but says so at 0', async () => {
    const { x, y } = groups(9, 4, 2);
    await new QuadraticDiscriminant().fit({ x, y });
    await expect(new QuadraticDiscriminant({ shrinkage: 0 }).fit({ x, y })).rejects.toMatchObject({
      code: 'NUMERICAL',
    });
  });

  it('refuses a class with a single row, and leaves out one without weight', async () => {
    const { x, y } = groups(30, 2, 2);
    const lonely = y.map((label, i) => (i === 0 ? 9 : label));
    await expect(new QuadraticDiscriminant().fit({ x, y: lonely })).rejects.toMatchObject({
      code: 'NUMERICAL',
    });
    const weights = y.map((label) => (label === 1 ? 0 : 1));
    const model = await new QuadraticDiscriminant().fit({ x, y, weights });
    expect((await model.predictProba(x)).data[1]).toBe(0);
  });
});
