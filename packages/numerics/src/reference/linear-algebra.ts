import type { LinearAlgebra } from '@graft-ml/core';
import { cholesky, solvePositiveDefinite } from './cholesky.js';
import { squaredDistances } from './distances.js';
import { eigenGeneralized } from './eigen-generalized.js';
import { eigenSymmetric } from './eigen-symmetric.js';
import { kernelMatrix } from './kernel-matrix.js';
import { leastSquares } from './least-squares.js';
import { solve } from './lu.js';
import { crossProduct, multiply } from './multiply.js';
import { qr } from './qr.js';
import { svd } from './svd.js';
import { solveTriangular } from './triangular.js';

/** Linear algebra in plain TypeScript: needs nothing loaded, runs everywhere, and is what other
 * engines are compared with.
 *
 * Every operation works on whole rows in blocks that fit a cache, with float64 throughout.
 * @example const { values } = referenceLinearAlgebra.eigenSymmetric(denseMatrix(2, 2,
 * Float64Array.of(2, 1, 1, 2)));
 */
export const referenceLinearAlgebra: LinearAlgebra = {
  name: 'reference',
  multiply,
  crossProduct,
  cholesky: (a) => cholesky(a),
  solveTriangular,
  solvePositiveDefinite,
  solve,
  leastSquares,
  qr,
  eigenSymmetric: (a, options) => eigenSymmetric(a, options),
  eigenGeneralized,
  svd: (a, options) => svd(a, options),
  squaredDistances,
  kernelMatrix,
};
