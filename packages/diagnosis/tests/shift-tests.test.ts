import { conditionalShift, contextBias, featureTests, mmdTest } from '@graft-ml/diagnosis';
import { randomSource } from '@graft-ml/numerics';
import { normalRows } from './support/rows.js';

describe('feature tests', () => {
  it('name the features that moved and no others', () => {
    const random = randomSource(1);
    const s = normalRows(random, 200, 4).map((row) => [...row, random.uniform() < 0.5 ? 1 : 0]);
    const t = normalRows(random, 200, 4).map((row, i) => [...row, i % 10 === 0 ? 1 : 0]);
    for (const row of t) row[2]! += 0.8;
    const names = ['a', 'b', 'c', 'd', 'flag'];
    const kinds = ['numeric', 'numeric', 'numeric', 'numeric', 'binary'] as const;
    const tests = featureTests(s, t, { names, kinds });
    expect(tests.filter(({ holm }) => holm < 0.01).map(({ feature }) => feature)).toEqual([
      'c',
      'flag',
    ]);
    expect(tests[4]!.test).toBe('chi-square');
    for (const { pValue, holm, falseDiscovery } of tests) {
      expect(holm).toBeGreaterThanOrEqual(falseDiscovery);
      expect(falseDiscovery).toBeGreaterThanOrEqual(pValue);
    }
  });

  it('find a word that changed its meaning though not its frequency', () => {
    const y = Array.from({ length: 80 }, (_, i) => i % 2);
    const source = { x: y.map((label, i) => [label, i % 4 < 2 ? 1 : 0]), y };
    const target = { x: y.map((label, i) => [1 - label, i % 4 < 2 ? 1 : 0]), y };
    const [changed, kept] = contextBias(source, target, 1);
    expect(changed!.holm).toBeLessThan(1e-6);
    expect(kept!.holm).toBe(1);
  });
});

describe('conditional shift', () => {
  const make = (flip: boolean, shift = 0) => {
    const random = randomSource(5);
    const x = normalRows(random, 200, 2);
    const y = x.map(([a]) => (a! + 0.3 * random.normal() > 0 ? 1 : 0));
    const xt = normalRows(random, 40, 2).map(([a, b]) => [a! + shift, b!]);
    const yt = xt.map(([a]) => (a! + 0.3 * random.normal() > 0 !== flip ? 1 : 0));
    return [
      { x, y },
      { x: xt, y: yt },
    ] as const;
  };

  it('is seen where labels are turned round', async () => {
    const [source, target] = make(true);
    const result = await conditionalShift(source, target, 2);
    expect(result.answer).toBe('differs');
    expect(result.test!.pValue).toBeLessThan(0.01);
  });

  it('is never denied', async () => {
    const [source, target] = make(false);
    expect((await conditionalShift(source, target, 2)).answer).toBe('inconclusive');
    expect((await conditionalShift(source, undefined, 2)).reason).toMatch(/cannot be compared/);
    const few = { x: target.x.slice(0, 5), y: target.y.slice(0, 5) };
    expect((await conditionalShift(source, few, 2)).reason).toMatch(/at least 10/);
  });

  it('is not claimed where the source has no rows', async () => {
    const [source, target] = make(true, 50);
    const result = await conditionalShift(source, target, 2);
    expect(result.answer).toBe('inconclusive');
    expect(result.reason).toMatch(/source is silent/);
  });
});

describe('the permutation test', () => {
  it('repeats itself and draws rows where there are many', () => {
    const random = randomSource(2);
    const [s, t] = [normalRows(random, 60, 2), normalRows(random, 60, 2)];
    const options = { nPermutations: 50, maxRows: 20, seed: 4 };
    expect(mmdTest(s, t, options)).toEqual(mmdTest(s, t, options));
    expect(() => mmdTest(s, t, { nPermutations: 0 })).toThrow(/whole number ≥ 1/);
  });
});
