import { methodsOf, toProblem } from '@graft-ml/core';
import {
  advise,
  defaultAdviceRules,
  diagnose,
  factsOf,
  type Facts,
  measuredGains,
} from '@graft-ml/diagnosis';
import * as feature from '@graft-ml/feature-based';
import * as heterogeneous from '@graft-ml/heterogeneous';
import * as instance from '@graft-ml/instance-based';
import * as parameter from '@graft-ml/parameter-based';
import { randomSource } from '@graft-ml/numerics';
import { normalRows } from './support/rows.js';

const plain: Facts = {
  task: 'classification',
  features: 'same',
  pairs: 'none',
  sources: 'one',
  sourceLabels: 'some',
  targetLabels: 'none',
  marginal: 'differs',
  prior: 'not seen',
  conditional: 'unknown',
  overlap: 'much',
};
const first = (facts: Partial<Facts>) => advise({ ...plain, ...facts }).recommendations[0]?.method;

describe('advice', () => {
  it.each<[string, Partial<Facts>, string | undefined]>([
    ['features moved, domains overlap', {}, 'bda:balance=0.9'],
    ['class shares differ', { prior: 'differs' }, 'posterior-correction'],
    ['several sources', { sources: 'many' }, 'linear-monge:regularization=0.01'],
    ['domains hardly overlap', { overlap: 'hardly any' }, 'jda'],
    ['nothing seen', { marginal: 'not seen' }, 'source-only'],
    ['a few target classes', { targetLabels: 'few' }, 'regularized-transfer-classifier'],
    ['many target classes', { targetLabels: 'many' }, 'target-only'],
    [
      'another meaning, a few labels',
      { targetLabels: 'few', conditional: 'differs' },
      'regularized-transfer-classifier',
    ],
    [
      'a few target values',
      { targetLabels: 'few', task: 'regression' },
      'regularized-transfer-regression',
    ],
    ['other features with pairs', { features: 'different', pairs: 'some' }, 'cca-map'],
    ['other features without a bridge', { features: 'different' }, 'source-only'],
    [
      'other features with labels',
      { features: 'different', targetLabels: 'few' },
      'manifold-alignment',
    ],
    ['nothing tested', { marginal: 'unknown', overlap: 'unknown' }, undefined],
    ['no labels anywhere', { sourceLabels: 'none', marginal: 'unknown' }, 'tca'],
  ])('%s', (_, facts, method) => {
    expect(first(facts)).toBe(method);
  });

  it('never aligns without labels where labels show another meaning', () => {
    const { recommendations } = advise({ ...plain, targetLabels: 'few', conditional: 'differs' });
    const methods = recommendations.map(({ method }) => method);
    for (const name of ['coral:centring=both', 'jda', 'tca', 'ot', 'kernel-mean-matching'])
      expect(methods).not.toContain(name);
  });

  it('trusts the target alone more, the more labels there are', () => {
    const trust = (targetLabels: Facts['targetLabels']) =>
      advise({ ...plain, targetLabels }).recommendations.find((r) => r.method === 'target-only')
        ?.confidence ?? 0;
    const trusts = (['none', 'few', 'many'] as const).map(trust);
    expect(trusts).toEqual([...trusts].sort((a, b) => a - b));
    expect(advise({ ...plain, targetLabels: 'many' }).transfer).toBe(false);
  });

  it('adds methods for several sources, with and without target labels', () => {
    const methods = (facts: Partial<Facts>) =>
      advise({ ...plain, sources: 'many', ...facts }).recommendations.map(({ rule }) => rule);
    expect(methods({})).toContain('many-sources');
    expect(methods({ targetLabels: 'few' })).toContain('many-sources-labels');
    expect(methods({ sources: 'one', targetLabels: 'few' })).not.toContain('many-sources-labels');
  });

  it('says what a recipe did on domains that overlap as these do', () => {
    const gain = (overlap: Facts['overlap']) =>
      advise({ ...plain, overlap }).recommendations.find(
        ({ method }) => method === 'coral:centring=both',
      )?.measured;
    expect(gain('hardly any')).toBe(measuredGains['coral:centring=both']!['hardly any']);
    expect(gain('much')).toBe(measuredGains['coral:centring=both']!.much);
    expect(gain('unknown')).toBeUndefined();
    for (const { much, 'hardly any': little } of Object.values(measuredGains))
      for (const { helped, harmed } of [much, little])
        expect(helped + harmed).toBeLessThanOrEqual(1);
  });

  it('is less sure the less is known', () => {
    const sure = advise(plain).recommendations[0]!.confidence;
    const unsure = advise({ ...plain, overlap: 'unknown' }).recommendations[0]!.confidence;
    expect(unsure).toBeCloseTo(sure / 2, 12);
  });

  it('names methods that exist', () => {
    const known = [feature, heterogeneous, instance, parameter].flatMap((module) =>
      methodsOf(module).map(({ id }) => id.split('/')[1]),
    );
    const named = defaultAdviceRules.flatMap(({ methods }) =>
      methods.map((name) => name.split(':')[0]!),
    );
    expect(named.filter((n) => !known.includes(n) && !/^(source|target)-only$/.test(n))).toEqual(
      [],
    );
  });
});

describe('facts', () => {
  it('are read off a problem and its diagnosis', async () => {
    const random = randomSource(1);
    const y = Array.from({ length: 80 }, (_, i) => i % 2);
    const x = normalRows(random, 80, 2);
    const far = normalRows(random, 80, 2).map(([a, b]) => [a! + 20, b!]);
    const labelled = { x: far.slice(0, 5), y: [0, 1, 0, 1, 0] };
    const problem = toProblem({ source: { x, y }, target: { x: far, labelled } });
    const facts = factsOf(problem, await diagnose(problem, { nPermutations: 50 }));
    expect(facts).toMatchObject({
      features: 'same',
      marginal: 'differs',
      overlap: 'hardly any',
      targetLabels: 'few',
      conditional: 'unknown',
      sources: 'one',
    });
    expect(factsOf(problem).marginal).toBe('unknown');
    expect(advise(factsOf(problem)).nextStep).toMatch(/diagnose/);
  });
});
