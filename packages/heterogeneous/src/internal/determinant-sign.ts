import type { DenseMatrix } from '@graft-ml/core';

/** Sign of the determinant of an orthogonal matrix, by elimination with partial pivoting. */
export function determinantSign(q: DenseMatrix): 1 | -1 {
  const n = q.rows;
  const a = Float64Array.from(q.data);
  let negative = false;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i;
    }
    if (pivot !== k) {
      negative = !negative;
      for (let j = k; j < n; j++) {
        const swapped = a[k * n + j];
        a[k * n + j] = a[pivot * n + j];
        a[pivot * n + j] = swapped;
      }
    }
    if (a[k * n + k] < 0) negative = !negative;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / a[k * n + k];
      for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return negative ? -1 : 1;
}
