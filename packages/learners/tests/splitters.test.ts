import { toProblem } from '@graft-ml/core';
import {
  contentFolds,
  crossValidate,
  domainFolds,
  kFold,
  leaveOneDomainOut,
  NearestCentroid,
  splitsOf,
  stratifiedKFold,
  stratifiedWithinDomain,
} from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { groups, sparse } from './support/samples.js';

const sizes = (folds: Int32Array, nFolds: number) =>
  Array.from({ length: nFolds }, (_, k) => folds.filter((fold) => fold === k).length);

describe('kFold', () => {
  it('deals rows evenly, the same way for the same seed', () => {
    expect(sizes(kFold(23, 5, 1), 5).sort()).toEqual([4, 4, 5, 5, 5]);
    expect(kFold(23, 5, 1)).toEqual(kFold(23, 5, 1));
    expect(kFold(23, 5, 1)).not.toEqual(kFold(23, 5, 2));
  });

  it('refuses more folds than rows', () => {
    expect(() => kFold(3, 4)).toThrow(
      'kFold: "nFolds" must be a whole number from 2 to 3; received 4.',
    );
  });
});

describe('stratifiedKFold', () => {
  it('deals every stratum and all rows evenly', () => {
    const strata = Array.from({ length: 53 }, (_, i) => (i % 7 === 0 ? 1 : i % 5 === 0 ? 2 : 0));
    const folds = stratifiedKFold(strata, 4, 3);
    for (const stratum of [0, 1, 2]) {
      const own = sizes(
        folds.filter((_, i) => strata[i] === stratum),
        4,
      );
      expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(1);
    }
    const all = sizes(folds, 4);
    expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
  });
});

describe('contentFolds', () => {
  const { x } = groups(60, 3, 1);

  it('goes with the rows when they are reordered', () => {
    const order = randomSource(9).permutation(60);
    const folds = contentFolds(x, 5, 4);
    const moved = contentFolds(
      Array.from(order, (i) => x[i]!),
      5,
      4,
    );
    expect(Array.from(moved)).toEqual(Array.from(order, (i) => folds[i]));
  });

  it('keeps equal rows together, whatever their number', () => {
    const folds = contentFolds(x, 5, 4);
    const copied = contentFolds([...x, ...x.slice(0, 20), ...x.slice(0, 20)], 5, 4);
    expect(Array.from(copied)).toEqual([...folds, ...folds.slice(0, 20), ...folds.slice(0, 20)]);
  });

  it('deals different rows evenly, otherwise for another seed', () => {
    expect(sizes(contentFolds(x, 5, 4), 5)).toEqual([12, 12, 12, 12, 12]);
    expect(contentFolds(x, 5, 5)).not.toEqual(contentFolds(x, 5, 4));
    expect(contentFolds(x, 5, 4 + 2 ** 40)).not.toEqual(contentFolds(x, 5, 4));
  });

  it('does not tell sparse rows from dense ones, nor 0 from −0', () => {
    const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
    expect(contentFolds(sparse(rows), 3, 1)).toEqual(contentFolds(rows, 3, 1));
    const negative = rows.map((row) => row.map((v) => (v === 0 ? -0 : v)));
    expect(contentFolds(negative, 3, 1)).toEqual(contentFolds(rows, 3, 1));
  });

  it('tells rows apart that hold the same values in other columns', () => {
    const shifted = Array.from({ length: 64 }, (_, i) =>
      Array.from({ length: 64 }, (_, j) => (i === j ? 1 : 0)),
    );
    expect(sizes(contentFolds(shifted, 4, 0), 4)).toEqual([16, 16, 16, 16]);
  });
});

describe('splitsOf', () => {
  it('makes each fold the test rows once', () => {
    const splits = splitsOf([0, 1, 0, 2]);
    expect(splits.map(({ test }) => Array.from(test))).toEqual([[0, 2], [1], [3]]);
    expect(splits.map(({ train }) => Array.from(train))).toEqual([
      [1, 3],
      [0, 2, 3],
      [0, 1, 2],
    ]);
    expect(splitsOf([0, 2, 2])).toHaveLength(2);
  });
});

describe('splitters that know domains', () => {
  const { x, y } = groups(30, 3, 1);
  const sources = [
    { name: 'north', x: x.slice(0, 12), y: y.slice(0, 12) },
    { name: 'south', x: x.slice(12), y: y.slice(12) },
  ];

  it('make each source the target once, without its labels', () => {
    const splits = leaveOneDomainOut({ sources, target: { x } });
    expect(splits.map(({ heldOut }) => heldOut)).toEqual(['north', 'south']);
    const [first] = splits;
    expect(first!.problem.sources.map(({ name }) => name)).toEqual(['south']);
    expect(first!.problem.target).not.toHaveProperty('y');
    expect(Array.from(first!.labels)).toEqual(y.slice(0, 12));
  });

  it('let a validation judge by domains that were not learned from', async () => {
    const problem = toProblem({ sources, target: { x } });
    const folds = domainFolds(problem.sources);
    expect(Array.from(folds)).toEqual(Array.from({ length: 30 }, (_, i) => (i < 12 ? 0 : 1)));
    const { predictions, scores } = await crossValidate(new NearestCentroid(), problem, { folds });
    expect(scores).toHaveLength(2);
    const south = await new NearestCentroid().fit({ x: x.slice(12), y: y.slice(12) });
    expect(predictions.subarray(0, 12)).toEqual(await south.predictEncoded(x.slice(0, 12)));
    expect(() => domainFolds(problem.sources.slice(0, 1))).toThrow('needs at least two sources');
  });

  it('refuse a single source', () => {
    expect(() => leaveOneDomainOut({ source: sources[0]!, target: { x } })).toThrow(
      'needs at least two sources',
    );
  });

  it('deal every class of every source evenly', () => {
    const problem = toProblem({ sources, target: { x } });
    const folds = stratifiedWithinDomain(problem.sources, 2, 5);
    for (let c = 0; c < 3; c++) {
      const north = sizes(
        folds.filter((_, i) => i < 12 && y[i] === c),
        2,
      );
      const south = sizes(
        folds.filter((_, i) => i >= 12 && y[i] === c),
        2,
      );
      expect(north).toEqual([2, 2]);
      expect(south).toEqual([3, 3]);
    }
  });
});
