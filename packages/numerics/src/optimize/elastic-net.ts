import { TransferError, type DenseMatrix } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { addScaled, dot } from '../internal/vector.js';

export interface ElasticNetOptions {
  /** Weight of the penalty, above 0; more of it gives smaller and fewer coefficients. Default 1. */
  readonly regularization?: number;
  /** Share of the absolute values in the penalty, 0 … 1: 1 (default) is the lasso, 0 is ridge. */
  readonly l1Ratio?: number;
  /** Fits a free intercept. Default true. */
  readonly fitIntercept?: boolean;
  /** Stops once the duality gap is at most this fraction of ‖y − mean‖²/(2n). Default 1e-8. */
  readonly tolerance?: number;
  /** Sweeps over all coefficients. Default 10 000. */
  readonly maxIterations?: number;
}

export interface ElasticNetResult {
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** How far the objective can be above its minimum. */
  readonly dualityGap: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: 'gap' | 'max-iterations';
}

const who = 'elasticNet';

/** Linear regression with the elastic-net penalty by cyclic coordinate descent (friedman2010).
 *
 * Minimises 1/(2n)·‖y − X·w − b‖² + λ·ρ·‖w‖₁ + λ·(1 − ρ)/2·‖w‖² over w and b, with
 * λ = `regularization`, ρ = `l1Ratio`. `x` [n, d], `y` of length n; the penalty depends on the scale of
 * the columns, so standardise them first.
 */
export function elasticNet(
  x: DenseMatrix,
  y: ArrayLike<number>,
  options: ElasticNetOptions = {},
): ElasticNetResult {
  const { regularization = 1, l1Ratio = 1, fitIntercept = true } = options;
  const { tolerance = 1e-8, maxIterations = 10_000 } = options;
  const { rows: n, columns: d } = x;
  checkOption(who, 'regularization', regularization, 'number', { above: 0 });
  checkOption(who, 'l1Ratio', l1Ratio, 'number', { atLeast: 0, atMost: 1 });
  checkOption(who, 'tolerance', tolerance, 'number', { atLeast: 0 });
  checkOption(who, 'maxIterations', maxIterations, 'integer', { atLeast: 0 });
  checkTargets(x, y);
  const { columns, means, targets, targetMean } = centredColumns(x, y, fitIntercept);
  const squares = columns.map((column) => dot(column, column) / n);
  const l1 = regularization * l1Ratio;
  const l2 = regularization * (1 - l1Ratio);
  const w = new Float64Array(d);
  const residual = targets.slice();
  const enough = (tolerance * dot(targets, targets)) / (2 * n);

  let iterations = 0;
  let gap = dualityGap(columns, targets, residual, w, l1, l2);
  while (gap > enough && iterations < maxIterations) {
    for (let j = 0; j < d; j++) {
      if (squares[j] === 0) continue;
      const pull = dot(columns[j], residual) / n + squares[j] * w[j];
      const size = Math.max(0, Math.abs(pull) - l1) / (squares[j] + l2);
      const updated = pull < 0 ? -size : size;
      if (updated === w[j]) continue;
      addScaled(residual, w[j] - updated, columns[j]);
      w[j] = updated;
    }
    iterations++;
    gap = dualityGap(columns, targets, residual, w, l1, l2);
  }
  const converged = gap <= enough;
  return {
    coefficients: w,
    intercept: targetMean - dot(means, w),
    dualityGap: gap,
    iterations,
    converged,
    reason: converged ? 'gap' : 'max-iterations',
  };
}

/** Objective minus the dual value at the residual, scaled to be feasible. With e = residual/n and c
 * = Xᵀe − λ(1 − ρ)w the dual asks for |cⱼ| ≤ λρ; scaling (e, w) by s = min(1, λρ/max|cⱼ|) gives
 * it. */
function dualityGap(
  columns: readonly Float64Array[],
  targets: Float64Array,
  residual: Float64Array,
  w: Float64Array,
  l1: number,
  l2: number,
): number {
  const n = targets.length;
  if (n === 0) return 0;
  let worst = 0;
  let absolute = 0;
  const correlations = new Float64Array(w.length);
  for (let j = 0; j < w.length; j++) {
    correlations[j] = dot(columns[j], residual) / n;
    worst = Math.max(worst, Math.abs(correlations[j] - l2 * w[j]));
    absolute += Math.abs(w[j]);
  }
  const squares = dot(residual, residual);
  const weights = dot(w, w);
  const primal = squares / (2 * n) + l1 * absolute + (l2 / 2) * weights;
  if (l1 === 0) {
    // Ridge: the conjugate of (l2/2)‖w‖² is ‖Xᵀe‖²/(2·l2), so any e is feasible.
    const conjugate = dot(correlations, correlations);
    return primal - (dot(residual, targets) / n - squares / (2 * n) - conjugate / (2 * l2));
  }
  const scale = worst > l1 ? l1 / worst : 1;
  const dual =
    (scale * dot(residual, targets)) / n -
    (scale * scale * squares) / (2 * n) -
    (scale * scale * l2 * weights) / 2;
  return primal - dual;
}

function centredColumns(
  x: DenseMatrix,
  y: ArrayLike<number>,
  centre: boolean,
): {
  readonly columns: readonly Float64Array[];
  readonly means: Float64Array;
  readonly targets: Float64Array;
  readonly targetMean: number;
} {
  const { rows: n, columns: d, data } = x;
  const means = new Float64Array(d);
  let targetMean = 0;
  if (centre) {
    for (let p = 0; p < data.length; p++) means[p % d] += data[p] / n;
    for (let i = 0; i < n; i++) targetMean += y[i] / n;
  }
  return {
    columns: Array.from({ length: d }, (_, j) =>
      Float64Array.from({ length: n }, (_, i) => data[i * d + j] - means[j]),
    ),
    means,
    targets: Float64Array.from(y, (value) => value - targetMean),
    targetMean,
  };
}

function checkTargets(x: DenseMatrix, y: ArrayLike<number>): void {
  if (y.length === x.rows) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"y" must hold one value per row of "x" (${x.rows}); received ${y.length}.`,
    details: { argument: 'y', expected: x.rows, received: y.length },
  });
}
