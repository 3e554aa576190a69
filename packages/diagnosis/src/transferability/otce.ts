import type { MatrixInput } from '@graft-ml/core';
import { referenceLinearAlgebra, sinkhorn } from '@graft-ml/numerics';
import { checkOption, classIndices, samplePair } from '../internal/inputs.js';

export interface TransportScore {
  /** −H(Y_t|Y_s) in nats, at most 0; higher transfers better. */
  readonly score: number;
  /** Σ P·‖x_s − x_t‖²: how far the domains lie apart, in squared units of the features. */
  readonly distance: number;
}

/** OTCE: how well target labels follow from source labels once optimal transport has coupled the rows.
 *
 * Coupling  P by entropic transport of squared distances, entropy weight `regularization` times their mean
 * Score     −H(Y_t|Y_s) with P(y_s, y_t) = Σ of P over the rows of these classes
 * Differs   the paper adds the distance with weights learned from auxiliary tasks; without such tasks (F-OTCE) the
 *           conditional entropy alone ranks sources, and the distance is given beside it
 * Shapes    source x [ns, d], y [ns]; labelled target x [nt, d], y [nt]. Paper: tan2021
 */
export function transportScore(
  source: { readonly x: MatrixInput; readonly y: ArrayLike<number> },
  target: { readonly x: MatrixInput; readonly y: ArrayLike<number> },
  regularization = 0.1,
): TransportScore {
  const who = 'transportScore';
  checkOption(who, 'regularization', regularization, 'a number > 0', regularization > 0);
  const { xs, xt } = samplePair(who, source.x, target.x);
  classIndices(who, source.y, xs.rows, 'source.y');
  classIndices(who, target.y, xt.rows, 'target.y');
  const costs = referenceLinearAlgebra.squaredDistances(xs, xt);
  const mean = costs.data.reduce((sum, value) => sum + value, 0) / costs.data.length;
  if (mean === 0)
    return { score: entropyOfJoint(uniform(xs.rows, xt.rows), source.y, target.y), distance: 0 };
  const { plan, cost } = sinkhorn(costs, {
    regularization: regularization * mean,
    tolerance: 1e-6,
  });
  return { score: entropyOfJoint(plan, source.y, target.y), distance: cost };
}

interface Plan {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

function uniform(rows: number, columns: number): Plan {
  return { rows, columns, data: new Float64Array(rows * columns).fill(1 / (rows * columns)) };
}

/** Σ P(s, t)·log(P(s, t)/P(s)) over pairs of classes. */
function entropyOfJoint(plan: Plan, ys: ArrayLike<number>, yt: ArrayLike<number>): number {
  const nTarget = 1 + Math.max(...Array.from(yt));
  const joint = new Float64Array((1 + Math.max(...Array.from(ys))) * nTarget);
  for (let i = 0; i < plan.rows; i++) {
    const from = ys[i] * nTarget;
    for (let j = 0; j < plan.columns; j++) joint[from + yt[j]] += plan.data[i * plan.columns + j];
  }
  let sum = 0;
  for (let from = 0; from < joint.length; from += nTarget) {
    const row = joint.subarray(from, from + nTarget);
    const own = row.reduce((total, mass) => total + mass, 0);
    for (const mass of row) if (mass > 0) sum += mass * Math.log(mass / own);
  }
  return sum;
}
