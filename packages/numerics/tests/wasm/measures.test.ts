import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { forEachVariant } from './engines.js';
import { numbers } from './native.js';

/** Points in tight clusters, some of them twice, far from the origin. */
function clusters(rows: number, columns: number, spread: number, offset: number): DenseMatrix {
  const next = numbers(5);
  const centres = Float64Array.from({ length: 5 * columns }, () => offset + 2 * next());
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) {
      data[i * columns + k] = centres[(i % 5) * columns + k] + spread * next();
    }
    if (i % 7 === 6) data.copyWithin(i * columns, (i - 5) * columns, (i - 4) * columns);
  }
  return denseMatrix(rows, columns, data);
}

forEachVariant((_variant, get) => {
  it.each([
    [1, 1, 0],
    [3, 0.1, 0],
    [7, 1e-3, 1e3],
    [20, 1e-6, 1e6],
    [65, 1e-9, -1e2],
    [130, 1e-2, 1e8],
  ])(
    'measures %i features, clusters of %d at %d, within the stated bound',
    (columns, spread, offset) => {
      const x = clusters(60, columns, spread, offset);
      const y = clusters(41, columns, spread, offset);
      const unit = 2 ** -53;
      const bound = ((2 * columns + 8) * unit) / 1e-3;
      for (const [left, right] of [
        [x, y],
        [x, x],
      ]) {
        const received = get().squaredDistances(left, right);
        let worst = 0;
        for (let i = 0; i < left.rows; i++) {
          for (let j = 0; j < right.rows; j++) {
            let sum = 0;
            for (let k = 0; k < columns; k++) {
              sum += (left.data[i * columns + k] - right.data[j * columns + k]) ** 2;
            }
            const distance = received.data[i * right.rows + j];
            worst =
              sum === 0
                ? distance === 0
                  ? worst
                  : NaN
                : Math.max(worst, Math.abs(distance - sum) / sum);
          }
        }
        expect(worst).toBeLessThanOrEqual(bound + columns * unit);
      }
    },
  );

  it('is exactly symmetric for one set of samples, and the same for a copy of it', () => {
    const x = clusters(50, 9, 0.01, 3);
    const copy = denseMatrix(50, 9, x.data.slice());
    for (const kernel of [
      { type: 'rbf', gamma: 2 },
      { type: 'laplacian', gamma: 2 },
      { type: 'polynomial', gamma: 0.1, degree: 2, constant: 1 },
    ] as const) {
      const one = get().kernelMatrix(kernel, x, x).data;
      const two = get().kernelMatrix(kernel, x, copy).data;
      let worst = 0;
      one.forEach((value, p) => {
        const mirrored = one[(p % 50) * 50 + Math.floor(p / 50)];
        worst = Math.max(worst, value === mirrored ? Math.abs(value - two[p]) : Infinity);
      });
      expect(worst).toBeLessThan(1e-13);
    }
  });

  it('takes any degree of a polynomial', () => {
    const x = denseMatrix(2, 1, Float64Array.of(2, 3));
    for (const degree of [0, 1, 2, 7, 64, 2.5, -1]) {
      const received = get().kernelMatrix(
        { type: 'polynomial', gamma: 0.5, degree, constant: 1 },
        x,
        x,
      ).data;
      [3, 4, 4, 5.5].forEach((base, p) => expect(received[p] / base ** degree).toBeCloseTo(1, 13));
    }
  });
});
