import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { sinkhorn } from '../../src/transport/sinkhorn.js';
import { loadWasmLinearAlgebra, type WasmLinearAlgebra } from '../../src/wasm/index.js';
import { describeLinearAlgebra } from '../support/linear-algebra-properties.js';
import { errorOf, identity, largestDifference, scaleColumns } from '../support/matrices.js';
import { numbers } from './native.js';

describe('threads', () => {
  let one: WasmLinearAlgebra;
  let two: WasmLinearAlgebra;
  beforeAll(async () => {
    one = await loadWasmLinearAlgebra();
    two = await loadWasmLinearAlgebra({ threads: 2 });
  });
  afterAll(() => two.dispose());

  describeLinearAlgebra('wasm-simd-threads', () => two);

  const n = 320;
  const a = denseMatrix(n, n, Float64Array.from({ length: n * n }, numbers(1)));
  const tall = denseMatrix(700, 90, Float64Array.from({ length: 63_000 }, numbers(2)));

  it('share products and kernels without a change of bits', () => {
    const compute = (engine: WasmLinearAlgebra): DenseMatrix[] => [
      engine.multiply(a, a),
      engine.multiply(tall, tall, { transposeA: true }),
      engine.multiply(tall, tall, { transposeB: true }),
      engine.crossProduct(tall),
      engine.cholesky(engine.crossProduct(a)),
      engine.solve(a, a),
      engine.kernelMatrix({ type: 'rbf', gamma: 0.1 }, tall, tall),
      engine.kernelMatrix({ type: 'laplacian', gamma: 0.1 }, tall, tall),
    ];
    const expected = compute(one);
    compute(two).forEach((received, k) =>
      expect(haveSameBits(received.data, expected[k].data)).toBe(true),
    );
    const single = (engine: WasmLinearAlgebra): Float32Array => {
      const data = Float32Array.from(tall.data);
      return engine.multiplyFloat32({ ...tall, data }, { ...tall, data }, { transposeA: true })
        .data;
    };
    expect(haveSameBits(single(two), single(one))).toBe(true);
  });

  it('share eigenproblems', () => {
    const { values, vectors } = two.eigenSymmetric(a);
    const gram = one.multiply(vectors, vectors, { transposeA: true });
    expect(largestDifference(gram, identity(n))).toBeLessThan(1e-12);
    one.eigenSymmetric(a).values.forEach((value, k) => {
      expect(Math.abs(value - values[k])).toBeLessThan(1e-12);
    });
    const symmetric = denseMatrix(
      n,
      n,
      a.data.map((_, p) => {
        const [i, j] = [Math.floor(p / n), p % n];
        return a.data[Math.max(i, j) * n + Math.min(i, j)];
      }),
    );
    const residual = largestDifference(
      one.multiply(symmetric, vectors),
      scaleColumns(vectors, values),
    );
    expect(residual).toBeLessThan(1e-12);
  });

  it('share transport', () => {
    const cost = one.squaredDistances(tall, tall);
    const most = cost.data.reduce((x, y) => Math.max(x, y));
    cost.data.forEach((value, p) => (cost.data[p] = value / most));
    const [first, second] = [one, two].map((engine) =>
      sinkhorn(cost, { regularization: 0.05, engine }),
    );
    expect(largestDifference(first.plan, second.plan)).toBeLessThan(1e-12);
    expect(second.diagnostics.iterations).toBe(first.diagnostics.iterations);
  });

  it('leave the memory as it was, and go on after errors', () => {
    const before = two.memory.inUse;
    errorOf(() => two.cholesky(a), 'NUMERICAL');
    two.svd(tall);
    expect(two.memory.inUse).toBe(before);
  });

  it('end when the engine is disposed of', async () => {
    const engine = await loadWasmLinearAlgebra({ threads: 3 });
    expect([engine.name, engine.threads]).toEqual(['wasm-simd-threads', 3]);
    engine.multiply(a, a);
    engine.dispose();
    engine.dispose();
    errorOf(() => engine.multiply(a, a), 'DISPOSED');
    errorOf(() => engine.memory, 'DISPOSED');
  });

  it('are refused in numbers there cannot be', async () => {
    for (const threads of [0, 1.5, 17]) {
      await expect(loadWasmLinearAlgebra({ threads })).rejects.toMatchObject({
        code: 'INVALID_OPTION',
      });
    }
  });
});

/** Faster than toEqual, which takes seconds for a large array. */
function haveSameBits(a: Float64Array | Float32Array, b: Float64Array | Float32Array): boolean {
  return a.length === b.length && a.every((value, p) => Object.is(value, b[p]));
}
