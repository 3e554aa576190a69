import { isTransferError, type PlainProblem } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { type Check, ConformanceError, expectThat, type Method } from './check.js';
import { expectFinite, expectSame, observe, type Observation } from './observe.js';
import { makeProbe, type Probe, reordered, withRows } from './probe.js';

/** What happens to data of every kind. */
export const dataChecks: readonly Check[] = [
  {
    name: 'row-order',
    promise: 'the order of source rows and of target rows does not change what is learned',
    async run(method) {
      const probe = makeProbe(method.setting);
      const random = randomSource(5);
      const source = random.permutation((probe.problem.source!.x as number[][]).length);
      const target = random.permutation((probe.problem.target.x as number[][]).length);
      const straight = learnedFrom((await observe(method, probe)).seen);
      const mixed = learnedFrom((await observe(method, reordered(probe, source, target))).seen);
      expectSame(straight, mixed, 1e-5, 'rows in another order');
    },
  },
  {
    name: 'float32',
    promise: 'rows given as Float32Array, numbers or one flat array mean the same',
    async run(method) {
      const rounded = withRows(makeProbe(method.setting), (rows) =>
        rows.map((row) => row.map(Math.fround)),
      );
      const { problem } = rounded;
      const source = problem.source!;
      const narrow: PlainProblem = {
        ...problem,
        source: { ...source, x: (source.x as number[][]).map((row) => Float32Array.from(row)) },
        target: { ...problem.target, x: flat(problem.target.x as number[][]) },
      };
      const seen = (await observe(method, rounded)).seen;
      expectSame(
        seen,
        (await observe(method, { ...rounded, problem: narrow })).seen,
        0,
        'as typed arrays',
      );
    },
  },
  {
    name: 'sparse',
    promise: 'sparse rows mean the same as the dense rows they stand for',
    async run(method) {
      const probe = withRows(makeProbe(method.setting), (rows) =>
        rows.map((row) => row.map((value) => (value > 0.5 ? value : 0))),
      );
      const { problem } = probe;
      const source = problem.source!;
      const sparse: PlainProblem = {
        ...problem,
        source: { ...source, x: compressed(source.x as number[][]) },
        target: { ...problem.target, x: compressed(problem.target.x as number[][]) },
      };
      const seen = (await observe(method, probe)).seen;
      expectSame(
        seen,
        (await observe(method, { ...probe, problem: sparse })).seen,
        1e-6,
        'as sparse rows',
      );
    },
  },
  {
    name: 'not-finite',
    promise: 'NaN and infinite values are refused with INVALID_DATA that names row and column',
    async run(method) {
      for (const bad of [Number.NaN, Infinity]) {
        for (const where of ['source', 'target'] as const) {
          const probe = withRows(makeProbe(method.setting), (rows, domain) =>
            rows.map((row, i) =>
              i === 2 && domain === where ? row.map((value, j) => (j === 1 ? bad : value)) : row,
            ),
          );
          const error = await failure(method, probe);
          expectThat(
            isTransferError(error, 'INVALID_DATA'),
            `${bad} in the ${where} raised ${String(error)}`,
          );
          const { row, column } = error.details;
          expectThat(
            row === 2 && column === 1,
            `${bad} in the ${where}: row ${String(row)}, column ${String(column)} named`,
          );
        }
      }
    },
  },
  {
    name: 'zero-rows',
    promise: 'a domain without rows is refused; no new rows give no results',
    async run(method) {
      const learner = method.setting.role === 'learner';
      for (const where of learner ? (['source'] as const) : (['source', 'target'] as const)) {
        const probe = makeProbe(method.setting);
        const { problem } = probe;
        const empty =
          where === 'source'
            ? { ...problem, source: { x: [], y: [] } }
            : { ...problem, target: { ...problem.target, x: [] } };
        const error = await failure(method, { ...probe, problem: empty });
        const typed =
          isTransferError(error, 'SHAPE_MISMATCH') || isTransferError(error, 'INVALID_DATA');
        expectThat(typed, `no ${where} rows raised ${String(error)}`);
      }
      const none = { ...makeProbe(method.setting), newSource: [], newTarget: [] };
      const seen = (await observe(method, none)).seen;
      for (const [name, values] of seen) {
        if (name.includes('new') || name === 'predictions') {
          expectThat(values.length === 0, `${name}: ${values.length} values for no rows`);
        }
      }
    },
  },
  {
    name: 'other-width',
    promise: 'new rows of another width are refused with SHAPE_MISMATCH',
    async run(method) {
      const probe = makeProbe(method.setting);
      const wide = { ...probe, newTarget: probe.newTarget.map((row) => [...row, 1]) };
      const error = await failure(method, wide);
      expectThat(
        isTransferError(error, 'SHAPE_MISMATCH'),
        `rows of another width raised ${String(error)}`,
      );
    },
  },
  ...(
    [
      ['one-row', 'one row per domain', (rows: number[][]) => rows.slice(0, 1)],
      [
        'constant-column',
        'a constant column',
        (rows: number[][]) => rows.map((row) => row.map((v, j) => (j === 1 ? 3 : v))),
      ],
      ['constant-rows', 'identical rows', (rows: number[][]) => rows.map(() => rows[0]!)],
      [
        'duplicates',
        'every row twice',
        (rows: number[][]) => rows.map((_, i) => rows[i - (i % 2)]!),
      ],
      [
        'collinear',
        'a column that repeats another',
        (rows: number[][]) => rows.map((row) => row.map((v, j) => (j === 1 ? row[0]! : v))),
      ],
      [
        'huge',
        'values around 1e150',
        (rows: number[][]) => rows.map((row) => row.map((v) => v * 1e150)),
      ],
    ] as const
  ).map(([name, what, change]) => ({
    name,
    promise: `${what} gives finite results or a typed error, never NaN`,
    run: (method: Method) =>
      expectOrderly(method, shortened(withRows(makeProbe(method.setting), change)), what),
  })),
  {
    name: 'wide',
    promise: 'fewer rows than features gives finite results or a typed error',
    run: (method) =>
      expectOrderly(
        method,
        makeProbe(method.setting, { nSource: 9, nTarget: 8, nFeatures: 15 }),
        'wide data',
      ),
  },
];

