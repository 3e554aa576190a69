import { isTransferError, type PlainProblem, scenario, toProblem } from '@graft-ml/core';

const plain: PlainProblem = {
  source: {
    x: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    y: ['b', 'a', 'b'],
  },
  target: { x: [[0, 1]] },
};

function codeOf(input: PlainProblem): string | undefined {
  try {
    toProblem(input);
    return undefined;
  } catch (error) {
    return isTransferError(error) ? error.code : String(error);
  }
}

describe('toProblem', () => {
  it('encodes labels by sorted class', () => {
    const { sources, target } = toProblem(plain);
    expect(sources[0]).toMatchObject({
      task: { classes: ['a', 'b'] },
      y: Float64Array.of(1, 0, 1),
    });
    expect(target.task).toBe(sources[0]!.task);
  });

  it('sorts number classes by value, before text', () => {
    const { sources } = toProblem({
      ...plain,
      source: {
        x: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        y: [10, 9, 'x'],
      },
    });
    expect(sources[0]!.task).toEqual({ kind: 'classification', classes: [9, 10, 'x'] });
  });

  it('takes labels with a fraction for regression and obeys an explicit task', () => {
    const source = { x: [[1], [2]], y: [0.5, 2] };
    const target = { x: [[1]] };
    expect(toProblem({ source, target }).target.task).toEqual({ kind: 'regression' });
    expect(
      toProblem({ source: { ...source, y: [1, 2] }, target, task: 'regression' }).target.task.kind,
    ).toBe('regression');
  });

  it('gives sources the union of their labels', () => {
    const { sources } = toProblem({
      sources: [
        { x: [[1]], y: ['a'] },
        { x: [[2]], y: ['c'] },
      ],
      target: { x: [[1]] },
    });
    expect(sources.map(({ y }) => y)).toEqual([Float64Array.of(0), Float64Array.of(1)]);
    expect(sources.map(({ name }) => name)).toEqual(['source 1', 'source 2']);
  });

  it('returns a ready problem as it is', () => {
    const problem = toProblem(plain);
    expect(toProblem(problem)).toBe(problem);
  });

  it('never reads evaluation labels lying beside the target', () => {
    const target = Object.defineProperty({ ...plain.target }, 'y', {
      enumerable: true,
      get: () => {
        throw new Error('read');
      },
    });
    expect(() => toProblem({ ...plain, target })).not.toThrow();
  });

  it.each<[string, PlainProblem]>([
    ['INVALID_DATA', { target: plain.target }],
    ['SHAPE_MISMATCH', { ...plain, source: { x: [[1, 2]], y: ['a', 'b'] } }],
    ['INVALID_DATA', { ...plain, source: { x: [[1, 2]], y: [Number.NaN], weights: [1] } }],
    ['INVALID_DATA', { ...plain, source: { x: [[1, 2]], y: ['a'], weights: [-1] } }],
    ['INVALID_DATA', { ...plain, source: { x: [[1, 2]], y: ['a'], weights: [0] } }],
    ['SHAPE_MISMATCH', { ...plain, target: { x: [[0, 1]], labelled: { x: [[1]], y: ['a'] } } }],
    ['SHAPE_MISMATCH', { ...plain, target: { x: [[0, 1]], featureNames: ['only one'] } }],
    ['SHAPE_MISMATCH', { ...plain, pairs: { source: [[1, 2]], target: [] } }],
  ])('refuses with %s', (code, input) => {
    expect(codeOf(input)).toBe(code);
  });
});

describe('scenario', () => {
  it('is transductive and homogeneous with source labels alone', () => {
    expect(scenario(plain)).toMatchObject({
      kind: 'homogeneous',
      supervision: 'transductive',
      labelSpacesDiffer: false,
      nSources: 1,
    });
  });

  it('is inductive with target labels, unsupervised with none at all', () => {
    expect(
      scenario({ ...plain, target: { x: [[0, 1]], labelled: { x: [[1, 1]], y: ['a'] } } })
        .supervision,
    ).toBe('inductive');
    expect(scenario({ source: { x: [[1]] }, target: { x: [[2]] } }).supervision).toBe(
      'unsupervised',
    );
  });

  it('is heterogeneous where names differ, though counts agree', () => {
    const other = { ...plain, target: { x: [[0, 1]], featureNames: ['u', 'v'] } };
    expect(scenario(other)).toMatchObject({ kind: 'heterogeneous', featureSpacesDiffer: true });
  });

  it('sees that label spaces differ only when the target has a label no source has', () => {
    const known = { ...plain, target: { x: [[0, 1]], labelled: { x: [[1, 1]], y: ['a'] } } };
    const foreign = { ...plain, target: { x: [[0, 1]], labelled: { x: [[1, 1]], y: ['z'] } } };
    expect(scenario(known).labelSpacesDiffer).toBe(false);
    expect(scenario(foreign).labelSpacesDiffer).toBe(true);
  });

  it('leaves distributions untested', () => {
    expect(scenario(plain)).toMatchObject({
      marginalsDiffer: 'not tested',
      conditionalsDiffer: 'not tested',
    });
  });
});
