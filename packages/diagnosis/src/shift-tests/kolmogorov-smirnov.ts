import { tooFewRows } from '../internal/inputs.js';
import { kolmogorovTail } from '../internal/special-functions.js';
import type { ShiftTest } from './test-result.js';

/** Two-sample Kolmogorov–Smirnov test of one number per row.
 *
 * Statistic   D = max |F_s − F_t| over the empirical distribution functions, in [0, 1]; it is the effect, too
 * p-value     Kolmogorov's tail at (√n + 0.12 + 0.11/√n)·D with n = ns·nt/(ns + nt) (stephens1970): good from n = 4, and
 *             conservative where values tie
 */
export function kolmogorovSmirnovTest(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
): ShiftTest {
  const s = Float64Array.from(source).sort();
  const t = Float64Array.from(target).sort();
  const who = 'kolmogorovSmirnovTest';
  if (s.length === 0) throw tooFewRows(who, 'source', 1, 0);
  if (t.length === 0) throw tooFewRows(who, 'target', 1, 0);
  let statistic = 0;
  for (let i = 0, j = 0; i < s.length && j < t.length;) {
    const value = Math.min(s[i], t[j]);
    while (i < s.length && s[i] === value) i++;
    while (j < t.length && t[j] === value) j++;
    statistic = Math.max(statistic, Math.abs(i / s.length - j / t.length));
  }
  const root = Math.sqrt((s.length * t.length) / (s.length + t.length));
  const pValue = kolmogorovTail((root + 0.12 + 0.11 / root) * statistic);
  return { test: 'Kolmogorov–Smirnov', statistic, pValue, effect: statistic };
}
