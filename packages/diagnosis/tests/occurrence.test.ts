import { type FeatureKind, toMatrix } from '@graft-ml/core';
import { diagnose } from '@graft-ml/diagnosis';
import { randomSource } from '@graft-ml/numerics';
import { occurrenceSentences } from '../src/summarize-occurrence.js';
import { occurrenceOf, texts } from './support/counts.js';

const names = ['the', 'plot', 'unpredictable', 'story', 'knife', 'nice', 'rare'];
const [plot, unpredictable, knife, rare] = [1, 2, 4, 6];

/** Texts of two classes. Books speak of plots, kitchens of knives; "unpredictable" praises a book and damns a knife. */
function reviews(seed: number, rows: number, place: 'books' | 'kitchen') {
  const random = randomSource(seed).stream(place);
  const y = Array.from({ length: rows }, (_, i) => (i % 2 ? 'praise' : 'damn'));
  const x = texts(random, rows, names.length, 0.2).map((row, i) => {
    const praised = place === 'books' ? 'praise' : 'damn';
    row[plot]! += place === 'books' ? random.integer(3) : 0;
    row[knife]! += place === 'kitchen' ? random.integer(3) : 0;
    row[unpredictable] = random.uniform() < (y[i] === praised ? 0.6 : 0.1) ? 1 : 0;
    row[rare] = i === 0 ? 1 : 0;
    return row;
  });
  return { name: place, featureNames: names, x, y };
}

const source = reviews(1, 120, 'books');
const { y, ...target } = reviews(2, 100, 'kitchen');
const labelled = { x: target.x.slice(0, 60), y: y.slice(0, 60) };
const strong = (tests: readonly { readonly holm: number; readonly feature: string }[]) =>
  tests.filter(({ holm }) => holm <= 0.05).map(({ feature }) => feature);

