import { checkNotEmpty, checkSize } from '../internal/check.js';

/** Kendall's τ-b: (concordant − discordant) / √((pairs − ties in a)·(pairs − ties in b)). In [−1, 1]; 0 where one side is constant.
 *
 * O(n log n): rows sorted by `a`, discordant pairs counted as exchanges of a merge sort of `b`. Paper: knight1966.
 */
export function kendall(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkNotEmpty(a, 'kendall', 'a');
  checkSize(b, a.length, 'kendall', 'b');
  const n = a.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => a[i] - a[j] || b[i] - b[j],
  );
  const sorted = Float64Array.from(order, (i) => b[i]);
  const tiedA = tiedPairs(n, (p) => a[order[p]] === a[order[p - 1]]);
  const tiedBoth = tiedPairs(
    n,
    (p) => a[order[p]] === a[order[p - 1]] && sorted[p] === sorted[p - 1],
  );
  const exchanges = sortCounting(sorted);
  const tiedB = tiedPairs(n, (p) => sorted[p] === sorted[p - 1]);
  const pairs = (n * (n - 1)) / 2;
  const difference = pairs - tiedA - tiedB + tiedBoth - 2 * exchanges;
  const scale = Math.sqrt(pairs - tiedA) * Math.sqrt(pairs - tiedB);
  return scale === 0 ? 0 : difference / scale;
}

/** Spearman's ρ: the linear correlation of ranks, ties sharing the mean of theirs. In [−1, 1]; 0 where one side is constant. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkNotEmpty(a, 'spearman', 'a');
  checkSize(b, a.length, 'spearman', 'b');
  const ranksA = ranksOf(a);
  const ranksB = ranksOf(b);
  const mean = (a.length + 1) / 2;
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < ranksA.length; i++) {
    product += (ranksA[i] - mean) * (ranksB[i] - mean);
    squaresA += (ranksA[i] - mean) ** 2;
    squaresB += (ranksB[i] - mean) ** 2;
  }
  const scale = Math.sqrt(squaresA) * Math.sqrt(squaresB);
  return scale === 0 ? 0 : product / scale;
}

function ranksOf(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const ranks = new Float64Array(n);
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && values[order[to]] === values[order[from]]) to++;
    for (let p = from; p < to; p++) ranks[order[p]] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

/** Pairs within runs: `tied(p)` tells whether entry `p` ties with the one before. */
function tiedPairs(n: number, tied: (p: number) => boolean): number {
  let pairs = 0;
  let run = 0;
  for (let p = 1; p < n; p++) {
    run = tied(p) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

/** Sorts ascending in place and returns how many pairs stood the wrong way round. */
function sortCounting(values: Float64Array): number {
  const n = values.length;
  let from: Float64Array = values;
  let to: Float64Array = new Float64Array(n);
  let exchanges = 0;
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n);
      const end = Math.min(start + 2 * width, n);
      let left = start;
      let right = middle;
      for (let p = start; p < end; p++) {
        if (right >= end || (left < middle && from[left] <= from[right])) to[p] = from[left++];
        else {
          to[p] = from[right++];
          exchanges += middle - left;
        }
      }
    }
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
  return exchanges;
}
