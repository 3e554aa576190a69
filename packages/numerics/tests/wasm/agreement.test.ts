import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestEntry } from '../support/matrices.js';
import { forEachVariant } from './engines.js';
import { numbers } from './native.js';

const next = numbers(4);
const matrix = (rows: number, columns: number): DenseMatrix =>
  denseMatrix(rows, columns, Float64Array.from({ length: rows * columns }, next));

forEachVariant((_variant, get) => {
  const compute: Record<string, (engine: LinearAlgebra, n: number) => Float64Array[]> = {};
  const a = matrix(80, 80);
  const tall = matrix(120, 80);
  const b = matrix(80, 4);
  const spd = referenceLinearAlgebra.crossProduct(tall);
  Object.assign(compute, {
    products: (engine: LinearAlgebra) => [
      engine.multiply(a, b).data,
      engine.crossProduct(tall).data,
    ],
    'linear systems': (engine: LinearAlgebra) => [
      engine.cholesky(spd).data,
      engine.solve(a, b).data,
      engine.solvePositiveDefinite(spd, b).data,
      engine.solveTriangular(engine.cholesky(spd), b, { transpose: true }).data,
      engine.leastSquares(tall, matrixOf(tall, 4)).x.data,
    ],
    'orthogonal factorisations': (engine: LinearAlgebra) => {
      const { q, r } = engine.qr(tall);
      const { u, s, v } = engine.svd(tall);
      return [q.data, r.data, u.data, s, v.data];
    },
    'eigenvalue problems': (engine: LinearAlgebra) => {
      const all = engine.eigenSymmetric(spd);
      const some = engine.eigenSymmetric(spd, { count: 7, which: 'smallest' });
      const general = engine.eigenGeneralized(a, spd, { count: 5 });
      return [
        all.values,
        all.vectors.data,
        some.values,
        some.vectors.data,
        general.values,
        general.vectors.data,
      ];
    },
    'distances and kernels': (engine: LinearAlgebra) => [
      engine.squaredDistances(a, tall).data,
      engine.kernelMatrix({ type: 'rbf', gamma: 0.1 }, a, tall).data,
      engine.kernelMatrix({ type: 'laplacian', gamma: 0.1 }, a, a).data,
      engine.kernelMatrix({ type: 'polynomial', gamma: 0.1, degree: 2.5, constant: 9 }, a, a).data,
      engine.kernelMatrix({ type: 'cosine' }, a, tall).data,
      engine.kernelMatrix({ type: 'sigmoid', gamma: 0.1, constant: 1 }, a, tall).data,
    ],
  });

  it.each(Object.keys(compute))('agrees with the reference to 1e-10 in %s', (name) => {
    const expected = compute[name](referenceLinearAlgebra, 80);
    compute[name](get(), 80).forEach((values, k) => {
      const scale = largestEntry({
        format: 'dense',
        rows: 1,
        columns: values.length,
        data: expected[k],
      });
      let worst = 0;
      values.forEach((value, p) => (worst = Math.max(worst, Math.abs(value - expected[k][p]))));
      expect(worst / scale).toBeLessThan(1e-10);
    });
  });
});

function matrixOf(like: DenseMatrix, columns: number): DenseMatrix {
  return denseMatrix(like.rows, columns, like.data.slice(0, like.rows * columns));
}
