import {
  type Learner,
  LearnerToken,
  LinearAlgebraToken,
  type ProblemInput,
  token,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import {
  bind,
  bindLazily,
  buildRecipe,
  createToolkit,
  namedRecipe,
  parseRecipes,
} from '@graft-ml/toolkit';
import { container as root } from 'tsyringe';
import { Average, Recentre } from './toy-methods.js';

const methods = [Recentre, Average] as const;

describe('createToolkit', () => {
  it('creates methods by id, typed, with options checked', () => {
    const kit = createToolkit({ methods });
    const made: Recentre = kit.create('test/recentre', { warn: true });
    expect(made.options.warn).toBe(true);
    // @ts-expect-error no such option
    expect(() => kit.create('test/recentre', { wrong: 1 })).toThrow('there is no option "wrong"');
    // @ts-expect-error no such id
    expect(() => kit.create('test/recenter')).toThrow('Did you mean');
  });

  it('hands in what is bound, lets overrides win, leaves defaults where nothing is bound', () => {
    const bound = new Average();
    const kit = createToolkit({ methods, bindings: [bind(LearnerToken, bound)] });
    expect(kit.create('test/recentre').learner).toBe(bound);
    const other = new Average();
    expect((kit.make('test/recentre', {}, { learner: other }) as Recentre).learner).toBe(other);
    expect(createToolkit({ methods }).create('test/recentre').learner).toBeUndefined();
  });

  it('makes lazy values once, when first asked for', () => {
    let made = 0;
    const Counter = token<{ readonly n: number }>('counter');
    const kit = createToolkit({ methods, bindings: [bindLazily(Counter, () => ({ n: ++made }))] });
    expect(made).toBe(0);
    expect(kit.get(Counter)).toBe(kit.get(Counter));
    expect(made).toBe(1);
  });

  it('refuses one id twice unless told which may be replaced', () => {
    class Replacement extends Recentre {}
    expect(() => createToolkit({ methods: [Recentre, Replacement] })).toThrow(
      '"test/recentre" is registered twice',
    );
    const kit = createToolkit({ methods: [Recentre, Replacement], override: ['test/recentre'] });
    expect(kit.find('recentre')).toBe(Replacement);
  });

  it('never touches the root container, nor one that is handed in', () => {
    const own = root.createChildContainer();
    const kit = createToolkit({
      methods,
      bindings: [bind(LinearAlgebraToken, referenceLinearAlgebra)],
      container: own,
    });
    expect(kit.get(LinearAlgebraToken)).toBe(referenceLinearAlgebra);
    expect(root.isRegistered(LinearAlgebraToken.id)).toBe(false);
    expect(own.isRegistered(LinearAlgebraToken.id)).toBe(false);
  });

  it('sees what the container that was handed in has', () => {
    const own = root.createChildContainer();
    own.register(LearnerToken.id, { useValue: 'from outside' });
    expect(createToolkit({ methods, container: own }).get(LearnerToken)).toBe('from outside');
  });

  it('grows into a new toolkit and stays as it was', () => {
    const small = createToolkit({ methods: [Recentre] });
    const grown = small.with({ methods: [Average] });
    expect(grown.create('test/average')).toBeInstanceOf(Average);
    expect(small.methods).toHaveLength(1);
  });
});

describe('recipes', () => {
  const kit = createToolkit({ methods });
  const learner = { use: 'test/average' };

  it('are named by id or short name, with options after colons', () => {
    const plain = namedRecipe(kit, 'recentre', { preprocess: [], learner });
    expect(plain).toEqual({
      name: 'recentre',
      steps: [{ use: 'test/recentre', learner }],
      learner,
    });
    const set = namedRecipe(kit, 'test/recentre:warn=true', { preprocess: [], learner });
    expect(set.name).toBe('recentre:warn=true');
    expect(set.steps[0]).toEqual({ use: 'test/recentre', options: { warn: true }, learner });
  });

  it('put a transfer method that makes a model in the place of the learner, and hand that on to it', () => {
    class Boost {
      static readonly id = 'test/boost';
      static readonly summary = 'Boosts.';
      static readonly setting = { ...Average.setting, role: 'instance' as const };
      static readonly schema = {};
      static readonly needs = { learner: LearnerToken };
      static readonly restore = Average.restore;
      readonly produces = 'model';
      readonly options = Object.freeze({});
      readonly inner: Learner;
      constructor(_options?: object, dependencies: { readonly learner?: Learner } = {}) {
        this.inner = dependencies.learner ?? new Average();
      }
      fit(input: ProblemInput) {
        return this.inner.fit(input);
      }
    }
    const grown = createToolkit({ methods: [...methods, Boost] });
    const preprocess = [{ use: 'test/recentre' }];
    const recipe = namedRecipe(grown, 'boost', { preprocess, learner });
    expect(recipe).toEqual({
      name: 'boost',
      steps: preprocess,
      learner: { use: 'test/boost', learner },
    });
    const { estimator, steps } = buildRecipe(grown, recipe);
    expect(estimator).toBeInstanceOf(Boost);
    expect((estimator as Boost).inner).toBeInstanceOf(Average);
    expect(steps.steps).toHaveLength(1);
  });

  it('put preprocessing first, also before source-only', () => {
    const preprocess = [{ use: 'test/recentre' }];
    expect(namedRecipe(kit, 'source-only', { preprocess, learner })).toEqual({
      name: 'source-only',
      steps: preprocess,
      learner,
    });
  });

  it.each(['recenter', 'recentre:warn', 'nothing'])('refuse %s', (text) => {
    expect(() => namedRecipe(kit, text, { preprocess: [], learner })).toThrow();
  });

  it('are read from JSON with defaults', () => {
    expect(parseRecipes([{ name: 'a' }], { learner })).toEqual([{ name: 'a', steps: [], learner }]);
    expect(() => parseRecipes([{ name: 'a', steps: [{ us: 'x' }] }], { learner })).toThrow(
      '0.steps.0',
    );
    expect(() => parseRecipes({ name: 'a' }, { learner })).toThrow('A recipe file is an array');
  });
});
