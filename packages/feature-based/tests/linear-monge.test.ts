import { isTransferError, toDense } from '@graft-ml/core';
import { LinearMonge } from '@graft-ml/feature-based';
import { columnMeans, covariance, randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

const labels = Array.from({ length: 80 }, (_, i) => (i % 2 ? 'up' : 'down'));

/** The target is the source's kind of data, stretched, sheared and moved. */
function stretched() {
  const random = randomSource(21);
  const rows = () =>
    labels.map((label) => [
      (label === 'up' ? 1 : -1) + 0.3 * random.normal(),
      random.normal(),
      random.normal(),
    ]);
  const xt = rows().map(([a = 0, b = 0, c = 0]) => [2 * a + b + 4, a + 1.5 * b - 2, 0.4 * c]);
  return { xs: rows(), xt };
}

describe('LinearMonge', () => {
  it('gives the source the mean and the covariance of the target', async () => {
    const { xs, xt } = stretched();
    const method = new LinearMonge({ regularization: 0 });
    const { problem } = await method.fit({ source: { x: xs }, target: { x: xt } });
    const moved = problem.sources[0]!.x;
    const { x } = problem.target;
    expect(largestGap(columnMeans(moved), columnMeans(x))).toBeLessThan(1e-12);
    const spread = covariance(referenceLinearAlgebra, moved, { ddof: 0 });
    const wanted = covariance(referenceLinearAlgebra, x, { ddof: 0 });
    expect(largestGap(spread.data, wanted.data)).toBeLessThan(1e-11);
    expect(toDense(x).data).toEqual(Float64Array.from(xt.flat()));
  });

  it('raises 1-NN accuracy from below 0.7 to above 0.95 where rows were stretched and moved', async () => {
    const { xs, xt } = stretched();
    const input = { source: { x: xs, y: labels }, target: { x: xt } };
    const { problem } = await new LinearMonge().fit(input);
    expect(await nearestAccuracy(xs, labels, xt, labels)).toBeLessThan(0.7);
    const adapted = await nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
    expect(adapted).toBeGreaterThan(0.95);
  });

  it('moves each of several sources with a map of its own and counts rows by weights', async () => {
    const { xs, xt } = stretched();
    const weights = xs.map((_, i) => (i < 40 ? 2 : 0));
    const half = xs.slice(0, 40);
    const { fitted } = await new LinearMonge().fit({
      sources: [{ x: xs, weights }, { x: half }, { x: xs }],
      target: { x: xt },
    });
    const [weighted, plain, all] = fitted.sources.map(({ matrix }) => matrix!.data);
    expect(largestGap(weighted!, plain!)).toBeLessThan(1e-12);
    expect(largestGap(all!, plain!)).toBeGreaterThan(1e-3);
  });

  it('refuses a singular source covariance without regularization', async () => {
    const x = [
      [1, 2],
      [2, 4],
      [4, 8],
    ];
    const fit = new LinearMonge({ regularization: 0 }).fit({ source: { x }, target: { x } });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'NUMERICAL')).toBe(true);
  });

  it('maps sparse rows as the dense rows they stand for', async () => {
    const { xs, xt } = stretched();
    const { fitted } = await new LinearMonge().fit({ source: { x: xs }, target: { x: xt } });
    const sparse = {
      format: 'csr' as const,
      rows: 2,
      columns: 3,
      rowStarts: Int32Array.of(0, 1, 1),
      columnIndices: Int32Array.of(1),
      values: Float64Array.of(2),
    };
    const dense = await fitted.transform(
      [
        [0, 2, 0],
        [0, 0, 0],
      ],
      'source',
    );
    const mapped = await fitted.transform(sparse, 'source');
    expect(largestGap(valuesOf(mapped), valuesOf(dense))).toBeLessThan(1e-12);
  });
});
