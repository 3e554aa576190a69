import type { TargetRows } from './transfer-trees.js';

interface Cut {
  readonly threshold: number;
  readonly gain: number;
  /** Share of the rows on the left. */
  readonly part: number;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** The threshold of a feature for the target rows at `indices`, given the source's class shares left and right of its own.
 *
 * Among the inner local maxima of the information gain over all midpoints, or its maxima where there are none, the one of largest
 * 1 − p_l·JSD(source left, target left) − p_r·JSD(source right, target right); of equal ones the lowest. Undefined where the
 * feature has one value.
 */
export function chooseThreshold(
  rows: TargetRows,
  indices: readonly number[],
  feature: number,
  [sourceLeft, sourceRight]: readonly [Float64Array, Float64Array],
): number | undefined {
  const cuts = cutsOf(rows, indices, feature);
  const inner = cuts.filter(
    ({ gain }, k) =>
      k > 0 && k < cuts.length - 1 && gain > cuts[k - 1].gain && gain > cuts[k + 1].gain,
  );
  const most = Math.max(...cuts.map(({ gain }) => gain));
  const candidates =
    inner.length > 0 ? inner : cuts.filter(({ gain }) => gain === most).slice(0, 1);
  let chosen: number | undefined;
  let best = -Infinity;
  for (const { threshold, part, left, right } of candidates) {
    const likeness =
      1 - part * divergence(sourceLeft, left) - (1 - part) * divergence(sourceRight, right);
    if (likeness <= best) continue;
    best = likeness;
    chosen = threshold;
  }
  return chosen;
}

/** Every midpoint between neighbouring values, ascending. */
function cutsOf(
  { x, y, nClasses }: TargetRows,
  indices: readonly number[],
  feature: number,
): readonly Cut[] {
  const valueOf = (i: number) => x.data[i * x.columns + feature];
  const order = [...indices].sort((a, b) => valueOf(a) - valueOf(b));
  const total = new Float64Array(nClasses);
  for (const i of indices) total[y[i]]++;
  const n = indices.length;
  const before = new Float64Array(nClasses);
  const cuts: Cut[] = [];
  for (let k = 0; k + 1 < n; k++) {
    before[y[order[k]]]++;
    const [here, next] = [valueOf(order[k]), valueOf(order[k + 1])];
    if (here === next) continue;
    const part = (k + 1) / n;
    const left = before.map((count) => count / (k + 1));
    const right = total.map((count, c) => (count - before[c]) / (n - k - 1));
    const gain =
      entropy(total.map((count) => count / n)) - part * entropy(left) - (1 - part) * entropy(right);
    cuts.push({ threshold: here + (next - here) / 2, gain, part, left, right });
  }
  return cuts;
}

function entropy(shares: Float64Array): number {
  return shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

/** ½·KL(p | m) + ½·KL(q | m) with m = (p + q) / 2. */
function divergence(p: Float64Array, q: Float64Array): number {
  return entropy(p.map((share, c) => (share + q[c]) / 2)) - (entropy(p) + entropy(q)) / 2;
}
