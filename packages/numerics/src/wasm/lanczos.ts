import { KrylovSpace } from './krylov-space.js';
import type { Pointer } from './native.js';
import type { Scope } from './scope.js';

/** Residuals at which a pair counts as found, beside the largest magnitude in the spectrum. */
const tolerance = 1e-12;
/** Spectra without a gap converge slowly; after this many restarts the direct method is the faster one. */
const maxRestarts = 12;
/** From this restart on residuals fall steadily enough to be told in advance. */
const steadyRestart = 4;
/** Blocks grown from random directions, which found pairs must withstand. */
const checkBlocks = 3;

/** The `count` largest eigenpairs of a placed symmetric matrix by thick-restart block Lanczos, values ascending and vectors
 * one after the other; nothing when it does not converge, and the direct method must be used.
 *
 * The basis is orthogonalised in full. A Krylov space never sees more copies of a repeated eigenvalue than its blocks are
 * wide, so values are accepted only after a space grown from random directions beside their vectors has changed none.
 * Paper: Wu & Simon, Thick-restart Lanczos method for large symmetric eigenvalue problems, SIAM J. Matrix Anal. 22 (2000).
 */
export function largestByLanczos(
  scope: Scope,
  n: number,
  matrix: Pointer,
  count: number,
): { readonly values: Float64Array; readonly vectors: Pointer } | undefined {
  const block = Math.min(32, 4 * Math.ceil(count / 16));
  const kept = count + Math.ceil(block / 2);
  const size = kept + Math.max(6 * block, 2 * count);
  if (size + block > n) return undefined;
  const space = new KrylovSpace(scope, n, matrix, block, size);
  space.growRandomly(0);
  let dimension = 0;
  let worstBefore = Infinity;
  for (let restart = 0; restart <= maxRestarts; restart++) {
    while (dimension + block <= size) dimension = space.expand(dimension);
    const ritz = space.solveProjected(dimension);
    if (!ritz) return undefined;
    const found = ritz.values.slice(dimension - count);
    const scale = Math.max(-ritz.values[0], ritz.values[dimension - 1]);
    const worst = Math.max(...ritz.residuals.subarray(dimension - count)) / scale;
    if (worst <= tolerance) {
      dimension = space.restart(dimension, count, ritz.values);
      space.growRandomly(dimension);
      for (let grown = 0; grown < checkBlocks; grown++) dimension = space.expand(dimension);
      const checked = space.solveProjected(dimension);
      if (!checked) return undefined;
      if (isUnchanged(found, checked.values.subarray(dimension - count), scale)) {
        return { values: found, vectors: space.vectors };
      }
      dimension = space.restart(dimension, kept, checked.values);
      worstBefore = Infinity;
      continue;
    }
    if (restart >= steadyRestart && isHopeless(worst, worstBefore, maxRestarts - restart)) {
      return undefined;
    }
    worstBefore = worst;
    dimension = space.restart(dimension, kept, ritz.values);
  }
  return undefined;
}

/** Whether residuals that go on falling as they did last time are too large after all restarts left. */
function isHopeless(worst: number, before: number, restartsLeft: number): boolean {
  return before < Infinity && worst * (worst / before) ** restartsLeft > tolerance;
}

function isUnchanged(before: Float64Array, after: Float64Array, scale: number): boolean {
  return before.every((value, j) => Math.abs(value - after[j]) <= 10 * tolerance * scale);
}
