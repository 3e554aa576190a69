import type { LinearAlgebra } from '@graft-ml/core';
import { loadWasmLinearAlgebra, supportedVariants } from '../../src/wasm/index.js';
import type { WasmLinearAlgebra, WasmVariant } from '../../src/wasm/index.js';

/** Runs tests against every module; one the runtime does not know is skipped under a name that says so. */
export function forEachVariant(
  body: (variant: WasmVariant, engine: () => WasmLinearAlgebra) => void,
): void {
  for (const variant of ['simd', 'relaxed-simd'] as const) {
    describe(`wasm-${variant}`, () => {
      if (!supportedVariants().includes(variant)) {
        it.skip(`needs ${variant}, which Node ${process.version} does not know`, () => undefined);
        return;
      }
      let engine: WasmLinearAlgebra;
      beforeAll(async () => {
        engine = await loadWasmLinearAlgebra({ variant });
      });
      body(variant, () => engine);
    });
  }
}

/** Stands in for an engine that is loaded only when tests run. */
export function later(get: () => LinearAlgebra): LinearAlgebra {
  return {
    name: 'later',
    multiply: (...given) => get().multiply(...given),
    crossProduct: (a) => get().crossProduct(a),
    cholesky: (a) => get().cholesky(a),
    solveTriangular: (...given) => get().solveTriangular(...given),
    solvePositiveDefinite: (a, b) => get().solvePositiveDefinite(a, b),
    solve: (a, b) => get().solve(a, b),
    leastSquares: (a, b) => get().leastSquares(a, b),
    qr: (a) => get().qr(a),
    eigenSymmetric: (...given) => get().eigenSymmetric(...given),
    eigenGeneralized: (...given) => get().eigenGeneralized(...given),
    svd: (...given) => get().svd(...given),
    squaredDistances: (x, y) => get().squaredDistances(x, y),
    kernelMatrix: (...given) => get().kernelMatrix(...given),
  };
}
