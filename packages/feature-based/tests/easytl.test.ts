import { isTransferError } from '@graft-ml/core';
import { EasyTransferLearning } from '@graft-ml/feature-based';

const source = { x: [[0], [1], [10], [11], [20], [21]], y: ['a', 'a', 'b', 'b', 'c', 'c'] };

describe('EasyTransferLearning', () => {
  it('leaves no class without a row, and the nearest mean would', async () => {
    const target = { x: [[1], [2], [9], [12], [14]] };
    const model = await new EasyTransferLearning().fit({ source, target });
    expect(await model.predict(target.x)).toEqual(['a', 'a', 'b', 'b', 'c']);
    const nearest = await new EasyTransferLearning({ minimum: 0 }).fit({ source, target });
    expect(await nearest.predict(target.x)).toEqual(['a', 'a', 'b', 'b', 'b']);
    expect(nearest.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_MISSING']);
  });

  it('labels new rows by distances less prices', async () => {
    const target = { x: [[1], [2], [9], [12], [14]] };
    const model = await new EasyTransferLearning().fit({ source, target });
    // The price of "c" lies between what the rows at 14 and at 12 need: 3 and 7.
    expect(model.prices[2]).toBeCloseTo(5, 12);
    expect(await model.predict([[12.9], [13.1]])).toEqual(['b', 'c']);
  });

  it('counts source rows by their weights', async () => {
    const weights = [1, 0, 1, 1, 1, 1];
    const model = await new EasyTransferLearning().fit({
      source: { ...source, weights },
      target: { x: [[1], [9], [20]] },
    });
    expect(model.means.data[0]).toBe(0);
  });

  it('refuses a minimum that the target rows cannot meet', async () => {
    const fit = new EasyTransferLearning({ minimum: 2 }).fit({ source, target: { x: [[1], [2]] } });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_OPTION')).toBe(true);
  });
});