describe('frequency and context bias', () => {
  it('are found and named, with sizes', async () => {
    const { frequency, context, leftOut } = (await occurrenceOf({
      source,
      target: { ...target, labelled },
    }))!;
    expect(strong(frequency)).toEqual(['plot', 'knife']);
    const [forBooks, forKitchen] = [frequency[plot]!, frequency[knife]!];
    expect(forBooks.logOdds).toBeGreaterThan(0.4);
    expect(forKitchen.logOdds).toBeLessThan(-0.4);
    expect(forBooks.source).toBe(source.x.reduce((sum, row) => sum + row[plot]!, 0));
    expect(leftOut).toEqual([]);
    if (context.from === 'nothing') throw new Error(context.reason);
    expect(strong(context.tests)).toEqual(['unpredictable']);
    const test = context.tests.find(({ feature }) => feature === 'unpredictable')!;
    // Classes in order: "damn", "praise"; of two the second is tested.
    expect(test.label).toBe('praise');
    const having = source.x.flatMap((row, i) => (row[unpredictable] ? [source.y[i]] : []));
    expect(test.source.rows).toBe(having.length);
    expect(test.source.share).toBeCloseTo(
      having.filter((label) => label === 'praise').length / having.length,
      12,
    );
    expect(test.source.share - test.target.share).toBeGreaterThan(0.5);
    expect(context.leftOut).toEqual([
      { features: ['rare'], reason: expect.stringContaining('for any outcome to be significant') },
    ]);
  });

  it('test each class against the others where there are more than two', async () => {
    const third = (rows: readonly string[]) => rows.map((c, i) => (i % 3 === 0 ? 'neither' : c));
    const { context } = (await occurrenceOf({
      source: { ...source, y: third(source.y) },
      target: { ...target, labelled: { x: labelled.x, y: third(labelled.y) } },
    }))!;
    if (context.from === 'nothing') throw new Error(context.reason);
    const own = context.tests.filter(({ feature }) => feature === 'unpredictable');
    expect(own.map(({ label }) => label)).toEqual(['damn', 'neither', 'praise']);
    expect(strong(own)).toEqual(['unpredictable', 'unpredictable']);
    expect(own[1]!.holm).toBeGreaterThan(0.05);
  });

  it.each<[string, Parameters<typeof occurrenceOf>[0], RegExp]>([
    ['target labels', { source, target }, /No target row is labelled/],
    [
      'source labels',
      { source: { featureNames: names, x: source.x }, target: { ...target, labelled } },
      /source has no labels/,
    ],
    [
      'the same classes',
      { source, target: { ...target, labelled: { ...labelled, y: labelled.y.map(() => 'new') } } },
      /classes that the source lacks/,
    ],
    [
      'classes',
      {
        source: { ...source, y: source.y.map((_, i) => i / 7) },
        target: { ...target, labelled: { ...labelled, y: labelled.y.map((_, i) => i / 7) } },
      },
      /is for classes/,
    ],
  ])('say that context needs %s', async (_, problem, reason) => {
    const found = (await occurrenceOf(problem))!;
    expect(strong(found.frequency)).toEqual(['plot', 'knife']);
    expect(found.context).toEqual({ from: 'nothing', reason: expect.stringMatching(reason) });
  });

  it('leave numeric features alone, and those whose values are no counts', async () => {
    expect(await occurrenceOf({ source, target }, 'numeric')).toBeUndefined();
    expect(await occurrenceOf({ source, target }, 'categorical')).toBeUndefined();
    const kinds: FeatureKind[] = ['count', 'count', 'binary', 'numeric', 'count', 'count', 'count'];
    const spoilt = target.x.map((row, i) => row.map((c, j) => (i === 3 && j === 5 ? 0.5 : c)));
    const empty = (rows: readonly number[][]) => rows.map((row) => [...row.slice(0, 6), 0]);
    const { frequency, leftOut } = (await occurrenceOf({
      source: { ...source, x: empty(source.x), featureKinds: kinds },
      target: { ...target, x: empty(spoilt), featureKinds: kinds },
    }))!;
    expect(frequency.map(({ feature }) => feature)).toEqual([
      'the',
      'plot',
      'unpredictable',
      'knife',
    ]);
    expect(leftOut).toEqual([
      { features: ['nice'], reason: 'values that are no counts' },
      { features: ['rare'], reason: 'in no row' },
    ]);
    // Two domains must agree on what counts, and a binary feature has two values.
    const halfKnown = { ...source, featureKinds: names.map((): FeatureKind => 'numeric') };
    expect(await occurrenceOf({ source: halfKnown, target })).toBeUndefined();
    const asBinary = (await occurrenceOf({ source, target }, 'binary'))!;
    expect(asBinary.frequency.map(({ feature }) => feature)).toEqual(['unpredictable', 'rare']);
    const none = { ...target, x: target.x.map((row) => row.map(() => 0)) };
    expect(await occurrenceOf({ source, target: none })).toBeUndefined();
  });

  it('are the same on sparse rows, and stop when asked to', async () => {
    const dense = await occurrenceOf({ source, target: { ...target, labelled } });
    const sparse = (rows: readonly number[][]) => {
      const entries = rows.map((row) => row.flatMap((c, j) => (c ? [[j, c] as const] : [])));
      const rowStarts = Int32Array.from({ length: rows.length + 1 }, (_, i) =>
        entries.slice(0, i).reduce((n, row) => n + row.length, 0),
      );
      const [columnIndices, values] = [0, 1].map((k) => entries.flat().map((entry) => entry[k]!));
      return {
        format: 'csr' as const,
        rows: rows.length,
        columns: names.length,
        rowStarts,
        columnIndices: Int32Array.from(columnIndices!),
        values: Float64Array.from(values!),
      };
    };
    const kinds = { featureKinds: names.map((): FeatureKind => 'count') };
    const again = await occurrenceOf({
      source: { ...source, ...kinds, x: sparse(source.x) },
      target: {
        ...target,
        ...kinds,
        x: toMatrix(sparse(target.x), 'test', 'x'),
        labelled: { x: sparse(labelled.x), y: labelled.y },
      },
    });
    expect(again).toEqual(dense);
    const stop = new AbortController();
    const run = { signal: stop.signal, onProgress: () => stop.abort() };
    await expect(occurrenceOf({ source, target }, 'count', run)).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('a diagnosis of counts', () => {
  const featureKinds = names.map((): FeatureKind => 'count');
  const options = { nPermutations: 50, maxRows: 40 };

  it('says in words which words moved and which turned, on all rows', async () => {
    const { sources, summary, unknown } = await diagnose(
      { source: { ...source, featureKinds }, target: { ...target, featureKinds, labelled } },
      options,
    );
    expect(sources[0]!.marginal!.rows).toEqual({ source: 40, target: 40 });
    const all = await occurrenceOf({ source, target: { ...target, labelled } });
    expect(sources[0]!.occurrence).toEqual(all);
    expect(summary.join('\n')).toMatch(
      /^1 of 7 features is commoner in "books" than in "kitchen", most clearly "plot" \(×\d\.\d\); 1 is commoner in "kitchen", most clearly "knife" \(×\d\.\d\), as shares of all that occurs: frequency feature bias\.$/m,
    );
    expect(summary.join('\n')).toMatch(
      /^1 of 6 features that could be tested goes with other classes in "kitchen", most clearly "unpredictable" \(of the rows with it, \d+ % are of class "praise" in "books", \d+ % in "kitchen"\): context feature bias\. Methods/m,
    );
    expect(unknown.join(' ')).not.toContain('context feature bias');
  });

  it('says without target labels what only they can show', async () => {
    const { sources, unknown } = await diagnose(
      { source: { ...source, featureKinds }, target: { ...target, featureKinds } },
      options,
    );
    expect(sources[0]!.occurrence!.context.from).toBe('nothing');
    expect(unknown.join(' ')).toMatch(/context feature bias\): only target labels show it/);
  });

  it('says nothing of it for numbers', async () => {
    const { sources, summary, unknown } = await diagnose({ source, target }, options);
    expect(sources[0]!.occurrence).toBeUndefined();
    expect([...summary, ...unknown].join(' ')).not.toMatch(/feature bias/);
  });

  it('never calls words the same, and owns up to class shares that differ', async () => {
    const same = reviews(3, 120, 'books');
    const occurrence = (await occurrenceOf({
      source,
      target: { ...same, labelled: { x: same.x, y: same.y } },
    }))!;
    const from = { from: 'nothing', reason: '' } as const;
    const diagnosis = { name: 'a', conditional: { answer: 'inconclusive', reason: '' } } as const;
    expect(occurrenceSentences('b', { ...diagnosis, prior: from, occurrence }, 0.05)).toEqual([
      'None of 7 features is seen to be commoner in "a" or in "b"; rare ones can hide it.',
      'No feature is seen to go with other classes in "b" than in "a"; 5 of 7 could be tested.',
    ]);
    const turned = (await occurrenceOf({ source, target: { ...target, labelled } }))!;
    const test = { test: 'chi-square', statistic: 9, pValue: 0.001, effect: 0.4 };
    const [, context] = occurrenceSentences(
      'b',
      { ...diagnosis, prior: { from: 'target labels', test }, occurrence: turned },
      0.05,
    );
    expect(context).toMatch(/Class shares differ as well, which alone moves this/);
  });
});
