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
 * From the 2400 cells of `docs/benchmarks/guard.md`, table "By recipe and overlap": logistic regression, embeddings rescaled
 * before it, default options.
 */
export const measuredGains: Readonly<
  Record<string, Readonly<Record<'much' | 'hardly any', MeasuredGain>>>
> = {
  coral: {
    much: { gain: -0.021, helped: 0.25, harmed: 0.52, cells: 2063 },
    'hardly any': { gain: -0.027, helped: 0.31, harmed: 0.58, cells: 337 },
  },
  'coral:centring=both': {
    much: { gain: -0.007, helped: 0.35, harmed: 0.48, cells: 2063 },
    'hardly any': { gain: -0.031, helped: 0.39, harmed: 0.56, cells: 337 },
  },
  'subspace-alignment': {
    much: { gain: -0.086, helped: 0.15, harmed: 0.83, cells: 2063 },
    'hardly any': { gain: -0.1, helped: 0.25, harmed: 0.72, cells: 337 },
  },
  tca: {
    much: { gain: -0.019, helped: 0.4, harmed: 0.53, cells: 2063 },
    'hardly any': { gain: -0.062, helped: 0.33, harmed: 0.63, cells: 337 },
  },
  jda: {
    much: { gain: 0.005, helped: 0.52, harmed: 0.41, cells: 2063 },
    'hardly any': { gain: -0.038, helped: 0.43, harmed: 0.53, cells: 337 },
  },
  'bda:balance=0.9': {
    much: { gain: 0.006, helped: 0.51, harmed: 0.42, cells: 2063 },
    'hardly any': { gain: -0.046, helped: 0.41, harmed: 0.55, cells: 337 },
  },
  'classifier-density-ratio': {
    much: { gain: -0.022, helped: 0.28, harmed: 0.44, cells: 2063 },
    'hardly any': { gain: -0.057, helped: 0.21, harmed: 0.73, cells: 337 },
  },
  'linear-monge:regularization=0.01': {
    much: { gain: -0.003, helped: 0.44, harmed: 0.42, cells: 2063 },
    'hardly any': { gain: -0.034, helped: 0.45, harmed: 0.53, cells: 337 },
  },
  gfk: {
    much: { gain: -0.011, helped: 0.35, harmed: 0.52, cells: 2063 },
    'hardly any': { gain: -0.029, helped: 0.28, harmed: 0.56, cells: 337 },
  },
  'em-prior-shift': {
    much: { gain: -0.013, helped: 0.19, harmed: 0.43, cells: 2063 },
    'hardly any': { gain: -0.033, helped: 0.17, harmed: 0.7, cells: 337 },
  },
};

/** What was measured of a recipe in the overlap that the facts tell. Undefined where nothing was. */
export function measuredGain(recipe: string, { overlap }: Facts): MeasuredGain | undefined {
  return overlap === 'unknown' ? undefined : measuredGains[recipe]?.[overlap];
}
