import {
  type DenseMatrix,
  LearnerToken,
  type PlainProblem,
  type ProblemInput,
  type Setting,
  toProblem,
} from '@graft-ml/core';
import { splitLabels } from '@graft-ml/diagnosis';
import { randomSource } from '@graft-ml/numerics';
import { compare, createToolkit, fit, PipelineModel, type Recipe } from '@graft-ml/toolkit';
import { Average, type AverageModel, Recentre } from './toy-methods.js';

const learner = { use: 'average' };
const sourceOnly: Recipe = { name: 'source-only', steps: [], learner };
const recentre: Recipe = { name: 'recentre', steps: [{ use: 'recentre' }], learner };
const kit = createToolkit({ methods: [Recentre, Average] });

/** Two classes, `low` at (0, 0) and `high` at (6, 6); `share` of the target is low and its first feature is moved by `shift`. */
function clouds(shift: number, share: number, n = 60) {
  const random = randomSource(3);
  const draw = (lows: number, moved: number) =>
    Array.from({ length: n }, (_, i) => [
      moved + (i < lows ? 0 : 6) + random.normal(),
      (i < lows ? 0 : 6) + random.normal(),
    ]);
  const labels = (lows: number) => Array.from({ length: n }, (_, i) => (i < lows ? 'low' : 'high'));
  const source = { x: draw(n / 2, 0), y: labels(n / 2) };
  return { source, target: { x: draw(share * n, shift) }, y: labels(share * n) };
}

describe('compare under guard', () => {
  it('says what it would use, without the evaluation labels', async () => {
    const { source, target, y } = clouds(2.5, 0.5);
    const setup = { problem: { source, target }, recipes: [sourceOnly, recentre] };
    const seen = await compare(kit, { ...setup, evaluation: { y } });
    expect(seen.runs[1]!.accuracy! - seen.runs[0]!.accuracy!).toBeGreaterThan(0.1);
    expect(seen.guard).toMatchObject({ decision: 'adapt', choice: 'recentre', judged: true });
    const scrambled = { y: y.map(() => 'low') };
    const blind = await compare(kit, { ...setup, evaluation: scrambled });
    expect({ ...blind.guard, seconds: 0 }).toEqual({ ...seen.guard, seconds: 0 });
    expect(JSON.parse(JSON.stringify(seen.guard))).toEqual(seen.guard);
  });

  it('keeps source-only where a recipe moves classes onto each other', async () => {
    const { source, target, y } = clouds(0, 0.9);
    const { guard, runs } = await compare(kit, {
      problem: { source, target },
      evaluation: { y },
      recipes: [sourceOnly, recentre],
    });
    expect(runs[1]!.accuracy! - runs[0]!.accuracy!).toBeLessThan(-0.05);
    expect(guard!.choice).toBe('source-only');
  });

  it('fits source-only itself where it is not among the recipes', async () => {
    const { source, target, y } = clouds(2.5, 0.5);
    const problem = { source, target };
    const own = await compare(kit, { problem, evaluation: { y }, recipes: [recentre] });
    const given = await compare(kit, {
      problem,
      evaluation: { y },
      recipes: [sourceOnly, recentre],
    });
    expect(own.runs).toHaveLength(1);
    expect({ ...own.guard, seconds: 0 }).toEqual({ ...given.guard, seconds: 0 });
  });

  it('is off by name, and its seconds are counted apart', async () => {
    const { source, target, y } = clouds(2.5, 0.5);
    const setup = {
      problem: { source, target },
      evaluation: { y },
      recipes: [sourceOnly, recentre],
    };
    expect('guard' in (await compare(kit, { ...setup, guard: 'off' }))).toBe(false);
    let now = 0;
    const { runs, guard } = await compare(kit, { ...setup, clock: () => now++ });
    // One tick per look at a run, per fit of what is missing, per judgement; none of them in a run's own seconds.
    expect([runs.map(({ seconds }) => seconds), guard!.seconds]).toEqual([[1, 1], 4]);
  });

  it('ends without a verdict when stopped while it judges', async () => {
    const { source, target, y } = clouds(2.5, 0.5);
    const stop = new AbortController();
    const { guard, complete, runs } = await compare(kit, {
      problem: { source, target },
      evaluation: { y },
      recipes: [sourceOnly, recentre],
      signal: stop.signal,
      onProgress: ({ recipe }) => void (recipe === 'guard' && stop.abort()),
    });
    expect([guard, complete, runs.length]).toEqual([undefined, false, 2]);
  });
});

