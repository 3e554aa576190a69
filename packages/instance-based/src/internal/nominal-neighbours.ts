/** The `k` rows nearest to each of `n` rows [n · k], nearest first, ties by lower number; `fill` writes the distances of row i to all. */
export function nearestBy(
  n: number,
  k: number,
  fill: (row: number, distances: Float64Array) => void,
): Int32Array {
  const nearest = new Int32Array(n * k);
  const distances = new Float64Array(n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < n; i++) {
    fill(i, distances);
    distances[i] = Infinity;
    order.sort((a, b) =>
      distances[a] < distances[b] ? -1 : distances[a] > distances[b] ? 1 : a - b,
    );
    let filled = 0;
    for (let p = 0; filled < k; p++) if (order[p] !== i) nearest[i * k + filled++] = order[p];
  }
  return nearest;
}

/** The value that comes most often; of equally frequent ones `preferred` if it is among them, else the smallest. */
export function majority(values: readonly number[], preferred: number): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = preferred;
  let most = counts.get(preferred) ?? 0;
  for (const value of [...counts.keys()].sort((a, b) => a - b)) {
    const count = counts.get(value) ?? 0;
    if (count > most) [best, most] = [value, count];
  }
  return best;
}
