import { addProduct, block, flipped } from './block.js';

/** How many reflections go into one panel. */
export const panelWidth = 32;

/** Several reflections at once: H₁·H₂·… = I − W·T·Wᵀ (schreiber1989, "A storage-efficient WY
 * representation"). */
export interface ReflectorPanel {
  /** The first column, and the row where the vectors begin. */
  readonly start: number;
  readonly width: number;
  /** W [m − start, width]: Householder vectors over the square roots of their heads. */
  readonly w: Float64Array;
  /** T [width, width], upper triangular with a unit diagonal. */
  readonly t: Float64Array;
}

/** Collects the vectors that stand below the diagonal in columns start … end − 1 of `work` [m,
 * n]. */
export function reflectorPanel(
  work: Float64Array,
  heads: Float64Array,
  m: number,
  n: number,
  start: number,
  end: number,
): ReflectorPanel {
  const width = end - start;
  const w = new Float64Array((m - start) * width);
  for (let k = 0; k < width; k++) {
    const head = heads[start + k];
    if (head === 0) continue;
    const scale = 1 / Math.sqrt(head);
    for (let i = k; i < m - start; i++)
      w[i * width + k] = scale * work[(start + i) * n + start + k];
  }
  const gram = new Float64Array(width * width);
  const vectors = block(w, width);
  addProduct(1, block(gram, width), flipped(vectors), vectors, width, m - start, width);
  const t = new Float64Array(width * width);
  for (let k = 0; k < width; k++) {
    t[k * width + k] = 1;
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = i; j < k; j++) sum += t[i * width + j] * gram[j * width + k];
      t[i * width + k] = -sum;
    }
  }
  return { start, width, w, t };
}

/** Replaces columns `from` … n − 1 of `target` [m, n], rows from the panel's start on, by
 * (I − W·T·Wᵀ) times them, or with `transpose` by (I − W·Tᵀ·Wᵀ) times them. */
export function applyPanel(
  { start, width, w, t }: ReflectorPanel,
  target: Float64Array,
  m: number,
  n: number,
  from: number,
  transpose: boolean,
): void {
  const columns = n - from;
  const height = m - start;
  const inner = block(target, n, start, from);
  const vectors = block(w, width);
  const shares = block(new Float64Array(width * columns), columns);
  addProduct(1, shares, flipped(vectors), inner, width, height, columns);
  const mixed = block(new Float64Array(width * columns), columns);
  const triangle = block(t, width);
  addProduct(1, mixed, transpose ? flipped(triangle) : triangle, shares, width, width, columns);
  addProduct(-1, inner, vectors, mixed, height, width, columns);
}

/** The first n columns of H₁·H₂·…·Hₙ [m, n] for the vectors below the diagonal of `work` [m, n]. */
export function orthogonalColumns(
  work: Float64Array,
  heads: Float64Array,
  m: number,
  n: number,
  target: Float64Array,
): void {
  for (let k = 0; k < n; k++) target[k * n + k] = 1;
  for (let start = Math.floor((n - 1) / panelWidth) * panelWidth; start >= 0; start -= panelWidth) {
    const panel = reflectorPanel(work, heads, m, n, start, Math.min(start + panelWidth, n));
    applyPanel(panel, target, m, n, start, false);
  }
}
