import type { Facts } from './facts.js';

/** What a recipe did over many problems, against source-only. */
export interface MeasuredGain {
  /** Mean change in accuracy, in [−1, 1]. */
  readonly gain: number;
  /** Share of problems in which it gained, and lost, more than half a point. */
  readonly helped: number;
  readonly harmed: number;
  readonly cells: number;
}

/** By recipe, then by whether a classifier tells the domains apart almost without error (AUC above 0.98).
 *
 * From the 172 cells of `docs/benchmarks/guard.md`, table "By recipe and overlap": logistic regression, embeddings rescaled
 * before it, default options.
 */
export const measuredGains: Readonly<
  Record<string, Readonly<Record<'much' | 'hardly any', MeasuredGain>>>
> = {
  coral: {
    much: { gain: -0.017, helped: 0.3, harmed: 0.44, cells: 148 },
    'hardly any': { gain: -0.041, helped: 0.25, harmed: 0.63, cells: 24 },
  },
  'coral:centring=both': {
    much: { gain: 0, helped: 0.41, harmed: 0.36, cells: 148 },
    'hardly any': { gain: 0.047, helped: 0.71, harmed: 0.25, cells: 24 },
  },
  'subspace-alignment': {
    much: { gain: -0.103, helped: 0.09, harmed: 0.91, cells: 148 },
    'hardly any': { gain: -0.028, helped: 0.46, harmed: 0.54, cells: 24 },
  },
  tca: {
    much: { gain: -0.055, helped: 0.27, harmed: 0.63, cells: 148 },
    'hardly any': { gain: 0.002, helped: 0.54, harmed: 0.38, cells: 24 },
  },
  jda: {
    much: { gain: -0.021, helped: 0.45, harmed: 0.49, cells: 148 },
    'hardly any': { gain: 0.037, helped: 0.75, harmed: 0.17, cells: 24 },
  },
  'bda:balance=0.9': {
    much: { gain: -0.017, helped: 0.47, harmed: 0.48, cells: 148 },
    'hardly any': { gain: 0.03, helped: 0.67, harmed: 0.25, cells: 24 },
  },
  'classifier-density-ratio': {
    much: { gain: -0.022, helped: 0.2, harmed: 0.47, cells: 148 },
    'hardly any': { gain: -0.052, helped: 0.25, harmed: 0.75, cells: 24 },
  },
};

/** What was measured of a recipe in the overlap that the facts tell. Undefined where nothing was. */
export function measuredGain(recipe: string, { overlap }: Facts): MeasuredGain | undefined {
  return overlap === 'unknown' ? undefined : measuredGains[recipe]?.[overlap];
}
