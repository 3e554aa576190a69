import { randomSource } from '@graft-ml/numerics';
import {
  createToolkit,
  type Recipe,
  search,
  type SearchSetup,
  type Trial,
} from '@graft-ml/toolkit';
import { Average, Recentre } from './toy-methods.js';

const learner = { use: 'average' };
const kit = createToolkit({ methods: [Recentre, Average] });
const recentre: Recipe = { name: 'recentre', steps: [{ use: 'recentre' }], learner };
const broken: Recipe = {
  name: 'broken',
  steps: [{ use: 'recentre', options: { fail: true } }],
  learner,
};
const nothing: Recipe = { name: 'nothing', steps: [], learner };

/** Two classes at 0 and at 6 in each of eight features; the first feature of the target is moved by 2.5. */
function clouds(n: number) {
  const random = randomSource(3);
  const draw = (moved: number) =>
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: 8 }, (__, j) => (j === 0 ? moved : 0) + 6 * (i % 2) + random.normal()),
    );
  const y = Array.from({ length: n }, (_, i) => (i % 2 ? 'high' : 'low'));
  return { source: { x: draw(0), y }, target: { x: draw(2.5) }, y };
}

const { source, target, y } = clouds(900);
const setup: SearchSetup = {
  problem: { source, target },
  recipes: [nothing, broken, recentre],
  budgetSeconds: 1000,
};

/** A journal in memory, and a clock that ticks once per reading. */
function journalled(trials: readonly Trial[] = []) {
  const kept: Trial[] = [];
  let now = 0;
  return {
    kept,
    journal: { trials, append: async (trial: Trial) => void kept.push(trial) },
    clock: () => now++,
  };
}

describe('search', () => {
  it('finds what helps, trying fewer recipes on more rows', async () => {
    const { kept, journal, clock } = journalled();
    const found = await search(kit, { ...setup, journal, clock });
    expect(found.best?.name).toBe('recentre');
    expect(found.ranking.map(({ recipe, rows }) => [recipe.name, rows])).toEqual([
      ['recentre', 900],
      ['nothing', 900],
    ]);
    expect(found.ranking[1]!.gain).toBe(0);
    // Source-only in each of three rounds; the recipe that fails has no second chance.
    expect(kept.map(({ recipe, rows }) => `${recipe} ${rows}`)).toEqual([
      'source-only 100',
      'nothing 100',
      'broken 100',
      'recentre 100',
      'source-only 300',
      'recentre 300',
      'nothing 300',
      'source-only 900',
      'recentre 900',
      'nothing 900',
    ]);
    expect(kept[2]).toMatchObject({ recipe: 'broken', error: 'broken on purpose' });
    expect(found).toMatchObject({ trials: 10, resumed: 0, spentSeconds: 10 });
  });

  it.each([1, 5, 9])('goes on after %i trials, losing and repeating none', async (done) => {
    const whole = journalled();
    const straight = await search(kit, { ...setup, ...whole });
    const rest = journalled(whole.kept.slice(0, done));
    const resumed = await search(kit, { ...setup, ...rest });
    expect(rest.kept).toEqual(whole.kept.slice(done));
    expect(resumed).toEqual({ ...straight, resumed: done });
  });

  it('keeps to its budget, source-only and what the journal has spent included', async () => {
    const { kept, journal, clock } = journalled();
    const short = await search(kit, { ...setup, budgetSeconds: 3, journal, clock });
    expect(kept).toHaveLength(3);
    expect(short.stopReason).toMatch(/budget of 3 s ran out/);
    expect(short.ranking.map(({ recipe }) => recipe.name)).toEqual(['nothing']);
    expect(short.best).toBeUndefined();
    const more = journalled(kept);
    const longer = await search(kit, { ...setup, budgetSeconds: 1000, ...more });
    expect([longer.resumed, longer.best?.name]).toEqual([3, 'recentre']);
  });

  it('starts no round that there is no time for', async () => {
    const { journal, clock } = journalled();
    // Four trials of a second are done; two on three times the rows may take nine each.
    const found = await search(kit, { ...setup, budgetSeconds: 14, journal, clock });
    expect(found.ranking.map(({ recipe, rows }) => `${recipe.name} ${rows}`)).toEqual([
      'recentre 300',
      'nothing 100',
    ]);
  });

  it('stops when asked to, and journals what is finished', async () => {
    const stop = new AbortController();
    const { kept, journal } = journalled();
    const run = search(kit, {
      ...setup,
      journal,
      signal: stop.signal,
      onProgress: ({ recipe }) => void (recipe === 'recentre' && stop.abort()),
    });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
    expect(kept.map(({ recipe }) => recipe)).toEqual(['source-only', 'nothing', 'broken']);
  });

  it('refuses numbers, for which there are no scores', async () => {
    const numbers = { source: { x: [[0], [1]], y: [0.5, 1.5] }, target: { x: [[1]] } };
    await expect(search(kit, { ...setup, problem: numbers })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });

  it('scores without labels even where there are some', async () => {
    const labelled = { x: target.x.slice(0, 40), y: y.slice(0, 40) };
    const seen = await search(kit, {
      ...setup,
      problem: { source, target: { ...target, labelled } },
    });
    const blind = await search(kit, setup);
    expect(seen.ranking.map(({ gain }) => gain)).toEqual(blind.ranking.map(({ gain }) => gain));
  });
});
