import { type DenseMatrix, denseMatrix } from '@graft-ml/core';
import { columnMeans, covariance, randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { covarianceOf, mergeMoments, momentsOf } from '../src/internal/moments.js';
import { largestGap } from './support/measure.js';

/** Sorted rows of spread 1 around 1e7: first and last rows are far from the mean, and the mean is far from 0. */
function sortedFarRows(): DenseMatrix {
  const random = randomSource(7);
  const rows = Array.from({ length: 500 }, () => [random.normal(), random.normal()]);
  rows.sort((a, b) => a[0]! - b[0]!);
  return denseMatrix(
    500,
    2,
    Float64Array.from(rows.flat(), (value) => 1e7 + value),
  );
}

describe('moments of rows', () => {
  it.each([0, 1] as const)(
    'give mean and covariance, far from the origin too (ddof %d)',
    (ddof) => {
      const x = sortedFarRows();
      const moments = momentsOf(referenceLinearAlgebra, { x });
      const expected = covariance(referenceLinearAlgebra, x, { ddof });
      expect(largestGap(covarianceOf('test', moments, ddof).data, expected.data)).toBeLessThan(
        1e-9,
      );
      expect(largestGap(moments.mean, columnMeans(x))).toBeLessThan(1e-7);
    },
  );

  it('of two parts are those of the whole, weighted too', () => {
    const x = sortedFarRows();
    const weights = Float64Array.from({ length: 500 }, (_, i) => 1 + (i % 5));
    const part = (from: number, to: number) => ({
      x: denseMatrix(to - from, 2, x.data.slice(2 * from, 2 * to)),
      weights: weights.slice(from, to),
    });
    const [a, b] = [part(0, 130), part(130, 500)].map((rows) =>
      momentsOf(referenceLinearAlgebra, rows),
    );
    const merged = mergeMoments(a!, b!);
    const expected = covariance(referenceLinearAlgebra, x, { weights });
    expect(largestGap(covarianceOf('test', merged, 1).data, expected.data)).toBeLessThan(1e-7);
    expect(merged.rows).toBe(500);
  });
});
