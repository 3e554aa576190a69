/** What is asked of Σ x: nothing, a band, or one value. */
export type SumKind = 'none' | 'band' | 'fixed';

/** Reads the kind from the bounds of the sum. */
export function sumKind(lower: number, upper: number): SumKind {
  if (lower === -Infinity && upper === Infinity) return 'none';
  return lower === upper ? 'fixed' : 'band';
}

/** A point inside the bounds whose sum is near the wanted one; the last entry is that sum. */
export function startingPoint(
  lower: Float64Array,
  upper: Float64Array,
  sum: SumKind,
): Float64Array {
  const n = lower.length - 1;
  const wanted = sum === 'none' ? 0 : inside(lower[n], upper[n], 0.5);
  const v = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    const width = upper[i] - lower[i];
    const aim = sum === 'none' ? 0.5 : (wanted / n - lower[i]) / width;
    const share = width < Infinity ? Math.min(0.9, Math.max(0.01, aim)) : 0.5;
    v[i] = inside(lower[i], upper[i], share);
    v[n] += v[i];
  }
  if (sum === 'fixed') v[n] = lower[n];
  else if (sum === 'band') v[n] = nearest(lower[n], upper[n], v[n]);
  return v;
}

function inside(lower: number, upper: number, share: number): number {
  if (lower > -Infinity && upper < Infinity) return lower + share * (upper - lower);
  if (lower > -Infinity) return lower + 1;
  return upper < Infinity ? upper - 1 : 0;
}

function nearest(lower: number, upper: number, value: number): number {
  const margin = upper - lower < Infinity ? 0.1 * (upper - lower) : 1;
  return Math.min(upper - margin, Math.max(lower + margin, value));
}
