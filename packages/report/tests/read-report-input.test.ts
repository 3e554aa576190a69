import { isTransferError } from '@graft-ml/core';
import { readReportInput, renderReport, type ReportInput } from '../src/index.js';
import { sampleInput, sampleRegression } from './sample-input.js';

const sample = JSON.stringify(sampleInput());

/** The sample as JSON with the value at `path` replaced; `undefined` takes it out. */
function broken(path: string, value: unknown): unknown {
  const json = JSON.parse(sample) as unknown;
  const keys = path.split(/[.[\]]+/).filter(Boolean);
  const last = keys.pop()!;
  let at = json as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = value;
  return JSON.parse(JSON.stringify(json));
}

function refusal(json: unknown): string {
  try {
    readReportInput(json);
  } catch (error) {
    if (isTransferError(error, 'INVALID_DATA')) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('readReportInput', () => {
  it('returns what it accepts unchanged', () => {
    for (const input of [sampleInput(), sampleRegression()]) {
      const json = JSON.parse(JSON.stringify(input)) as unknown;
      expect(readReportInput(json)).toBe(json);
      expect(json).toEqual(input);
    }
  });

  it.each([
    [
      'formatVersion',
      2,
      '"formatVersion" must be 1, the only version this Graft reads; received 2.',
    ],
    ['created', 'yesterday', '"created" must be a moment in ISO 8601; received "yesterday".'],
    ['seed', 0.5, '"seed" must be a whole number of at least 0; received 0.5.'],
    ['seed', -1, '"seed" must be a whole number of at least 0; received -1.'],
    ['versions', 'one', '"versions" must be an object; received "one".'],
    ['versions.graft', 1, '"versions.graft" must be a text; received 1.'],
    ['settings.command', undefined, '"settings.command" must be a text; received nothing.'],
    [
      'problem.task.kind',
      'ranking',
      '"problem.task.kind" must be "classification" or "regression"; received "ranking".',
    ],
    ['problem.task.classes[1]', null, '"problem.task.classes[1]" must be a text; received null.'],
    ['problem.domains[0].role', 'target', 'must be a list with at least one source'],
    [
      'problem.domains[1].rows',
      'many',
      '"problem.domains[1].rows" must be a whole number of at least 0; received "many".',
    ],
    [
      'problem.scenario.kind',
      'other',
      '"problem.scenario.kind" must be "homogeneous" or "heterogeneous"; received "other".',
    ],
    ['runs', {}, '"runs" must be a list; received {}.'],
    [
      'runs[1].recipe',
      'source-only',
      '"runs[1].recipe" must be unique among the runs; received "source-only".',
    ],
    [
      'runs[1].isBaseline',
      true,
      '"runs[1].isBaseline" must be true for one run only; received true.',
    ],
    ['runs[1].isBaseline', 'no', '"runs[1].isBaseline" must be true or false; received "no".'],
    ['runs[1].status', 'done', '"runs[1].status" must be "ok" or "failed"; received "done".'],
    [
      'runs[1].accuracy',
      58.1,
      '"runs[1].accuracy" must be a finite number from 0 to 1; received 58.1.',
    ],
    [
      'runs[1].rSquared',
      1.5,
      '"runs[1].rSquared" must be a finite number of at most 1; received 1.5.',
    ],
    ['runs[1].interval.high', 0, 'received 0.'],
    [
      'runs[1].seconds',
      null,
      '"runs[1].seconds" must be a finite number of at least 0; received null.',
    ],
    ['runs[1].warnings[0].code', 7, '"runs[1].warnings[0].code" must be a text; received 7.'],
    [
      'runs[1].projection.before.y',
      [1, 2],
      '"runs[1].projection.before.y" must be a list of 1500 entries; received [1,2].',
    ],
    [
      'runs[1].projection.after.x[3]',
      null,
      '"runs[1].projection.after.x[3]" must be a finite number; received null.',
    ],
    [
      'runs[1].projection.before.domain[0]',
      2,
      '"runs[1].projection.before.domain[0]" must be a whole number from 0 to 1; received 2.',
    ],
    [
      'runs[1].projection.before.label[9]',
      10,
      '"runs[1].projection.before.label[9]" must be a whole number from 0 to 9; received 10.',
    ],
    [
      'runs[1].projection.before.explained',
      [0.5],
      '"runs[1].projection.before.explained" must be a list of 2 entries; received [0.5].',
    ],
    [
      'runs[7].weights.values[0]',
      -1,
      '"runs[7].weights.values[0]" must be a finite number of at least 0; received -1.',
    ],
    [
      'runs[7].weights.values',
      { edges: [0, 1], counts: [2, 3] },
      '"runs[7].weights.values.edges" must be a list of 3 entries; received [0,1].',
    ],
    [
      'runs[7].weights.values',
      { edges: [0, 2, 1], counts: [2, 3] },
      '"runs[7].weights.values.edges[2]" must be a finite number of at least 2; received 1.',
    ],
    [
      'runs[1].confusion.counts[2]',
      [1],
      '"runs[1].confusion.counts[2]" must be a list of 10 entries; received [1].',
    ],
    [
      'runs[1].diagnostics',
      undefined,
      '"runs[1].diagnostics" must be an object; received nothing.',
    ],
    ['runs[9].error', undefined, '"runs[9].error" must be an object; received nothing.'],
  ])('refuses %s = %j and says why', (path, value, message) => {
    expect(refusal(broken(path, value))).toContain(message);
  });

  it('refuses what is no object at all', () => {
    expect(refusal(null)).toContain('"the report" must be an object; received null.');
    expect(refusal([])).toContain('"the report" must be an object; received [].');
  });

  it('does not take inherited properties for fields', () => {
    expect(refusal(Object.create(sampleInput()))).toContain('"formatVersion"');
  });

  it('accepts labels that are not known', () => {
    expect(refusal(broken('runs[1].projection.before.label[0]', null))).toBe('accepted');
  });

  it('guards renderReport too', () => {
    const input = broken('runs[1].accuracy', 'high') as ReportInput;
    expect(() => renderReport(input)).toThrow('"runs[1].accuracy"');
  });
});
