import { checkEntries, checkOption, tooFewRows } from '../internal/inputs.js';

/** Accuracy against the number of labelled target rows, with and without transfer, at the same sizes. */
export interface LearningCurves {
  /** Ascending, above 0. */
  readonly sizes: ArrayLike<number>;
  readonly transfer: ArrayLike<number>;
  readonly scratch: ArrayLike<number>;
}

export interface CurveSummary {
  /** transfer − scratch at the smallest size. */
  readonly jumpStart: number;
  /** transfer − scratch at the largest size. */
  readonly asymptotic: number;
  /** Area under the transfer curve over log size, divided by the log range. */
  readonly area: number;
  /** (area with transfer − area without) / area without: the transfer ratio. */
  readonly areaRatio: number;
  /** The index of the first size at which the curve reaches the threshold; absent where it never does. */
  readonly timeToThreshold: { readonly transfer?: number; readonly scratch?: number };
}

/** What transfer does to a learning curve. Paper: taylor2009.
 *
 * Areas by trapezoids over log(size). Sizes of one number only have no area: at least two are needed.
 */
export function summarizeCurves(curves: LearningCurves, threshold: number): CurveSummary {
  const who = 'summarizeCurves';
  const { sizes, transfer, scratch } = curves;
  const n = sizes.length;
  if (n < 2) throw tooFewRows(who, 'sizes', 2, n);
  checkEntries(transfer.length, n, who, 'entries of "transfer"');
  checkEntries(scratch.length, n, who, 'entries of "scratch"');
  for (let i = 0; i < n; i++) {
    const ascending = sizes[i] > (i > 0 ? sizes[i - 1] : 0);
    checkOption(who, `sizes[${i}]`, sizes[i], 'above 0 and ascending', ascending);
  }
  const area = areaOf(sizes, transfer);
  const areaScratch = areaOf(sizes, scratch);
  const first = (curve: ArrayLike<number>) => Array.from(curve).findIndex((v) => v >= threshold);
  const [withTransfer, without] = [first(transfer), first(scratch)];
  return {
    jumpStart: transfer[0] - scratch[0],
    asymptotic: transfer[n - 1] - scratch[n - 1],
    area,
    areaRatio: (area - areaScratch) / areaScratch,
    timeToThreshold: {
      ...(withTransfer >= 0 ? { transfer: withTransfer } : {}),
      ...(without >= 0 ? { scratch: without } : {}),
    },
  };
}

function areaOf(sizes: ArrayLike<number>, curve: ArrayLike<number>): number {
  let area = 0;
  for (let i = 1; i < sizes.length; i++) {
    area += (Math.log(sizes[i] / sizes[i - 1]) * (curve[i] + curve[i - 1])) / 2;
  }
  return area / Math.log(sizes[sizes.length - 1] / sizes[0]);
}
