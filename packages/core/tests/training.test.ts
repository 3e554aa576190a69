import {
  isTransferError,
  trainingRows,
  type LabelledInput,
  type PlainProblem,
} from '@graft-ml/core';

const both = ['classification', 'regression'] as const;

function codeOf(input: LabelledInput | PlainProblem, minClasses = 2): string | undefined {
  try {
    trainingRows('Test', input, ['classification'], minClasses);
    return undefined;
  } catch (error) {
    return isTransferError(error) ? error.code : String(error);
  }
}

describe('trainingRows', () => {
  it('stacks the sources of a problem with their weights', () => {
    const rows = trainingRows(
      'Test',
      {
        sources: [
          { x: [[1]], y: ['a'], weights: [3] },
          { x: [[2], [3]], y: ['b', 'a'] },
        ],
        target: { x: [[0]] },
      },
      both,
    );
    expect(rows.x).toMatchObject({ rows: 3, columns: 1 });
    expect(rows.y).toEqual(Float64Array.of(0, 1, 0));
    expect(rows.weights).toEqual(Float64Array.of(3, 1, 1));
  });

  it('keeps a task that is handed in, with its classes and their order', () => {
    const task = { kind: 'classification', classes: ['z', 'a', 'never seen'] } as const;
    const rows = trainingRows('Test', { x: [[1], [2]], y: ['a', 'z'], task }, both);
    expect(rows.task).toBe(task);
    expect(rows.y).toEqual(Float64Array.of(1, 0));
  });

  it('takes whole numbers as values where the learner only does regression', () => {
    expect(trainingRows('Test', { x: [[1], [2]], y: [3, 4] }, ['regression']).task.kind).toBe(
      'regression',
    );
  });

  it.each<[string, LabelledInput | PlainProblem]>([
    ['INVALID_DATA', { x: [[1], [2]], y: ['a', 'a'] }],
    ['INVALID_DATA', { x: [[1], [2]], y: ['a', 'b'], weights: [1, 0] }],
    ['INVALID_DATA', { x: [], y: [] }],
    ['UNSUPPORTED', { x: [[1], [2]], y: [0.5, 1.5] }],
    ['SHAPE_MISMATCH', { x: [[1], [2]], y: ['a'] }],
    ['INVALID_DATA', { source: { x: [[1]] }, target: { x: [[1]] } }],
  ])('refuses with %s', (code, input) => {
    expect(codeOf(input)).toBe(code);
  });
});
