import type { SourceWeights } from '../report-input.js';
import { formatCount, formatPercent } from './format.js';

/** `465 of 1,500 rows (31 %)`. */
export function formatEffectiveSample({ effectiveSampleSize, rows }: SourceWeights): string {
  const share = rows > 0 ? ` (${formatPercent(effectiveSampleSize / rows)})` : '';
  return `${formatCount(effectiveSampleSize)} of ${formatCount(rows)} rows${share}`;
}