/** What depends on rows as a set: answers about new rows, and totals of what is per row. */
function learnedFrom(seen: Observation): Observation {
  return new Map(
    [...seen].map(([name, values]) =>
      /^(sources|target)/.test(name)
        ? [`sum of ${name}`, Float64Array.from(values).sort()]
        : [name, values],
    ),
  );
}

async function failure(method: Method, probe: Probe): Promise<unknown> {
  try {
    await observe(method, probe);
  } catch (error) {
    return error;
  }
  throw new ConformanceError('no error was raised');
}

async function expectOrderly(method: Method, probe: Probe, what: string): Promise<void> {
  try {
    expectFinite((await observe(method, probe)).seen, what);
  } catch (error) {
    if (error instanceof ConformanceError || !isTransferError(error)) throw error;
  }
}

/** Labels cut to the number of source rows left. */
function shortened(probe: Probe): Probe {
  const source = probe.problem.source!;
  const y = (source.y as (string | number)[]).slice(0, (source.x as number[][]).length);
  return { ...probe, problem: { ...probe.problem, source: { ...source, y } } };
}

function flat(rows: number[][]) {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data: Float32Array.from(rows.flat()) };
}

function compressed(rows: number[][]) {
  const starts = [0];
  const columnIndices: number[] = [];
  const values: number[] = [];
  for (const row of rows) {
    row.forEach((value, j) => {
      if (value === 0) return;
      columnIndices.push(j);
      values.push(value);
    });
    starts.push(values.length);
  }
  return {
    format: 'csr' as const,
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    rowStarts: Int32Array.from(starts),
    columnIndices: Int32Array.from(columnIndices),
    values: Float64Array.from(values),
  };
}
