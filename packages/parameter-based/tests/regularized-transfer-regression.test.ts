import { isTransferError, toMatrix } from '@graft-ml/core';
import { meanSquaredError, NearestNeighbours, RidgeRegression } from '@graft-ml/learners';
import { RegularizedTransferRegression } from '@graft-ml/parameter-based';
import { dial, meanOf } from './support/dial.js';
import { regressionOf, vectorsOf } from './support/models.js';

jest.setTimeout(120_000);

const task = 'regression';
const { source, labelled, test } = dial(1, 30, 8);
const problem = { source, target: { x: test.x, labelled }, task } as const;

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('RegularizedTransferRegression', () => {
  it('starts from the same place whether the source model is handed in or learned', async () => {
    const learned = await new RegularizedTransferRegression().fit(problem);
    const sourceModels = [await new RidgeRegression().fit(source)];
    const given = await new RegularizedTransferRegression().fit(problem, { sourceModels });
    expect(vectorsOf(given)).toEqual(vectorsOf(learned));
  });

  it('needs no source labels where the model is handed in', async () => {
    const unlabelled = { ...problem, source: { x: source.x } };
    const sourceModels = [await new RidgeRegression().fit(source)];
    const model = await new RegularizedTransferRegression().fit(unlabelled, { sourceModels });
    expect(model.nFeatures).toBe(10);
    const raised = await failure(new RegularizedTransferRegression().fit(unlabelled));
    expect(isTransferError(raised, 'INVALID_DATA')).toBe(true);
  });

  it('learns source models with the learner it is given', async () => {
    const learner = new RidgeRegression({ regularization: 1e9 });
    const strategy = new RegularizedTransferRegression({ regularization: 1e12 }, { learner });
    const [vector] = vectorsOf(await strategy.fit(problem));
    vector!.slice(1).forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-5));
  });

  it('says where it started, how well that did and how far it went', async () => {
    const sourceModel = await new RidgeRegression().fit(source);
    const model = await new RegularizedTransferRegression().fit(problem, {
      sourceModels: [sourceModel],
    });
    const { start, sourceLosses, loss, distance } = model.diagnostics.facts!;
    const before = meanSquaredError(labelled.y, await sourceModel.predictEncoded(labelled.x));
    const after = meanSquaredError(labelled.y, await model.predictEncoded(labelled.x));
    expect(start).toBe('mean');
    expect((sourceLosses as number[])[0]).toBeCloseTo(before, 12);
    expect(loss).toBeCloseTo(after, 12);
    expect(after).toBeLessThan(before);
    const [[from], [to]] = [vectorsOf(sourceModel), vectorsOf(model)];
    expect(distance).toBeCloseTo(Math.hypot(...to!.map((v, k) => v - from![k]!)), 12);
  });

  it('meets several sources at their mean, or at the best on the target rows', async () => {
    const x = [[1], [2], [3]];
    const rows = { x, y: [2.1, 3.9, 6] };
    const several = {
      sources: [{ x }, { x }, { x }],
      target: { x, labelled: rows },
      task,
    } as const;
    const sourceModels = [
      [0, 5],
      [0, 2],
      [3, -4],
    ].map(regressionOf);
    const far = { regularization: 1e12 };
    const mean = await new RegularizedTransferRegression(far).fit(several, { sourceModels });
    const best = await new RegularizedTransferRegression({ ...far, combine: 'best' }).fit(several, {
      sourceModels,
    });
    expect(vectorsOf(mean)[0]![0]).toBeCloseTo(1, 9);
    expect(vectorsOf(mean)[0]![1]).toBeCloseTo(1, 9);
    expect(vectorsOf(best)[0]![1]).toBeCloseTo(2, 9);
    expect(best.diagnostics.facts!.start).toBe(1);
  });

  it('learns the same from sparse labelled rows', async () => {
    const x = labelled.x.map((row) => row.map((v) => (v > 0 ? v : 0)));
    const sourceModels = [regressionOf(Array.from({ length: 11 }, (_, k) => k - 5))];
    for (const penalizeIntercept of [true, false]) {
      const strategy = new RegularizedTransferRegression({ penalizeIntercept });
      const fit = (rows: typeof x | ReturnType<typeof sparse>) =>
        strategy.fit(
          { source: { x }, target: { x: rows, labelled: { x: rows, y: labelled.y } }, task },
          { sourceModels },
        );
      const [[dense], [csr]] = [vectorsOf(await fit(x)), vectorsOf(await fit(sparse(x)))];
      dense!.forEach((value, k) => expect(csr![k]).toBeCloseTo(value, 11));
    }
  });

  it('helps where the tasks are 30 degrees apart and hurts where they are opposite', async () => {
    const errors = (degrees: number, transfer: boolean) =>
      meanOf(async (seed) => {
        const { source: xs, labelled: few, test: held } = dial(seed, degrees, 8);
        const model = transfer
          ? await new RegularizedTransferRegression().fit({
              source: xs,
              target: { x: held.x, labelled: few },
              task,
            })
          : await new RidgeRegression().fit(few);
        return meanSquaredError(held.y, await model.predictEncoded(held.x));
      });
    const [near, nearAlone, opposite, oppositeAlone] = [
      await errors(30, true),
      await errors(30, false),
      await errors(180, true),
      await errors(180, false),
    ];
    // Measured: 0.535 against 0.886 from the target rows alone; opposite 1.660 against 0.886.
    expect(near).toBeLessThan(0.65 * nearAlone);
    expect(opposite).toBeGreaterThan(1.7 * oppositeAlone);
  });

  it.each<[string, () => Promise<unknown>, string, RegExp]>([
    [
      'a source model that is not linear',
      () =>
        new RegularizedTransferRegression({}, { learner: new NearestNeighbours() }).fit(problem),
      'UNSUPPORTED',
      /has none. Use a linear learner such as RidgeRegression/,
    ],
    [
      'a source model of other features',
      () =>
        new RegularizedTransferRegression().fit(problem, { sourceModels: [regressionOf([0, 1])] }),
      'SHAPE_MISMATCH',
      /expected 10 features in the model of "source", as the target has; received 1/,
    ],
    [
      'more models than sources',
      () =>
        new RegularizedTransferRegression().fit(problem, {
          sourceModels: [regressionOf([0, 1]), regressionOf([0, 1])],
        }),
      'SHAPE_MISMATCH',
      /expected 1 models, one per source; received 2/,
    ],
    [
      'a problem without labelled target rows',
      () => new RegularizedTransferRegression().fit({ source, target: { x: test.x }, task }),
      'INVALID_DATA',
      /target.labelled: \{ x, y \}/,
    ],
    [
      'classes',
      () =>
        new RegularizedTransferRegression().fit({
          source: { x: [[1], [2]], y: ['a', 'b'] },
          target: { x: [[1]], labelled: { x: [[1]], y: ['a'] } },
        }),
      'UNSUPPORTED',
      /serves regression; these labels make a classification task/,
    ],
  ])('refuses %s', async (_, work, code, message) => {
    const raised = await failure(work());
    expect(isTransferError(raised) && raised.code).toBe(code);
    expect(String(raised)).toMatch(message);
  });
});

/** Rows as compressed sparse rows. */
function sparse(rows: number[][]) {
  const entries = rows.map((row) => row.flatMap((value, j) => (value === 0 ? [] : [[j, value]])));
  const rowStarts = [0];
  for (const row of entries) rowStarts.push(rowStarts.at(-1)! + row.length);
  const matrix = {
    format: 'csr' as const,
    rows: rows.length,
    columns: rows[0]!.length,
    rowStarts: Int32Array.from(rowStarts),
    columnIndices: Int32Array.from(entries.flat().map(([j]) => j!)),
    values: Float64Array.from(entries.flat().map(([, value]) => value!)),
  };
  return toMatrix(matrix, 'test', 'x');
}
