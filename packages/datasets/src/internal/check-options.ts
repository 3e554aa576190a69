import { invalidOption } from './errors.js';

/** Refuses counts that are not whole numbers from `atLeast`. */
export function checkCounts(
  who: string,
  counts: Readonly<Record<string, number>>,
  atLeast = 1,
): void {
  for (const [option, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < atLeast) {
      throw invalidOption(who, option, `a whole number from ${atLeast}`, value);
    }
  }
}

/** Refuses numbers outside [`low`, `high`], NaN and infinity. */
export function checkRange(
  who: string,
  numbers: Readonly<Record<string, number>>,
  low: number,
  high = Infinity,
): void {
  for (const [option, value] of Object.entries(numbers)) {
    if (Number.isFinite(value) && value >= low && value <= high) continue;
    const upper = high === Infinity ? '∞)' : `${high}]`;
    throw invalidOption(who, option, `a number in [${low}, ${upper}`, value);
  }
}
