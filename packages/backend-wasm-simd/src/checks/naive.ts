/** a · b, row-major, in float64. */
export function multiply(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const product = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++)
      for (let j = 0; j < columns; j++)
        product[i * columns + j]! += a[i * inner + k]! * b[k * columns + j]!;
  return product;
}

type Shape4 = readonly [number, number, number, number];

/** y[n, i, j, k] = Σ_p,q,c x[n, i·s + p − top, j·s + q − left, c] · w[p, q, c, k], zero outside of x. `same` pads to
 * ⌈size / s⌉ positions, the odd row or column at the end. */
export function convolve(
  x: ArrayLike<number>,
  [samples, height, width, channels]: Shape4,
  w: ArrayLike<number>,
  [filterHeight, filterWidth, , filters]: Shape4,
  stride: number,
  pad: 'same' | 'valid',
): { readonly values: Float64Array; readonly shape: readonly number[] } {
  const outSize = (size: number, filter: number): number =>
    Math.ceil((pad === 'same' ? size : size - filter + 1) / stride);
  const [outHeight, outWidth] = [outSize(height, filterHeight), outSize(width, filterWidth)];
  const before = (size: number, filter: number, out: number): number =>
    pad === 'same' ? Math.floor(Math.max(0, (out - 1) * stride + filter - size) / 2) : 0;
  const top = before(height, filterHeight, outHeight);
  const left = before(width, filterWidth, outWidth);
  const values = new Float64Array(samples * outHeight * outWidth * filters);
  for (let to = 0; to < values.length; to++) {
    const k = to % filters;
    const j = Math.floor(to / filters) % outWidth;
    const i = Math.floor(to / (filters * outWidth)) % outHeight;
    const n = Math.floor(to / (filters * outWidth * outHeight));
    for (let p = 0; p < filterHeight; p++) {
      for (let q = 0; q < filterWidth; q++) {
        const [row, column] = [i * stride + p - top, j * stride + q - left];
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        for (let c = 0; c < channels; c++) {
          const value = x[((n * height + row) * width + column) * channels + c]!;
          values[to]! += value * w[((p * filterWidth + q) * channels + c) * filters + k]!;
        }
      }
    }
  }
  return { values, shape: [samples, outHeight, outWidth, filters] };
}
