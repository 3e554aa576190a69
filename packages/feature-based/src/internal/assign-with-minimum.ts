import { type DenseMatrix, denseMatrix } from '@graft-ml/core';

export interface MinimumAssignment {
  /** Column of each row. */
  readonly columns: Int32Array;
  readonly cost: number;
  /** Dual price of each column: every row lies where cost − price is least. */
  readonly prices: Float64Array;
}

/** Gives each row to a column at least total cost so that every column gets `minimum` rows (`minimum`·columns ≤ rows).
 *
 * Starts with the cheapest column of each row and fills columns that lack rows along shortest paths of exchanges between
 * columns; each exchange c → c' costs w(c, c') = min over rows in c of D(c') − D(c). As for any transport problem the
 * optimum over fractions is whole. Prices satisfy p(c') − p(c) ≤ w(c, c') and p = 0 above the minimum, with the widest
 * margin, so that no row is tied.
 */
export function assignWithMinimum(cost: DenseMatrix, minimum: number): MinimumAssignment {
  const { rows, columns: nColumns, data } = cost;
  const columns = new Int32Array(rows);
  const counts = new Int32Array(nColumns);
  for (let i = 0; i < rows; i++) {
    let best = 0;
    for (let c = 1; c < nColumns; c++) {
      if (data[i * nColumns + c] < data[i * nColumns + best]) best = c;
    }
    columns[i] = best;
    counts[best]++;
  }
  for (;;) {
    const lacking = counts.findIndex((count) => count < minimum);
    if (lacking < 0) break;
    const { exchange, row } = cheapestExchanges(cost, columns);
    const { from } = shortestPaths(exchange, counts, minimum);
    let column = lacking;
    while (counts[column] <= minimum && from[column] >= 0) {
      const before = from[column];
      columns[row[before * nColumns + column]] = column;
      counts[column]++;
      counts[before]--;
      column = before;
    }
  }
  let total = 0;
  for (let i = 0; i < rows; i++) total += data[i * nColumns + columns[i]];
  const { exchange } = cheapestExchanges(cost, columns);
  return { columns, cost: total, prices: pricesOf(exchange, counts, minimum) };
}

/** w(c, c') [columns, columns] and the row that makes it; Infinity from a column without rows. */
function cheapestExchanges({ columns: n, data }: DenseMatrix, columns: Int32Array) {
  const exchange = denseMatrix(n, n, new Float64Array(n * n).fill(Infinity));
  const row = new Int32Array(n * n).fill(-1);
  for (let i = 0; i < columns.length; i++) {
    const own = columns[i];
    for (let c = 0; c < n; c++) {
      const extra = data[i * n + c] - data[i * n + own];
      if (c === own || extra >= exchange.data[own * n + c]) continue;
      exchange.data[own * n + c] = extra;
      row[own * n + c] = i;
    }
  }
  return { exchange, row };
}

/** Bellman–Ford from all columns with rows to spare. */
function shortestPaths({ columns: n, data }: DenseMatrix, counts: Int32Array, minimum: number) {
  const length = Float64Array.from(counts, (count) => (count > minimum ? 0 : Infinity));
  const from = new Int32Array(n).fill(-1);
  for (let round = 0; round < n; round++) {
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        // The margin keeps rounding from closing a cycle of cost 0.
        if (!(length[a] + data[a * n + b] < length[b] - 1e-12 * Math.abs(length[a]))) continue;
        length[b] = length[a] + data[a * n + b];
        from[b] = a;
      }
    }
  }
  return { from };
}

/** Prices with the widest margin δ in p(c') − p(c) ≤ w(c, c') − δ, p = 0 for columns with rows to spare (for the first one
 * where there are none), and halfway between the least and the largest of those.
 */
function pricesOf(exchange: DenseMatrix, counts: Int32Array, minimum: number): Float64Array {
  if (minimum === 0) return new Float64Array(counts.length);
  const spare = Uint8Array.from(counts, (count) => (count > minimum ? 1 : 0));
  if (!spare.includes(1)) spare[0] = 1;
  const finite = exchange.data.filter(Number.isFinite);
  const widest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let low = -1e-9 * widest;
  let high = widest;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (extremePrices(exchange, spare, middle, 1)) low = middle;
    else high = middle;
  }
  // A little less than the widest margin, so that rounding cannot empty what is left between the extremes.
  const margin = low - 1e-9 * widest;
  const largest = extremePrices(exchange, spare, margin, 1);
  const least = extremePrices(exchange, spare, margin, -1);
  return Float64Array.from(spare, (_, c) => {
    const [a, b] = [largest?.[c] ?? 0, least?.[c] ?? 0];
    return Number.isFinite(a) && Number.isFinite(b) ? (a + b) / 2 : Number.isFinite(a) ? a : 0;
  });
}

/** The largest (`sign` 1) or least (−1) prices with margin δ, by Bellman–Ford; undefined where there are none. */
function extremePrices(
  { columns: n, data }: DenseMatrix,
  spare: Uint8Array,
  margin: number,
  sign: 1 | -1,
): Float64Array | undefined {
  const prices = Float64Array.from(spare, (is) => (is ? 0 : sign * Infinity));
  for (let round = 0; round <= n; round++) {
    let changed = false;
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        if (a === b) continue;
        const [from, to] = sign > 0 ? [a, b] : [b, a];
        const bound = prices[from] + sign * (data[a * n + b] - margin);
        if (!(sign * bound < sign * prices[to])) continue;
        if (spare[to]) return undefined;
        prices[to] = bound;
        changed = true;
      }
    }
    if (!changed) return prices;
  }
  return undefined;
}
