import { type DenseMatrix, denseMatrix, type Matrix, toDense } from '@graft-ml/core';

/** Adds `factor` times row `i` of `x` to `sum`, from position `at` on. */
export function addRow(sum: Float64Array, x: Matrix, i: number, factor: number, at = 0): void {
  if (x.format === 'dense') {
    addDense(sum, at, x.data, i * x.columns, x.columns, factor);
    return;
  }
  const { columnIndices, values } = x;
  const end = x.rowStarts[i + 1];
  for (let p = x.rowStarts[i]; p < end; p++) sum[at + columnIndices[p]] += factor * values[p];
}

function addDense(
  sum: Float64Array,
  at: number,
  values: Float64Array,
  from: number,
  count: number,
  factor: number,
): void {
  let j = 0;
  for (; j + 3 < count; j += 4) {
    sum[at + j] += factor * values[from + j];
    sum[at + j + 1] += factor * values[from + j + 1];
    sum[at + j + 2] += factor * values[from + j + 2];
    sum[at + j + 3] += factor * values[from + j + 3];
  }
  for (; j < count; j++) sum[at + j] += factor * values[from + j];
}

/** Adds every row of `x` times its factor, `factors[at + i·step]`, to `sum`. Rows of factor 0 are not read where x is sparse. */
export function addRows(
  sum: Float64Array,
  x: Matrix,
  factors: Float64Array,
  at = 0,
  step = 1,
): void {
  const { rows, columns } = x;
  if (x.format !== 'dense') {
    for (let i = 0, p = at; i < rows; i++, p += step) {
      if (factors[p] !== 0) addRow(sum, x, i, factors[p]);
    }
    return;
  }
  const { data } = x;
  let i = 0;
  // Four rows at once: the sums are read and written a fourth as often.
  for (; i + 3 < rows; i += 4) {
    const p = at + i * step;
    const [f0, f1, f2, f3] = [
      factors[p],
      factors[p + step],
      factors[p + 2 * step],
      factors[p + 3 * step],
    ];
    for (let j = 0, q = i * columns; j < columns; j++, q++) {
      sum[j] +=
        f0 * data[q] +
        f1 * data[q + columns] +
        (f2 * data[q + 2 * columns] + f3 * data[q + 3 * columns]);
    }
  }
  for (; i < rows; i++) addRow(sum, x, i, factors[at + i * step]);
}

/** Column means of `x` by weight. */
export function meanRow(x: Matrix, weights?: Float64Array): Float64Array {
  const mean = new Float64Array(x.columns);
  const factors = weights ?? new Float64Array(x.rows).fill(1);
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : x.rows;
  addRows(mean, x, factors);
  for (let j = 0; j < mean.length; j++) mean[j] /= total;
  return mean;
}

/** Adds `weight`·(xᵢⱼ − meanⱼ)² over row `i` to `squares`; both are read from position `at` on.
 *
 * Of sparse rows only entries are seen: their weight is added to `met`, and what zeros would have added is up to the caller.
 */
export function addSquares(
  squares: Float64Array,
  x: Matrix,
  i: number,
  weight: number,
  mean: Float64Array,
  met: Float64Array,
  at = 0,
): void {
  if (x.format === 'dense') {
    const { columns, data } = x;
    const from = i * columns;
    for (let j = 0; j < columns; j++) {
      const deviation = data[from + j] - mean[at + j];
      squares[at + j] += weight * deviation * deviation;
    }
    return;
  }
  const { columnIndices, values } = x;
  const end = x.rowStarts[i + 1];
  for (let p = x.rowStarts[i]; p < end; p++) {
    const j = at + columnIndices[p];
    const deviation = values[p] - mean[j];
    squares[j] += weight * deviation * deviation;
    met[j] += weight;
  }
}

/** Weighted variances of the columns with divisor Σ w. */
export function varianceRow(x: Matrix, mean: Float64Array, weights?: Float64Array): Float64Array {
  const squares = new Float64Array(x.columns);
  const met = new Float64Array(x.columns);
  let total = 0;
  for (let i = 0; i < x.rows; i++) {
    const weight = weights ? weights[i] : 1;
    total += weight;
    addSquares(squares, x, i, weight, mean, met);
  }
  for (let j = 0; j < squares.length; j++) {
    if (x.format === 'csr') squares[j] += Math.max(0, total - met[j]) * mean[j] * mean[j];
    squares[j] /= total;
  }
  return squares;
}

/** `x` minus `mean` in every row, each row times the root of its weight where there are weights: a new dense matrix. */
export function centred(x: Matrix, mean: Float64Array, weights?: Float64Array): DenseMatrix {
  const { rows, columns, data } = toDense(x);
  const shifted = new Float64Array(data.length);
  for (let i = 0, p = 0; i < rows; i++) {
    const root = weights ? Math.sqrt(weights[i]) : 1;
    for (let j = 0; j < columns; j++, p++) shifted[p] = root * (data[p] - mean[j]);
  }
  return denseMatrix(rows, columns, shifted);
}
