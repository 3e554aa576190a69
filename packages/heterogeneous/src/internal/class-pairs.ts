import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';

/** Rows of a domain, the first of which have labels. */
export interface LabelledView {
  /** [n, nFeatures]. */
  readonly rows: DenseMatrix;
  /** Class index of each of the first `y.length` rows. */
  readonly y: Float64Array;
}

export interface ClassPairs {
  /** Z·Ls·Z': Σ over pairs of rows of one class of (zᵢ − zⱼ)(zᵢ − zⱼ)', z a row in its place among the features of all views. */
  readonly same: DenseMatrix;
  /** Z·Ld·Z': the same over pairs of different classes. */
  readonly different: DenseMatrix;
  /** Pairs of different classes. */
  readonly nDifferent: number;
}

/** Scatter of all labelled rows of all views, by pairs of equal and of different class.
 *
 * No pair is visited: with N_c rows of class c and class sums S [classes, features of all views],
 * Z·Ls·Z' = Σᵢ N_c(i)·zᵢzᵢ' − S'S and Z·Ld·Z' = Σᵢ (N − N_c(i))·zᵢzᵢ' − (s·s' − S'S), s the sum of all.
 */
export function classPairs(
  linearAlgebra: LinearAlgebra,
  views: readonly LabelledView[],
  nClasses: number,
): ClassPairs {
  const counts = new Float64Array(nClasses);
  for (const { y } of views) for (const c of y) counts[c]++;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const size = views.reduce((sum, { rows }) => sum + rows.columns, 0);
  const same = denseMatrix(size, size);
  const different = denseMatrix(size, size);
  const sums = denseMatrix(nClasses, size);
  const all = denseMatrix(1, size);
  let offset = 0;
  for (const { rows, y } of views) {
    const { columns, data } = rows;
    for (let i = 0; i < y.length; i++) {
      const together = counts[y[i]];
      for (let a = 0; a < columns; a++) {
        const value = data[i * columns + a];
        sums.data[y[i] * size + offset + a] += value;
        all.data[offset + a] += value;
        const from = (offset + a) * size + offset;
        for (let b = 0; b < columns; b++) {
          const product = value * data[i * columns + b];
          same.data[from + b] += together * product;
          different.data[from + b] += (total - together) * product;
        }
      }
    }
    offset += columns;
  }
  const within = linearAlgebra.crossProduct(sums).data;
  const across = linearAlgebra.crossProduct(all).data;
  for (let p = 0; p < within.length; p++) {
    same.data[p] -= within[p];
    different.data[p] -= across[p] - within[p];
  }
  const nSame = counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  return { same, different, nDifferent: (total * (total - 1)) / 2 - nSame };
}
