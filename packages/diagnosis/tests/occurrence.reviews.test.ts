import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FeatureKind, selectRows, type SparseMatrix, toProblem } from '@graft-ml/core';
import { readSvmlight } from '@graft-ml/datasets/node';
import { frequencyBias, holm } from '@graft-ml/diagnosis';
import { randomSource } from '@graft-ml/numerics';
import { describeWith } from '../../../tools/testing/golden.js';
import { normalTail } from '../src/internal/special-functions.js';
import { occurrenceShift } from '../src/shift-tests/occurrence-shift.js';

/** Product reviews as counts of 5 000 words and pairs of words; class 1 praises. */
describeWith(['data', 'amazon_reviews_bow5000'], 'words of Amazon reviews', (folder) => {
  const featureNames = readFileSync(join(folder, 'vocabulary.txt'), 'utf8').trim().split('\n');
  const space = { featureNames, featureKinds: featureNames.map((): FeatureKind => 'count') };
  const read = (name: string) =>
    readSvmlight(join(folder, `${name}.svm.gz`), { firstIndex: 0, columns: 5000 });
  const testsOf = async (source: Reviews, target: Reviews) => {
    const { sources, target: domain } = toProblem({
      source: { ...space, x: source.x, y: source.y },
      target: { ...space, x: target.x, labelled: { x: target.x, y: target.y } },
    });
    const { frequency, context } = (await occurrenceShift(sources[0]!, domain, 0.05))!;
    if (context.from === 'nothing') throw new Error(context.reason);
    return { frequency, context };
  };

  it('tell books from kitchens, and a book to return to from a pan to return', async () => {
    const { frequency, context } = await testsOf(await read('books'), await read('kitchen'));
    const found = frequency.filter((test) => test.holm <= 0.05);
    const commoner = (side: 1 | -1) => found.filter(({ z }) => side * z > 0);
    expect([commoner(1).length, commoner(-1).length]).toEqual([113, 370]);
    const of = (word: string) => found.find(({ feature }) => feature === word)!;
    expect(Math.exp(of('read').logOdds)).toBeCloseTo(7.6, 1);
    expect(Math.exp(-of('bought').logOdds)).toBeCloseTo(5.2, 1);
    expect(context.tests).toHaveLength(1977);
    const turned = context.tests.filter((test) => test.holm <= 0.05);
    expect(turned).toHaveLength(10);
    const back = turned.find(({ feature }) => feature === 'return')!;
    expect(back.source).toEqual({ rows: 30, share: 19 / 30 });
    expect(back.target).toEqual({ rows: 81, share: 8 / 81 });
  });

  it('show nothing between random halves of the books, where errors of single words do', async () => {
    const { x, y } = await read('books');
    const alarms = { frequency: 0, single: 0 };
    for (let seed = 0; seed < 4; seed++) {
      const rows = randomSource(seed).permutation(x.rows);
      const half = (drawn: Int32Array) => ({
        x: selectRows(x, drawn) as SparseMatrix,
        y: Float64Array.from(drawn, (i) => y[i]!),
      });
      const { frequency } = await testsOf(half(rows.slice(0, 1000)), half(rows.slice(1000)));
      const { z } = frequencyBias(
        frequency.map(({ source }) => source),
        frequency.map(({ target }) => target),
      );
      const single = holm(z.map((value) => 2 * normalTail(Math.abs(value))));
      if (frequency.some((test) => test.holm <= 0.05)) alarms.frequency++;
      if (single.some((p) => p <= 0.05)) alarms.single++;
    }
    expect(alarms).toEqual({ frequency: 0, single: 4 });
  });
});

interface Reviews {
  readonly x: SparseMatrix;
  readonly y: Float64Array;
}
