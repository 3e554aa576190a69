import type { LabelledRows, SourceDomain, TransferProblem, Warning } from '@graft-ml/core';
import { sameLabelSpace, TransferError } from '@graft-ml/core';
import { effectiveSampleSize } from '@graft-ml/numerics';
import type { WeightSummary } from '../fitted-weights.js';
import { collapse } from './settle.js';

/** The problem with its labelled target rows as one more source, and how many rows the weights amount to.
 *
 * `share` is what part of all weight the target rows get, whatever their number: with N rows in all, n of them of the
 * target, each target row weighs share·N/n and source weights are scaled to (1 − share)·N together. `'rows'` leaves every
 * row the weight it has.
 */
export function poolTarget(
  who: string,
  problem: TransferProblem,
  share: number | 'rows',
): { readonly problem: TransferProblem; readonly summary: WeightSummary } {
  const labelled = labelledTarget(who, problem);
  const sources = [...problem.sources, targetAsSource(problem, labelled)];
  const weighted = share === 'rows' ? sources : withShare(sources, share);
  const all = weighted.flatMap(({ weights, x }) =>
    Array.from(weights ?? new Float64Array(x.rows).fill(1)),
  );
  const effective = effectiveSampleSize(Float64Array.from(all));
  const warning = collapse('all domains', effective, all.length, 'Lower "targetShare".');
  const warnings: Warning[] = warning ? [warning] : [];
  return {
    problem: { ...problem, sources: weighted },
    summary: {
      nFeatures: problem.target.x.columns,
      effectiveSampleSizes: weighted.map(({ weights, x }) =>
        weights ? effectiveSampleSize(weights) : x.rows,
      ),
      diagnostics: {
        warnings,
        facts: {
          effectiveSampleSize: effective,
          targetRows: labelled.y.length,
          targetShare: share === 'rows' ? labelled.y.length / all.length : share,
        },
      },
    },
  };
}

/** The labelled target rows of a prepared problem. Errors: `UNSUPPORTED` where their labels are not those of the sources. */
export function labelledTarget(who: string, { sources, target }: TransferProblem): LabelledRows {
  if (!sameLabelSpace(sources[0].task, target.task)) {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message:
        'learns from source and target rows together, so both need the same labels; the labelled target rows hold one that no source has. Use TargetOnly, or map the labels first.',
      details: { capability: 'label spaces', expected: sources[0].task, received: target.task },
    });
  }
  return target.labelled ?? { x: target.x, y: new Float64Array() };
}

/** The labelled target rows in the shape of a source. */
export function targetAsSource(
  { target }: TransferProblem,
  { x, y }: LabelledRows,
): SourceDomain & { readonly y: Float64Array } {
  const { features, task } = target;
  return { name: `${target.name}, labelled rows`, features, task, x, y };
}

function withShare(sources: readonly SourceDomain[], share: number): SourceDomain[] {
  const last = sources.length - 1;
  const rows = sources.reduce((sum, { x }) => sum + x.rows, 0);
  const mass = sources
    .slice(0, last)
    .flatMap(({ weights, x }) => (weights ? Array.from(weights) : [x.rows]))
    .reduce((a, b) => a + b, 0);
  return sources.map((source, k) => {
    const { x, weights } = source;
    const scale = k === last ? (share * rows) / x.rows : ((1 - share) * rows) / mass;
    const old = weights ?? new Float64Array(x.rows).fill(1);
    return { ...source, weights: old.map((weight) => weight * scale) };
  });
}
