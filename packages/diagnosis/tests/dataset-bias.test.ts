import { denseMatrix } from '@graft-ml/core';
import { datasetBias, negativeBias, sampleValue } from '@graft-ml/diagnosis';
import { randomSource } from '@graft-ml/numerics';
import { dropsOf } from '../src/dataset-bias/dataset-bias.js';
import { normalRows } from './support/rows.js';

/** Two classes in the first feature; `mark` in the second gives the set away. */
function set(name: string, seed: number, n: number, { mark = 0, turn = 1 } = {}) {
  const random = randomSource(seed);
  const y = Array.from({ length: n }, (_, i) => i % 2);
  const x = normalRows(random, n, 3).map(([a, b, c], i) => [
    a! + turn * (y[i] === 1 ? 2 : -2),
    b! + mark,
    c!,
  ]);
  return { name, x, y };
}

describe('the data set game', () => {
  it('finds neither names nor drops in a random split of one set', async () => {
    const all = set('one', 1, 600);
    const part = (k: number) => ({
      name: `part ${k}`,
      x: all.x.slice(200 * k, 200 * (k + 1)),
      y: all.y.slice(200 * k, 200 * (k + 1)),
    });
    const game = await datasetBias([part(0), part(1), part(2)]);
    expect(game.chance).toBeCloseTo(1 / 3, 12);
    // Three standard deviations of a share of 600 rows.
    expect(Math.abs(game.nameAccuracy - 1 / 3)).toBeLessThan(3 * Math.sqrt(2 / 9 / 600));
    for (const drop of game.drops) expect(Math.abs(drop)).toBeLessThan(0.05);
  });

  it('names sets that carry a mark, although what they teach is the same', async () => {
    const game = await datasetBias([set('a', 1, 100), set('b', 2, 300, { mark: 4 })]);
    expect(game.nameAccuracy).toBeGreaterThan(0.95);
    expect(game.names).toEqual(['a', 'b']);
    for (let i = 0; i < 2; i++) {
      expect(game.confusion.data[2 * i]! + game.confusion.data[2 * i + 1]!).toBeCloseTo(1, 12);
      expect(Math.abs(game.drops[i]!)).toBeLessThan(0.1);
    }
  });

  it('shows a drop where sets teach different things, and repeats itself', async () => {
    const sets = [set('a', 1, 120), set('turned', 2, 120, { turn: -1 })];
    const game = await datasetBias(sets);
    for (const drop of game.drops) expect(drop).toBeGreaterThan(0.8);
    expect(game.crossAccuracy.data[0]).toBeGreaterThan(0.9);
    expect(await datasetBias(sets)).toEqual(game);
  });

  it('computes drops as (own − mean of the others) / own', () => {
    const drops = dropsOf(
      denseMatrix(3, 3, Float64Array.of(0.8, 0.4, 0.6, 0.5, 1, 0.5, 0.6, 0.3, 0.9)),
    );
    expect(Array.from(drops)).toEqual([
      expect.closeTo((0.8 - 0.5) / 0.8, 12),
      expect.closeTo(0.5, 12),
      expect.closeTo((0.9 - 0.45) / 0.9, 12),
    ]);
  });

  it('refuses one set, few rows and other features', async () => {
    const a = set('a', 1, 20);
    await expect(datasetBias([a])).rejects.toMatchObject({ code: 'INVALID_DATA' });
    await expect(datasetBias([a, { ...a, x: a.x.slice(0, 3), y: [0, 1, 0] }])).rejects.toThrow(
      /rows/,
    );
    const narrow = { ...a, x: a.x.map(([v]) => [v!]) };
    await expect(datasetBias([a, narrow])).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('the bias of negatives', () => {
  const blob = (seed: number, at: number, n = 80) =>
    normalRows(randomSource(seed), n, 2).map(([a, b]) => [a! + at, b!]);

  it('is nil where every set has the same negatives', async () => {
    const sets = [1, 2].map((k) => ({
      name: String(k),
      positives: blob(k, 4),
      negatives: blob(10 + k, 0),
    }));
    for (const { drop } of await negativeBias(sets)) expect(Math.abs(drop)).toBeLessThan(0.05);
  });

  it('shows a detector that has only learned what its set lacks', async () => {
    // Set a tells its positives from negatives on the left; those of set b lie on the right.
    const [a] = await negativeBias([
      { name: 'a', positives: blob(1, 0), negatives: blob(2, -5) },
      { name: 'b', positives: blob(3, 0), negatives: blob(4, 5) },
    ]);
    expect(a!.own).toBeGreaterThan(0.95);
    expect(a!.drop).toBeGreaterThan(0.15);
    expect(a!.drop).toBeCloseTo((a!.own - a!.union) / a!.own, 12);
  });
});

describe('the market value of a row', () => {
  const sizes = [10, 20, 40, 80, 160, 320];
  const own = sizes.map((n) => 0.2 + 0.1 * Math.log(n));

  it.each([1, 0.5, 0.25, 1 / 3])('is %d where that shift makes the curves meet', (alpha) => {
    const other = sizes.map((n) => 0.2 + 0.1 * Math.log(alpha * n));
    expect(sampleValue({ sizes, own, other })).toBeCloseTo(alpha, 6);
  });

  it('is not a number where the other set never gets as far as the own one begins', () => {
    expect(sampleValue({ sizes, own, other: sizes.map(() => 0.1) })).toBeNaN();
    expect(() => sampleValue({ sizes: [10, 5], own: [0, 1], other: [0, 1] })).toThrow(/ascending/);
  });
});
