import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';

/** Of the plain SIMD module: the same in Node 20, Node 22 and Chromium. A change means that results have changed, which is
 * for a changeset to say. */
export const simdFingerprint = '6111954ad317bfed3daf8163b3a1cb21082a3815203ebe040541c6f89884378a';

/** Runs a few problems of every kind and gathers all bits of their results. The problems use nothing but exact
 * arithmetic, so that they are the same in every runtime. */
export function resultsOf(engine: LinearAlgebra): Float64Array {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const matrix = (rows: number, columns: number): DenseMatrix => ({
    format: 'dense',
    rows,
    columns,
    data: Float64Array.from({ length: rows * columns }, next),
  });
  const results: Float64Array[] = [];
  for (const n of [5, 40, 170]) {
    const a = matrix(n, n);
    const b = matrix(n, 3);
    const spd = engine.crossProduct(matrix(n + 5, n));
    const eigen = engine.eigenSymmetric(a);
    const part = engine.eigenSymmetric(a, { count: Math.ceil(n / 10) });
    const general = engine.eigenGeneralized(a, spd, { count: 3 });
    const { u, s, v } = engine.svd(a);
    const { q, r } = engine.qr(a);
    results.push(engine.multiply(a, b).data, spd.data, engine.cholesky(spd).data);
    results.push(engine.solve(a, b).data, engine.solvePositiveDefinite(spd, b).data);
    results.push(eigen.values, eigen.vectors.data, part.values, part.vectors.data);
    results.push(general.values, general.vectors.data, u.data, s, v.data, q.data, r.data);
    results.push(engine.leastSquares(a, b).x.data, engine.squaredDistances(a, spd).data);
    for (const kernel of [
      { type: 'rbf', gamma: 0.1 },
      { type: 'laplacian', gamma: 0.1 },
      { type: 'sigmoid', gamma: 0.1, constant: 0.2 },
      { type: 'polynomial', gamma: 0.1, degree: 3, constant: 1 },
    ] as const) {
      results.push(engine.kernelMatrix(kernel, a, a).data);
    }
  }
  const all = new Float64Array(results.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const result of results) {
    all.set(result, position);
    position += result.length;
  }
  return all;
}

/** SHA-256 of the results, in hexadecimal. */
export async function fingerprint(engine: LinearAlgebra): Promise<string> {
  const results = resultsOf(engine);
  const bytes = new Uint8Array(results.buffer, results.byteOffset, results.byteLength).slice();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
