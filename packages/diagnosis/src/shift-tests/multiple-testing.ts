import { checkOption } from '../internal/inputs.js';

/** Holm's step-down adjustment: rejecting where it is ≤ α keeps the chance of any false rejection ≤ α. Paper: holm1979.
 *
 * adjusted₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1)·p₍ⱼ₎), p₍₁₎ the smallest of m.
 */
export function holm(pValues: ArrayLike<number>): Float64Array {
  const order = ascending(pValues, 'holm');
  const adjusted = new Float64Array(pValues.length);
  let largest = 0;
  order.forEach((row, j) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - j) * pValues[row]));
    adjusted[row] = largest;
  });
  return adjusted;
}

/** Benjamini–Hochberg adjustment: rejecting where it is ≤ q keeps the expected share of false rejections ≤ q, for
 * independent or positively dependent tests. adjusted₍ᵢ₎ = min over j ≥ i of min(1, m·p₍ⱼ₎/j). Paper: benjamini1995.
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const order = ascending(pValues, 'benjaminiHochberg');
  const adjusted = new Float64Array(pValues.length);
  let least = 1;
  for (let j = order.length - 1; j >= 0; j--) {
    least = Math.min(least, (pValues.length * pValues[order[j]]) / (j + 1));
    adjusted[order[j]] = least;
  }
  return adjusted;
}

function ascending(pValues: ArrayLike<number>, who: string): Int32Array {
  for (let i = 0; i < pValues.length; i++) {
    checkOption(who, `pValues[${i}]`, pValues[i], 'in [0, 1]', pValues[i] >= 0 && pValues[i] <= 1);
  }
  return Int32Array.from({ length: pValues.length }, (_, i) => i).sort(
    (a, b) => pValues[a] - pValues[b],
  );
}
