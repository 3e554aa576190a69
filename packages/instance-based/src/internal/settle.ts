import type { Diagnostics, JsonObject, TransferProblem, Warning } from '@graft-ml/core';
import { TransferError } from '@graft-ml/core';
import { effectiveSampleSize } from '@graft-ml/numerics';
import type { WeightSummary } from '../fitted-weights.js';

/** Below this share of its rows, or below three rows, an effective sample is called collapsed. */
const collapsedShare = 0.1;
const collapsedRows = 3;

export interface Settled {
  /** One array per source, mean 1. */
  readonly weights: readonly Float64Array[];
  /** What the raw weights were multiplied with, per source. */
  readonly scales: readonly number[];
  readonly summary: WeightSummary;
}

export interface SettleInit {
  readonly who: string;
  readonly problem: TransferProblem;
  /** One array per source: not negative, of any scale. */
  readonly raw: readonly Float64Array[];
  /** What to do when few rows carry all the weight, as the end of a sentence. */
  readonly advice: string;
  readonly warnings?: readonly Warning[];
  readonly facts?: JsonObject;
  readonly diagnostics?: Omit<Diagnostics, 'warnings' | 'facts'>;
}

/** Brings raw weights to mean 1, source by source, and says how many rows they amount to.
 *
 * Errors: `NUMERICAL` where no row of a source has any weight left, or a weight is not finite.
 */
export function settle(init: SettleInit): Settled {
  const { who, problem, raw, advice } = init;
  const warnings: Warning[] = [...(init.warnings ?? [])];
  const scales = raw.map((weights, k) => meanOneScale(who, problem.sources[k].name, weights));
  const weights = raw.map((values, k) => values.map((value) => value * scales[k]));
  const effectiveSampleSizes = weights.map(effectiveSampleSize);
  effectiveSampleSizes.forEach((size, k) => {
    const warning = collapse(problem.sources[k].name, size, weights[k].length, advice);
    if (warning) warnings.push(warning);
  });
  const diagnostics: Diagnostics = {
    ...init.diagnostics,
    warnings,
    facts: { effectiveSampleSize: effectiveSampleSizes, ...init.facts },
  };
  return {
    weights,
    scales,
    summary: { nFeatures: problem.target.x.columns, effectiveSampleSizes, diagnostics },
  };
}

/** The `ESS_LOW` warning where `rows` weights amount to a tenth of the rows, or to fewer than three. */
export function collapse(
  name: string,
  effective: number,
  rows: number,
  advice: string,
): Warning | undefined {
  const few =
    effective < collapsedShare * rows || (effective < collapsedRows && rows > collapsedRows);
  if (!few) return undefined;
  const share = Math.round((100 * effective) / rows);
  return {
    code: 'ESS_LOW',
    message: `the ${rows} rows of "${name}" count as ${effective.toFixed(1)} (${share} %): a few rows decide what is learned. ${advice}`,
  };
}

function meanOneScale(who: string, name: string, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  const scale = weights.length / sum;
  if (sum > 0 && Number.isFinite(sum) && Number.isFinite(scale)) return scale;
  throw new TransferError({
    code: 'NUMERICAL',
    who,
    message:
      sum === 0
        ? `no row of "${name}" has any weight: the target lies where the source has no rows. Scale the features alike, or widen the kernel.`
        : `the weights of "${name}" left the range of float64. Standardize the features first.`,
    details: { operation: 'normalising weights', source: name, received: sum },
  });
}
