import { fisherExactTest, frequencyBias, holm } from '@graft-ml/diagnosis';
import { denseMatrix } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { normalTail } from '../src/internal/special-functions.js';
import { frequencyTests } from '../src/shift-tests/frequency-tests.js';
import { occurrenceOf, texts } from './support/counts.js';

const alarm = (tests: readonly { readonly holm: number }[]) =>
  tests.some((test) => test.holm <= 0.05);

describe('the formula of the standard error', () => {
  const s = [
    [3, 0],
    [0, 4],
    [1, 2],
  ];
  const t = [
    [1, 1],
    [1, 2],
  ];

  it('is that of the comment, written out', () => {
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const parts = [s, t].map((rows) => {
      const [own, all] = [sum(rows.map(([c]) => c!)), sum(rows.flat())];
      const share = own / all;
      const spread = sum(rows.map(([c, other]) => (c! - (c! + other!) * share) ** 2));
      return {
        found: (rows.length / (rows.length - 1)) * spread,
        expected: all * share * (1 - share),
        draws: 1 / (own + 0.5) + 1 / (all + 1 - own - 0.5),
      };
    });
    const both = sum(parts.map((d) => d.found)) / sum(parts.map((d) => d.expected));
    const [phiS, phiT] = parts.map((d) => d.found / d.expected);
    // Rows of the source cluster more than those of both, rows of the target less than single draws.
    expect(phiS).toBeGreaterThan(both);
    expect(phiT).toBeLessThan(1);
    const variance = phiS! * parts[0]!.draws + Math.max(1, both) * parts[1]!.draws;
    const matrix = (rows: number[][]) =>
      denseMatrix(rows.length, 2, Float64Array.from(rows.flat()));
    const [test] = frequencyTests(matrix(s), matrix(t), ['a', 'b'], [0, 1]);
    expect(test!.standardError).toBeCloseTo(Math.sqrt(variance), 12);
    expect(test!.logOdds).toBe(frequencyBias([4, 6], [2, 3]).logOdds[0]);
    expect(test!.z).toBeCloseTo(test!.logOdds / Math.sqrt(variance), 12);
    expect(test!.pValue).toBeCloseTo(2 * normalTail(Math.abs(test!.z)), 12);
  });

  it('is that of single draws where there is one row, and where rows are alike', () => {
    const alike = denseMatrix(2, 2, Float64Array.of(2, 3, 2, 3));
    const one = denseMatrix(1, 2, Float64Array.of(4, 6));
    const [test] = frequencyTests(alike, one, ['a', 'b'], [0, 1]);
    expect(test!.standardError).toBeCloseTo(Math.sqrt(2 * (1 / 4.5 + 1 / 6.5)), 12);
  });
});

describe('false alarms where nothing differs', () => {
  const repeats = 120;
  const most = 0.05 * repeats;

  it.each([0, 0.5, 0.8])('are at most 5 %% of problems with a burst of %d', async (burst) => {
    let [alarms, plain] = [0, 0];
    for (let seed = 0; seed < repeats; seed++) {
      const random = randomSource(seed).stream('texts');
      const source = { x: texts(random, 40, 20, burst) };
      const target = { x: texts(random, 25, 20, burst) };
      const { frequency } = (await occurrenceOf({ source, target }))!;
      if (alarm(frequency)) alarms++;
      const counts = (domain: 'source' | 'target') => frequency.map((test) => test[domain]);
      const { z } = frequencyBias(counts('source'), counts('target'));
      const pValues = z.map((value) => 2 * normalTail(Math.abs(value)));
      if (alarm(Array.from(holm(pValues), (p) => ({ holm: p })))) plain++;
    }
    expect(alarms).toBeLessThanOrEqual(most);
    // What errors of single draws would do: measured 3, 88 and 119 of 120.
    if (burst > 0) expect(plain).toBeGreaterThan(repeats / 2);
  });

  it.each([2, 4])('are at most 5 %% of problems with %d classes', async (nClasses) => {
    let [alarms, tested] = [0, 0];
    for (let seed = 0; seed < repeats; seed++) {
      const random = randomSource(seed).stream('classes');
      const draw = (rows: number) => {
        const y = Array.from({ length: rows }, () => random.integer(nClasses));
        const often = (label: number, j: number) => (label === j % nClasses ? 0.6 : 0.3);
        const x = y.map((c) =>
          Array.from({ length: 10 }, (_, j) => (random.uniform() < often(c, j) ? 1 : 0)),
        );
        return { x, y };
      };
      const labelled = draw(40);
      const problem = { source: draw(60), target: { x: labelled.x, labelled } };
      const { context } = (await occurrenceOf(problem, 'binary'))!;
      if (context.from === 'nothing') throw new Error(context.reason);
      if (alarm(context.tests)) alarms++;
      tested += context.tests.length;
    }
    expect(tested / repeats).toBeGreaterThan(nClasses === 2 ? 9.9 : 30);
    expect(alarms).toBeLessThanOrEqual(most);
  });
});

describe('features that are tested for context', () => {
  it('are those that could be significant among the others that could be', async () => {
    // Rows per domain and class that have feature j; the other rows have only the last one.
    const having = [
      { source: [6, 6], target: [6, 6] },
      { source: [9, 1], target: [5, 5] },
      { source: [2, 2], target: [2, 2] },
      { source: [3, 3], target: [3, 3] },
      { source: [5, 0], target: [7, 0] },
      { source: [4, 4], target: [4, 4] },
    ];
    const draw = (domain: 'source' | 'target') => {
      const y = Array.from({ length: 40 }, (_, i) => i % 2);
      const place = y.map((label, i) => y.slice(0, i).filter((c) => c === label).length);
      const x = y.map((c, i) => [
        ...having.map((rows) => (place[i]! < rows[domain][c]! ? 1 : 0)),
        1,
      ]);
      return { x, y };
    };
    const labelled = draw('target');
    const problem = { source: draw('source'), target: { x: labelled.x, labelled } };
    const { context } = (await occurrenceOf(problem, 'binary'))!;
    if (context.from === 'nothing') throw new Error(context.reason);

    const least = [...having, { source: [20, 20], target: [20, 20] }].map(({ source, target }) => {
      const rows = source[0]! + source[1]!;
      const ofClass = source[1]! + target[1]!;
      const others = target[0]! + target[1]!;
      const outcomes = Array.from({ length: ofClass + 1 }, (_, k) => k).filter(
        (k) => k <= rows && ofClass - k <= others,
      );
      const tables = outcomes.map((k) => [
        [k, rows - k],
        [ofClass - k, others - ofClass + k],
      ]);
      return Math.min(...tables.map((table) => fisherExactTest(table).pValue));
    });
    const reach = (m: number) => least.flatMap((p, j) => (p <= 0.05 / m ? [`f${j}`] : []));
    const m = [1, 2, 3, 4, 5, 6, 7].find((count) => reach(count).length <= count)!;
    expect(context.tests.map(({ feature }) => feature)).toEqual(reach(m));
    expect(reach(m)).toEqual(['f0', 'f3', 'f5', 'f6']);
    expect(context.leftOut[0]!.features).toEqual(['f1', 'f2', 'f4']);
  });
});
