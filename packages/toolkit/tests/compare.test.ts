import type { PlainProblem } from '@graft-ml/core';
import {
  compare,
  type CompareSetup,
  createToolkit,
  type Recipe,
  type RunProducts,
} from '@graft-ml/toolkit';
import { Average, Recentre } from './toy-methods.js';

const kit = createToolkit({ methods: [Recentre, Average] });
const learner = { use: 'average' };
const recipes: Recipe[] = [
  { name: 'source-only', steps: [], learner },
  { name: 'broken', steps: [{ use: 'recentre', options: { fail: true } }], learner },
  { name: 'recentre', steps: [{ use: 'recentre' }], learner },
];
const problem: PlainProblem = {
  source: { x: [[0], [2], [10], [12]], y: ['low', 'low', 'high', 'high'] },
  target: { x: [[100], [102], [110], [112]] },
};
const setup: CompareSetup = {
  problem,
  evaluation: { y: ['low', 'low', 'high', 'unseen'] },
  recipes,
};

describe('compare', () => {
  it('measures every recipe and reports the one that fails without stopping', async () => {
    const { runs, complete } = await compare(kit, setup);
    expect(runs).toMatchObject([
      { recipe: 'source-only', status: 'ok', accuracy: 0.25 },
      {
        recipe: 'broken',
        status: 'failed',
        error: { code: 'UNEXPECTED', message: 'broken on purpose' },
      },
      { recipe: 'recentre', status: 'ok', accuracy: 0.75 },
    ]);
    expect(complete).toBe(true);
  });

  it('is plain JSON with what is needed to repeat it', async () => {
    const result = await compare(kit, { ...setup, seed: 3, versions: { graft: 'x' } });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(result).toMatchObject({
      formatVersion: 1,
      seed: 3,
      versions: { graft: 'x', engine: 'reference' },
      recipes,
    });
    expect(result.problem).toMatchObject({
      task: 'classification',
      classes: ['high', 'low'],
      domains: [{ rows: 4 }, { rows: 4 }],
    });
  });

  it('hands out what a run made, and memory and time where it can measure them', async () => {
    const seen: [string, RunProducts | undefined][] = [];
    let now = 0;
    const { runs } = await compare(kit, {
      ...setup,
      clock: () => now++,
      memory: () => 5 * 2 ** 20,
      onRun: (run, made) => void seen.push([run.recipe, made]),
    });
    expect(seen.map(([recipe, made]) => [recipe, made !== undefined])).toEqual([
      ['source-only', true],
      ['broken', false],
      ['recentre', true],
    ]);
    expect(seen[2]![1]!.labels).toEqual(Float64Array.of(1, 1, 0, -1));
    expect(runs[0]).toMatchObject({ seconds: 1, peakMemoryMb: 5 });
  });

  it('keeps what is finished when stopped', async () => {
    const controller = new AbortController();
    const { runs, complete } = await compare(kit, {
      ...setup,
      signal: controller.signal,
      onRun: () => controller.abort(),
    });
    expect(runs).toHaveLength(1);
    expect(complete).toBe(false);
  });

  it('does not take an error of the listener for one of the recipe', async () => {
    const failing = compare(kit, { ...setup, onRun: () => Promise.reject(new Error('disk full')) });
    await expect(failing).rejects.toThrow('disk full');
  });

  it('measures regression by R² and root mean squared error', async () => {
    const regression = { source: { x: [[0], [2]], y: [1.5, 2.5] }, target: { x: [[1], [2]] } };
    const { runs } = await compare(kit, {
      problem: regression,
      evaluation: { y: [1, 4] },
      recipes: recipes.slice(0, 1),
    });
    expect(runs[0]!.rmse).toBeCloseTo(Math.sqrt((1 + 4) / 2), 12);
    expect(runs[0]!.r2).toBeCloseTo(1 - 5 / 4.5, 12);
  });

  it.each<[string, Partial<CompareSetup>]>([
    ['SHAPE_MISMATCH', { evaluation: { y: ['low'] } }],
    ['UNKNOWN_STRATEGY', { recipes: [{ name: 'x', steps: [{ use: 'nope' }], learner }] }],
    ['INVALID_OPTION', { recipes: [{ name: 'x', steps: [{ use: 'average' }], learner }] }],
    ['INVALID_OPTION', { recipes: [{ name: 'x', steps: [], learner: { use: 'recentre' } }] }],
  ])('refuses with %s before any work starts', async (code, change) => {
    await expect(compare(kit, { ...setup, ...change })).rejects.toMatchObject({ code });
  });
});
