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
 * From the 309 cells of `docs/benchmarks/guard.md`, table "By recipe and overlap": logistic regression, embeddings rescaled
 * before it, default options.
 */
export const measuredGains: Readonly<
  Record<string, Readonly<Record<'much' | 'hardly any', MeasuredGain>>>
> = {
  coral: {
    much: { gain: -0.024, helped: 0.26, harmed: 0.54, cells: 259 },
    'hardly any': { gain: -0.071, helped: 0.24, harmed: 0.68, cells: 50 },
  },
  'coral:centring=both': {
    much: { gain: -0.003, helped: 0.37, harmed: 0.45, cells: 259 },
    'hardly any': { gain: 0.041, helped: 0.62, harmed: 0.34, cells: 50 },
  },
  'subspace-alignment': {
    much: { gain: -0.096, helped: 0.1, harmed: 0.89, cells: 259 },
    'hardly any': { gain: -0.056, helped: 0.4, harmed: 0.56, cells: 50 },
  },
  tca: {
    much: { gain: -0.04, helped: 0.31, harmed: 0.6, cells: 259 },
    'hardly any': { gain: -0.014, helped: 0.42, harmed: 0.5, cells: 50 },
  },
  jda: {
    much: { gain: -0.008, helped: 0.49, harmed: 0.45, cells: 259 },
    'hardly any': { gain: 0.027, helped: 0.68, harmed: 0.24, cells: 50 },
  },
  'bda:balance=0.9': {
    much: { gain: -0.005, helped: 0.5, harmed: 0.44, cells: 259 },
    'hardly any': { gain: 0.014, helped: 0.58, harmed: 0.34, cells: 50 },
  },
  'classifier-density-ratio': {
    much: { gain: -0.031, helped: 0.2, harmed: 0.51, cells: 259 },
    'hardly any': { gain: -0.052, helped: 0.18, harmed: 0.8, cells: 50 },
  },
  'linear-monge:regularization=0.01': {
    much: { gain: 0.004, helped: 0.45, harmed: 0.36, cells: 259 },
    'hardly any': { gain: 0.028, helped: 0.66, harmed: 0.3, cells: 50 },
  },
  gfk: {
    much: { gain: -0.018, helped: 0.3, harmed: 0.56, cells: 259 },
    'hardly any': { gain: -0.08, helped: 0.2, harmed: 0.78, cells: 50 },
  },
  'em-prior-shift': {
    much: { gain: -0.006, helped: 0.16, harmed: 0.38, cells: 259 },
    'hardly any': { gain: -0.056, helped: 0.0, harmed: 0.86, cells: 50 },
  },
};

/** What was measured of a recipe in the overlap that the facts tell. Undefined where nothing was. */
export function measuredGain(recipe: string, { overlap }: Facts): MeasuredGain | undefined {
  return overlap === 'unknown' ? undefined : measuredGains[recipe]?.[overlap];
}
