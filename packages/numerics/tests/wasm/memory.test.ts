import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { sparseCopy } from '../support/linear-algebra-properties.js';
import { errorOf, identity } from '../support/matrices.js';
import { forEachVariant } from './engines.js';
import { inScope } from '../../src/wasm/scope.js';
import { forEachModule, numbers } from './native.js';

/** As a matrix of that size, but without the memory: only its sizes are looked at before memory is asked for. */
function promised(rows: number, columns: number): DenseMatrix {
  return { format: 'dense', rows, columns, data: new Float64Array(1) };
}

forEachVariant((_variant, get) => {
  const a = denseMatrix(60, 60, Float64Array.from({ length: 3600 }, numbers(1)));
  const b = denseMatrix(60, 4, Float64Array.from({ length: 240 }, numbers(2)));

  it('is back where it was after every call', () => {
    const engine = get();
    const before = engine.memory.inUse;
    const spd = engine.crossProduct(a);
    const calls: Record<string, () => unknown> = {
      multiply: () => engine.multiply(a, b),
      multiplySparse: () => engine.multiply(sparseCopy(a), b),
      crossProduct: () => engine.crossProduct(a),
      cholesky: () => engine.cholesky(spd),
      solveTriangular: () => engine.solveTriangular(engine.cholesky(spd), b),
      solvePositiveDefinite: () => engine.solvePositiveDefinite(spd, b),
      solve: () => engine.solve(a, b),
      leastSquares: () => engine.leastSquares(a, b),
      qr: () => engine.qr(a),
      eigenSymmetric: () => engine.eigenSymmetric(spd),
      eigenSymmetricPart: () => engine.eigenSymmetric(spd, { count: 3 }),
      eigenGeneralized: () => engine.eigenGeneralized(a, spd),
      svd: () => engine.svd(a),
      squaredDistances: () => engine.squaredDistances(a, b.columns === 4 ? a : b),
      kernelMatrix: () => engine.kernelMatrix({ type: 'laplacian', gamma: 1 }, a, a),
    };
    for (const [name, call] of Object.entries(calls)) {
      call();
      expect([name, engine.memory.inUse]).toEqual([name, before]);
    }
  });

  it('is back where it was after every error', () => {
    const engine = get();
    const before = engine.memory.inUse;
    const negative = denseMatrix(2, 2, Float64Array.of(1, 2, 2, 1));
    const bad = denseMatrix(2, 2, Float64Array.of(1, Number.NaN, 0, 1));
    expect(errorOf(() => engine.cholesky(negative), 'NUMERICAL')).toMatchObject({ pivot: 1 });
    expect(
      errorOf(() => engine.solvePositiveDefinite(negative, negative), 'NUMERICAL'),
    ).toMatchObject({ pivot: 1 });
    expect(
      errorOf(() => engine.eigenGeneralized(identity(2), negative), 'NUMERICAL'),
    ).toMatchObject({ pivot: 1 });
    expect(errorOf(() => engine.solve(denseMatrix(2, 2), identity(2)), 'NUMERICAL')).toMatchObject({
      pivot: 0,
    });
    expect(
      errorOf(() => engine.solveTriangular(denseMatrix(2, 2), identity(2)), 'NUMERICAL'),
    ).toMatchObject({ pivot: 0 });
    errorOf(() => engine.svd(bad), 'NUMERICAL');
    errorOf(() => engine.qr(bad), 'NUMERICAL');
    expect(engine.memory.inUse).toBe(before);
  });

  it('says how much it asked for when memory does not suffice, and goes on working', () => {
    const engine = get();
    const before = engine.memory;
    const result = errorOf(
      () => engine.multiply(promised(60_000, 1), promised(1, 60_000)),
      'OUT_OF_MEMORY',
    );
    expect(result).toMatchObject({ bytes: 60_000 * 60_000 * 8, limit: 2 ** 32 });
    const factors = errorOf(
      () => engine.squaredDistances(promised(70_000, 1), promised(9_000, 1)),
      'OUT_OF_MEMORY',
    );
    expect(factors).toMatchObject({ bytes: 70_000 * 9_000 * 8 });
    expect(engine.memory).toEqual(before);
    expect(engine.multiply(identity(2), identity(2)).data).toEqual(identity(2).data);
  });

  it('survives growing in the middle of a call', () => {
    const engine = get();
    const reserved = engine.memory.reserved;
    const n = Math.ceil(Math.sqrt(reserved / 8));
    const large = denseMatrix(n, 40, Float64Array.from({ length: n * 40 }, numbers(3)));
    const gram = engine.multiply(large, large, { transposeB: true });
    expect(engine.memory.reserved).toBeGreaterThan(reserved);
    let sum = 0;
    for (let k = 0; k < 40; k++) sum += large.data[k] * large.data[(n - 1) * 40 + k];
    expect(gram.data[n - 1]).toBeCloseTo(sum, 12);
  });
});

forEachModule((get) => {
  it('notices when a workspace inside a routine cannot be had', () => {
    const native = get();
    const n = 200;
    inScope(native, 'test', (scope) => {
      const [a, b, c] = [scope.zeros(n * n), scope.zeros(n * n), scope.zeros(n * n)];
      // Leaves less than a page. Memory is only reserved by this, not used.
      const limit = 2 ** 32 - 70_000;
      native.heapAllocate(limit - (native.heapTop() >>> 0));
      if (native.heapTop() >>> 0 < limit - 64) return; // the machine did not even reserve that much
      for (const call of [
        () => native.eigenAll(n, a, b),
        () => native.eigenRange(n, 1, 9, a, b, c),
        () => native.svdThin(n, n, a, b, c, c),
        () => native.qrFactor(n, n, a, b),
        () => native.measureDense(2, 1, 0, 0, n, n, n, a, b, c),
        () => native.scatter(n, n, a, b, b, c),
      ]) {
        const mark = native.heapTop();
        expect(call()).toBe(-1);
        expect(native.heapTop()).toBe(mark);
        errorOf(() => scope.check(-1), 'OUT_OF_MEMORY');
      }
    });
  });
});
