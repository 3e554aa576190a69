import { type DenseMatrix, type LinearAlgebra, type Matrix, type Svd } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { firstColumns, orientColumns } from '../internal/checks.js';
import { normalMatrix } from '../internal/normal-matrix.js';
import { randomSource } from '../random.js';

export interface RandomizedSvdOptions {
  /** Random directions beyond `count`. More of them cost time and gain accuracy. Default 10. */
  readonly oversampling?: number;
  /** Products with `a·aᵀ`; more of them for spectra that fall slowly. Default 4. */
  readonly powerIterations?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface RandomizedSvd extends Svd {
  /** With probability 1 − 10⁻¹⁰ an upper bound of ‖a − q·qᵀ·a‖₂, where q spans the space searched:
   * what of `a` the values could not see. Values are short of the true ones by at most this. */
  readonly errorBound: number;
}

const who = 'randomizedSvd';

/** The largest singular triplets of a big, also sparse, matrix by a randomised range finder with
 * power iterations and orthonormalisation between them (halko2011, algorithms 4.4 and 5.1; bound
 * 4.3).
 *
 * Needs 2·(1 + powerIterations) products of `a` with count + oversampling columns and never forms
 * `a·aᵀ`. Errors: `INVALID_OPTION` when `count` is not in 1 … min(rows, columns).
 */
export function randomizedSvd(
  linalg: LinearAlgebra,
  a: Matrix,
  count: number,
  { oversampling = 10, powerIterations = 4, seed = 0 }: RandomizedSvdOptions = {},
): RandomizedSvd {
  const most = Math.min(a.rows, a.columns);
  checkOption(who, 'count', count, 'integer', { atLeast: 1, atMost: most });
  checkOption(who, 'oversampling', oversampling, 'integer', { atLeast: 0 });
  checkOption(who, 'powerIterations', powerIterations, 'integer', { atLeast: 0 });
  const random = randomSource(seed);
  const width = Math.min(most, count + oversampling);
  let q = linalg.qr(linalg.multiply(a, normalMatrix(a.columns, width, random))).q;
  for (let i = 0; i < powerIterations; i++) {
    const back = linalg.qr(linalg.multiply(a, q, { transposeA: true })).q;
    q = linalg.qr(linalg.multiply(a, back)).q;
  }
  // a ≈ q·(qᵀ·a); the small factor is decomposed through its transpose aᵀ·q, which a sparse `a` can
  // form.
  const small = linalg.svd(linalg.multiply(a, q, { transposeA: true }), { count });
  const u = linalg.multiply(q, small.v);
  const v = firstColumns(small.u, count);
  orientColumns(v, u);
  return {
    u,
    s: small.s,
    v,
    errorBound: rangeError(linalg, a, q, normalMatrix(a.columns, 10, random)),
  };
}

/** 10·√(2/π) · max ‖(I − q·qᵀ)·a·ω‖ over ten standard normal ω. */
function rangeError(linalg: LinearAlgebra, a: Matrix, q: DenseMatrix, probes: DenseMatrix): number {
  const images = linalg.multiply(a, probes);
  const seen = linalg.multiply(q, linalg.multiply(q, images, { transposeA: true }));
  const squares = new Float64Array(probes.columns);
  images.data.forEach((value, p) => {
    squares[p % probes.columns] += (value - seen.data[p]) ** 2;
  });
  return 10 * Math.sqrt(2 / Math.PI) * Math.sqrt(Math.max(...squares));
}
