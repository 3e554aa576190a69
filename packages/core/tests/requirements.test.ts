import {
  checkRows,
  isTransferError,
  type PlainProblem,
  prepareProblem,
  type Setting,
  step,
} from '@graft-ml/core';

const setting: Setting = {
  role: 'feature',
  features: 'same',
  sources: 'one',
  sourceLabels: 'required',
  targetLabels: 'unused',
  pairs: 'unused',
  tasks: ['classification'],
  corrects: 'marginal',
  sparse: 'kept',
};

const good: PlainProblem = {
  source: {
    x: [
      [1, 2],
      [3, 4],
    ],
    y: ['a', 'b'],
  },
  target: { x: [[0, 1]] },
};

function failure(
  input: PlainProblem,
  changes: Partial<Setting> = {},
): { code: string; message: string } | undefined {
  try {
    prepareProblem({ name: 'Test', setting: { ...setting, ...changes } }, input);
    return undefined;
  } catch (error) {
    if (!isTransferError(error)) throw error;
    return { code: error.code, message: error.message };
  }
}

describe('prepareProblem', () => {
  it('lets a fitting problem through', () => {
    expect(failure(good)).toBeUndefined();
  });

  it('says which feature differs where names are in another order', () => {
    const input = {
      source: { ...good.source!, featureNames: ['a', 'b'] },
      target: { ...good.target, featureNames: ['b', 'a'] },
    };
    expect(failure(input)).toEqual({
      code: 'SHAPE_MISMATCH',
      message: expect.stringContaining(
        'feature 0 is "a" in "source" and "b" in "target"',
      ) as string,
    });
    expect(failure(input, { features: 'any' })).toBeUndefined();
  });

  it.each<[string, PlainProblem, Partial<Setting>]>([
    ['SHAPE_MISMATCH', { ...good, target: { x: [[1]] } }, {}],
    ['SHAPE_MISMATCH', { ...good, target: { x: [] } }, {}],
    ['SHAPE_MISMATCH', { ...good, source: { x: [], y: [] } }, {}],
    ['UNSUPPORTED', { sources: [good.source!, good.source!], target: good.target }, {}],
    ['INVALID_DATA', { ...good, source: { x: [[1, 2]] } }, {}],
    ['INVALID_DATA', { ...good, source: { x: [[1, 2]], y: ['a'] } }, {}],
    ['UNSUPPORTED', { ...good, source: { x: [[1, 2]], y: [0.5] } }, {}],
    ['INVALID_DATA', good, { targetLabels: 'required' }],
    ['INVALID_DATA', good, { pairs: 'required' }],
  ])('refuses with %s', (code, input, changes) => {
    expect(failure(input, changes)?.code).toBe(code);
  });
});

describe('checkRows', () => {
  it('gives no rows the expected width', () => {
    expect(checkRows('Test', [], 4)).toMatchObject({ rows: 0, columns: 4 });
  });

  it('refuses another width', () => {
    expect(() => checkRows('Test', [[1, 2]], 3)).toThrow(
      'must have the 3 columns it was fitted on; received 2',
    );
  });
});

describe('step', () => {
  it('reports progress and obeys the signal', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const run = {
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => seen.push(done),
    };
    await step(run, 'Test', { stage: 'one', done: 1 });
    controller.abort();
    await expect(step(run, 'Test', { stage: 'two', done: 2 })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(seen).toEqual([1, 2]);
  });
});
