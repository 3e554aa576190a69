import { isTransferError, type PairedRows, selectRows } from '@graft-ml/core';
import { latentViews } from '@graft-ml/datasets';
import { Coral } from '@graft-ml/feature-based';
import { CcaMap, type CcaMapOptions } from '@graft-ml/heterogeneous';
import { accuracy, LogisticRegression, NearestNeighbours } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { normalRows } from './support/rows.js';

jest.setTimeout(120_000);

const random = randomSource(23);

describe('CcaMap', () => {
  it('leaves both domains, their pairs and the labelled rows in one space of shared components', async () => {
    const { problem: input } = latentViews({ seed: 1 });
    const { problem } = await new CcaMap({ nComponents: 5 }).fit(input);
    const names = ['canonical 1', 'canonical 2', 'canonical 3', 'canonical 4', 'canonical 5'];
    expect(problem.sources[0]!.features.names).toEqual(names);
    expect(problem.target.features.names).toEqual(names);
    const widths = [
      problem.sources[0]!.x,
      problem.target.x,
      problem.target.labelled!.x,
      problem.pairs!.source,
      problem.pairs!.target,
    ].map(({ columns }) => columns);
    expect(widths).toEqual([5, 5, 5, 5, 5]);
  });

  it('carries a classifier from 20 features to 12 others by 40 pairs', async () => {
    const accuracies: number[][] = [];
    for (let seed = 1; seed <= 10; seed++) {
      const { problem: input, evaluation } = latentViews({ seed, nPairs: 40, noise: 0.9 });
      const { problem } = await new CcaMap().fit(input);
      const transferred = await new LogisticRegression().fit(problem);
      const alone = await new LogisticRegression().fit(input.target.labelled!);
      accuracies.push([
        accuracy(evaluation.y, await transferred.predictEncoded(problem.target.x)),
        accuracy(evaluation.y, await alone.predictEncoded(input.target.x)),
      ]);
    }
    const [mapped, targetOnly] = [0, 1].map(
      (k) => accuracies.reduce((sum, row) => sum + row[k]!, 0) / accuracies.length,
    );
    // Measured: 0.855 by way of the pairs, 0.788 from the 12 labelled target rows alone.
    expect(mapped).toBeGreaterThan(0.84);
    expect(mapped! - targetOnly!).toBeGreaterThan(0.05);
  });

  it('carries nothing where the pairs are wrong', async () => {
    const { problem: input, evaluation } = latentViews({ seed: 3, nPairs: 40 });
    const { source, target } = input.pairs!;
    const order = random.permutation(40);
    const accuracyWith = async (pairs: PairedRows) => {
      const { problem } = await new CcaMap().fit({ ...input, pairs });
      const model = await new NearestNeighbours().fit(problem);
      return accuracy(evaluation.y, await model.predictEncoded(problem.target.x));
    };
    const [right, wrong] = [
      await accuracyWith({ source, target }),
      await accuracyWith({ source, target: selectRows(target, order) }),
    ];
    // Measured: 0.813 and 0.260, which is chance.
    expect(right).toBeGreaterThan(0.78);
    expect(wrong).toBeLessThan(0.35);
  });

  it('can be followed by a method for one feature space', async () => {
    const { problem: input, evaluation } = latentViews({ seed: 4 });
    const { problem: shared } = await new CcaMap().fit(input);
    const { problem } = await new Coral().fit(shared);
    const model = await new LogisticRegression().fit(problem);
    // Measured: 0.810.
    expect(accuracy(evaluation.y, await model.predictEncoded(problem.target.x))).toBeGreaterThan(
      0.8,
    );
  });

  it('keeps as many components as the pairs support', async () => {
    const sizes: [number, number][] = [
      [4, 3],
      [40, 12],
    ];
    for (const [nPairs, expected] of sizes) {
      const { fitted } = await new CcaMap().fit(latentViews({ nPairs }).problem);
      expect(fitted.correlations).toHaveLength(expected);
    }
  });

  it('refuses more components than the pairs support, naming how many they do', async () => {
    const raised: unknown = await new CcaMap({ nComponents: 13 })
      .fit(latentViews().problem)
      .catch((error: unknown) => error);
    expect(isTransferError(raised, 'INVALID_OPTION')).toBe(true);
    expect(String(raised)).toContain('at most 12');
  });

  it.each<[string, number[][], CcaMapOptions, string]>([
    [
      'equal pairs',
      [
        [1, 2],
        [1, 2],
      ],
      {},
      'INVALID_DATA',
    ],
    ['a single pair', [[1, 2]], {}, 'INVALID_DATA'],
    [
      'no ridge with a constant column',
      [
        [1, 2],
        [1, 3],
        [1, 5],
      ],
      { regularization: 0 },
      'NUMERICAL',
    ],
    [
      'no ridge with fewer pairs than features',
      [
        [1, 2],
        [4, 3],
      ],
      { regularization: 0 },
      'NUMERICAL',
    ],
  ])('refuses %s', async (_, rows, options, code) => {
    const other = normalRows(random, rows.length, 2);
    const raised: unknown = await new CcaMap(options)
      .fit({ source: { x: rows }, target: { x: other }, pairs: { source: rows, target: other } })
      .catch((error: unknown) => error);
    expect(isTransferError(raised) && raised.code).toBe(code);
  });
});