describe('labelled target rows', () => {
  it('never teach a model that they judge', async () => {
    const { source, target } = clouds(2.5, 0.5);
    const more = clouds(2.5, 0.5, 20);
    const taught: number[][] = [];
    const problem: PlainProblem = {
      source,
      target: { ...target, labelled: { x: more.target.x, y: more.y } },
    };
    /** Learns from the labelled target rows and writes down which. */
    class Learns {
      static readonly id = 'test/learns';
      static readonly summary = 'Learns from the target.';
      static readonly setting: Setting = {
        ...Average.setting,
        role: 'parameter',
        targetLabels: 'required',
      };
      static readonly schema = {};
      static readonly needs = { learner: LearnerToken };
      static readonly restore = Average.restore;
      readonly produces = 'model';
      readonly options = {};
      async fit(input: ProblemInput): Promise<AverageModel> {
        const given = toProblem(input);
        const { labelled } = given.target;
        taught.push(Array.from((labelled!.x as DenseMatrix).data));
        return new Average().fit({ ...given, sources: [{ ...given.sources[0]!, ...labelled! }] });
      }
    }
    const { guard } = await compare(createToolkit({ methods: [Learns, Average] }), {
      problem,
      evaluation: { y: clouds(2.5, 0.5).y },
      recipes: [sourceOnly, { name: 'learns', steps: [], learner: { use: 'learns', learner } }],
    });
    const { learn, judge } = splitLabels(
      more.y.map((label) => (label === 'high' ? 0 : 1)),
      0,
    );
    expect(taught.map((rows) => rows.length)).toEqual([40, 20]);
    expect(taught[1]).toEqual(Array.from(learn, (i) => more.target.x[i]!).flat());
    expect(new Set([...learn, ...judge]).size).toBe(20);
    expect(guard).toMatchObject({ judged: true, labelsUsed: 10 });
    expect(guard!.estimates.map(({ name }) => name)).toEqual(['learns', 'target-only']);
  });
});

describe('fit under guard', () => {
  it('returns the recipe where it is expected to help', async () => {
    const { source, target } = clouds(2.5, 0.5);
    const { model, recipe, guard } = await fit(kit, {
      problem: { source, target },
      recipe: recentre,
    });
    expect([recipe.name, guard!.decision]).toEqual(['recentre', 'adapt']);
    expect(model).toBeInstanceOf(PipelineModel);
    expect(model.steps.steps).toHaveLength(1);
  });

  it('returns source-only where it is not, and the recipe when switched off', async () => {
    const { source, target } = clouds(0, 0.9);
    const setup = { problem: { source, target }, recipe: recentre };
    const guarded = await fit(kit, setup);
    expect([guarded.recipe.name, guarded.model.steps.steps.length]).toEqual(['source-only', 0]);
    const free = await fit(kit, { ...setup, guard: 'off' });
    expect([free.recipe.name, free.guard]).toEqual(['recentre', undefined]);
    expect((await fit(kit, { ...setup, recipe: sourceOnly })).guard).toBeUndefined();
  });

  it('refits target-only on all labels where that is the choice', async () => {
    // Classes have changed places, which labels alone can show.
    const { source, target } = clouds(0, 0.5);
    const more = clouds(0, 0.5, 40);
    const turned = more.y.map((label) => (label === 'low' ? 'high' : 'low'));
    const { model, recipe, guard } = await fit(kit, {
      problem: { source, target: { ...target, labelled: { x: more.target.x, y: turned } } },
      recipe: recentre,
    });
    expect([recipe.name, guard!.labelsUsed]).toEqual(['target-only', 20]);
    expect(
      await model.predict([
        [0, 0],
        [6, 6],
      ]),
    ).toEqual(['high', 'low']);
    const means = (model.model as AverageModel).means;
    const highs = more.target.x.filter((_, i) => turned[i] === 'high');
    expect(means[0]).toBeCloseTo(highs.reduce((sum, [v]) => sum + v!, 0) / highs.length, 10);
  });

  it('uses the recipe unguarded, and says so, where it cannot judge', async () => {
    const problem = { source: { x: [[0], [2]], y: [1.5, 2.5] }, target: { x: [[1], [2]] } };
    const { recipe, guard } = await fit(kit, { problem, recipe: recentre });
    expect(recipe.name).toBe('recentre');
    expect(guard).toMatchObject({ judged: false, decision: 'abstain', choice: 'recentre' });
    expect(guard!.reasons[0]).toContain('numbers');
  });

  it('judges numbers by labelled target rows, and by nothing else', async () => {
    const at = (shift: number, n: number) => {
      const random = randomSource(n);
      const x = Array.from({ length: n }, (_, i) => [i % 5]);
      return { x, y: x.map(() => shift + 0.1 * random.normal() + 0.01) };
    };
    const target = at(5, 60);
    const { recipe, guard } = await fit(kit, {
      problem: { source: at(0, 50), target: { x: target.x, labelled: at(5, 40) } },
      recipe: recentre,
    });
    // The toy learner predicts means: of the source for source-only and the recipe, of the target for target-only.
    expect([recipe.name, guard!.decision, guard!.labelsUsed]).toEqual(['target-only', 'adapt', 20]);
    expect(guard!.estimates.map(({ name }) => name)).toEqual(['recentre', 'target-only']);
  });
});
