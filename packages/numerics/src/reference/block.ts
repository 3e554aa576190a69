/** A rectangle inside a flat array: entry (i, j) is `data[offset + i * rowStep + j *
 * columnStep]`. */
export interface Block {
  readonly data: Float64Array;
  readonly offset: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** The rectangle of a row-major array with `columns` columns that begins at (row, column). */
export function block(data: Float64Array, columns: number, row = 0, column = 0): Block {
  return { data, offset: row * columns + column, rowStep: columns, columnStep: 1 };
}

/** The same rectangle with rows and columns exchanged. */
export function flipped({ data, offset, rowStep, columnStep }: Block): Block {
  return { data, offset, rowStep: columnStep, columnStep: rowStep };
}

/** Adds `scale · a · b` to `c` in place, with a [rows, inner], b [inner, columns], c [rows,
 * columns].
 *
 * `b` and `c` must have column step 1; `a` may be flipped. Two rows of `a` times four of `b` go in
 * one sweep over the columns, and tiles of 64 × 256 of `b` (128 kB) stay in the second cache level.
 * Every entry is summed in the same order, so `a · aᵀ` comes out exactly symmetric.
 */
export function addProduct(
  scale: number,
  c: Block,
  a: Block,
  b: Block,
  rows: number,
  inner: number,
  columns: number,
): void {
  for (let k0 = 0; k0 < inner; k0 += 64) {
    const k1 = Math.min(k0 + 64, inner);
    for (let j0 = 0; j0 < columns; j0 += 256) {
      const j1 = Math.min(j0 + 256, columns);
      let i = 0;
      for (; i + 1 < rows; i += 2) addTwoRows(scale, c, a, b, i, k0, k1, j0, j1);
      if (i < rows) addOneRow(scale, c, a, b, i, k0, k1, j0, j1);
    }
  }
}

function addTwoRows(
  scale: number,
  cBlock: Block,
  aBlock: Block,
  bBlock: Block,
  i: number,
  k0: number,
  k1: number,
  j0: number,
  j1: number,
): void {
  const { data: c } = cBlock;
  const { data: a, columnStep } = aBlock;
  const { data: b, rowStep } = bBlock;
  const c0 = cBlock.offset + i * cBlock.rowStep;
  const c1 = c0 + cBlock.rowStep;
  let p = aBlock.offset + i * aBlock.rowStep + k0 * columnStep;
  let q = p + aBlock.rowStep;
  let k = k0;
  for (; k + 3 < k1; k += 4, p += 4 * columnStep, q += 4 * columnStep) {
    const p0 = scale * a[p];
    const p1 = scale * a[p + columnStep];
    const p2 = scale * a[p + 2 * columnStep];
    const p3 = scale * a[p + 3 * columnStep];
    const q0 = scale * a[q];
    const q1 = scale * a[q + columnStep];
    const q2 = scale * a[q + 2 * columnStep];
    const q3 = scale * a[q + 3 * columnStep];
    const b0 = bBlock.offset + k * rowStep;
    const b1 = b0 + rowStep;
    const b2 = b1 + rowStep;
    const b3 = b2 + rowStep;
    for (let j = j0; j < j1; j++) {
      const x0 = b[b0 + j];
      const x1 = b[b1 + j];
      const x2 = b[b2 + j];
      const x3 = b[b3 + j];
      c[c0 + j] += p0 * x0 + p1 * x1 + p2 * x2 + p3 * x3;
      c[c1 + j] += q0 * x0 + q1 * x1 + q2 * x2 + q3 * x3;
    }
  }
  for (; k < k1; k++, p += columnStep, q += columnStep) {
    const p0 = scale * a[p];
    const q0 = scale * a[q];
    const b0 = bBlock.offset + k * rowStep;
    for (let j = j0; j < j1; j++) {
      c[c0 + j] += p0 * b[b0 + j];
      c[c1 + j] += q0 * b[b0 + j];
    }
  }
}

function addOneRow(
  scale: number,
  cBlock: Block,
  aBlock: Block,
  bBlock: Block,
  i: number,
  k0: number,
  k1: number,
  j0: number,
  j1: number,
): void {
  const { data: c } = cBlock;
  const { data: a, columnStep } = aBlock;
  const { data: b, rowStep } = bBlock;
  const c0 = cBlock.offset + i * cBlock.rowStep;
  let p = aBlock.offset + i * aBlock.rowStep + k0 * columnStep;
  let k = k0;
  for (; k + 3 < k1; k += 4, p += 4 * columnStep) {
    const p0 = scale * a[p];
    const p1 = scale * a[p + columnStep];
    const p2 = scale * a[p + 2 * columnStep];
    const p3 = scale * a[p + 3 * columnStep];
    const b0 = bBlock.offset + k * rowStep;
    const b1 = b0 + rowStep;
    const b2 = b1 + rowStep;
    const b3 = b2 + rowStep;
    for (let j = j0; j < j1; j++) {
      c[c0 + j] += p0 * b[b0 + j] + p1 * b[b1 + j] + p2 * b[b2 + j] + p3 * b[b3 + j];
    }
  }
  for (; k < k1; k++, p += columnStep) {
    const p0 = scale * a[p];
    const b0 = bBlock.offset + k * rowStep;
    for (let j = j0; j < j1; j++) c[c0 + j] += p0 * b[b0 + j];
  }
}
