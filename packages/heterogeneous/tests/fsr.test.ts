import { isTransferError } from '@graft-ml/core';
import { FeatureSpaceRemapping } from '@graft-ml/heterogeneous';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';

const order = [4, 2, 0, 5, 1, 3];

/** Six features of different shapes; classes shift three of them. The target has them in another order and in other units. */
function sample(n: number, seed: number, target: boolean) {
  const random = randomSource(seed);
  const y = Array.from({ length: n }, (_, i) => (i % 2 ? 'on' : 'off'));
  const x = y.map((label) => {
    const on = label === 'on' ? 1 : 0;
    return [
      random.normal() + 2 * on,
      random.normal() ** 2 - 1.5 * on,
      random.uniform(),
      Math.exp(random.normal()),
      random.uniform() < 0.2 ? 1 : 0,
      Math.exp(0.5 * random.normal()) + on,
    ];
  });
  const rows = target ? x.map((row) => order.map((j, a) => 3 * (a + 1) * row[j]! - a)) : x;
  return { x: rows, y };
}

const source = sample(600, 1, false);
const test = sample(600, 2, true);

describe('FeatureSpaceRemapping', () => {
  it('finds which column is which from distributions alone', async () => {
    const { fitted } = await new FeatureSpaceRemapping().fit({ source, target: { x: test.x } });
    expect(Array.from(fitted.matches)).toEqual(order);
    expect(fitted.diagnostics.facts).toMatchObject({ comparedBy: 'distribution', unmatched: 0 });
  });

  it('lets a source model label rows with other columns', async () => {
    const { problem } = await new FeatureSpaceRemapping().fit({ source, target: { x: test.x } });
    const model = await new LogisticRegression().fit(problem);
    const predicted = await model.predict(problem.target.x);
    const right = predicted.filter((label, i) => label === test.y[i]).length / test.y.length;
    expect(right).toBeGreaterThan(0.85);
  });

  it('goes by classes where both domains have labels, unless told otherwise', async () => {
    const labelled = { x: test.x.slice(0, 60), y: test.y.slice(0, 60) };
    const target = { x: test.x, labelled };
    const { fitted } = await new FeatureSpaceRemapping().fit({ source, target });
    expect(fitted.diagnostics.facts!['comparedBy']).toBe('classes');
    // The features that part the classes find each other.
    for (const a of [2, 3, 4]) expect([0, 1, 5]).toContain(fitted.matches[a]);
    const shaped = await new FeatureSpaceRemapping({ compare: 'distribution' }).fit({
      source,
      target,
    });
    expect(Array.from(shaped.fitted.matches)).toEqual(order);
  });

  it('refuses to compare classes without labels', async () => {
    const error: unknown = await new FeatureSpaceRemapping({ compare: 'classes' })
      .fit({ source, target: { x: test.x } })
      .catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
  });
});
