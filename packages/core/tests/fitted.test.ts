import {
  type FittedState,
  isTransferError,
  stateFromJson,
  StateReader,
  stateToJson,
  suggest,
} from '@graft-ml/core';

const state: FittedState = {
  id: 'test/thing',
  version: 1,
  values: { n: 2, name: 'x' },
  arrays: {
    matrix: { shape: [2, 2], data: Float64Array.of(0.1, -0, 1e-310, 4) },
    index: { shape: [3], data: Int32Array.of(1, 2, 3) },
  },
  parts: { inner: { id: 'test/inner', version: 1, values: {}, arrays: {}, parts: {} } },
};

const isInvalid = (act: () => unknown): boolean => {
  try {
    act();
    return false;
  } catch (error) {
    return isTransferError(error, 'INVALID_ARTEFACT');
  }
};

describe('fitted state', () => {
  it('survives JSON text, every bit but the sign of zero', () => {
    expect(stateFromJson(JSON.parse(JSON.stringify(stateToJson(state))))).toEqual({
      ...state,
      arrays: {
        ...state.arrays,
        matrix: { shape: [2, 2], data: Float64Array.of(0.1, 0, 1e-310, 4) },
      },
    });
  });

  it.each([
    null,
    [],
    { id: 'x' },
    { ...stateToJson(state), arrays: { m: { shape: [3], type: 'float64', data: [1] } } },
    { ...stateToJson(state), arrays: { m: { shape: [1], type: 'float64', data: ['1'] } } },
    { ...stateToJson(state), parts: { inner: 3 } },
  ])('refuses %j', (json) => {
    expect(isInvalid(() => stateFromJson(json))).toBe(true);
  });

  it('is read with shapes checked', () => {
    const reader = new StateReader(state, 'test/thing', 1);
    expect(reader.number('n', true)).toBe(2);
    expect(reader.matrix('matrix', 2, -1).columns).toBe(2);
    expect(reader.has('inner') && !reader.has('outer')).toBe(true);
    expect(isInvalid(() => reader.number('name'))).toBe(true);
    expect(isInvalid(() => reader.matrix('matrix', 3))).toBe(true);
    expect(isInvalid(() => reader.array('index', 3))).toBe(true);
    expect(isInvalid(() => reader.value('gone'))).toBe(true);
    expect(isInvalid(() => new StateReader(state, 'other/thing', 1))).toBe(true);
    expect(isInvalid(() => new StateReader({ ...state, version: 2 }, 'test/thing', 1))).toBe(true);
  });
});

describe('suggest', () => {
  it('finds near names, nearest first', () => {
    expect(suggest('corl', ['jda', 'coral', 'pca'])).toEqual(['coral']);
    expect(suggest('nearest', ['nearest-centroid', 'jda'])).toEqual(['nearest-centroid']);
    expect(suggest('zzzzzz', ['jda', 'coral'])).toEqual([]);
  });
});
