import { TransferError, type DenseMatrix } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { checkBalanced, checkPositive, checkTransport } from './checks.js';
import type { MaybeTransportEngine } from './engine.js';
import { entropicDescent } from './entropic-descent.js';
import type { RegularizedPlan, SmoothTerm } from './regularized-problem.js';

/** What keeps a target from getting mass of several classes.
 *
 * l1-l2 `Σ ‖P(class, j)‖₂`, convex: the norm of what each class sends to each target
 * lp-l1 `Σ (mass(class, j) + offset)^power`, concave, power in (0, 1): pushes harder, to a local
 * optimum
 */
export type ClassPenalty =
  | { readonly type: 'l1-l2' }
  | { readonly type: 'lp-l1'; readonly power?: number; readonly offset?: number };

export interface ClassSparseSinkhornOptions {
  /** Class of each row of the cost matrix, whole numbers from 0. */
  readonly classes: ArrayLike<number>;
  /** Weight ε of the entropy, in units of the cost, above 0. */
  readonly regularization: number;
  /** Weight η of the penalty, in units of the cost (times a mass to the power 1 − p for lp-l1),
   * from 0. More of it leaves each target fewer classes to come from. */
  readonly classRegularization: number;
  /** Default `{ type: 'l1-l2' }`. For lp-l1 the power is 1/2 by default and the offset 1e-3. */
  readonly penalty?: ClassPenalty;
  /** Mass of each row, not negative. Default uniform with sum 1. */
  readonly sourceWeights?: Float64Array;
  /** Mass of each column, with the same sum. Default uniform with sum 1. */
  readonly targetWeights?: Float64Array;
  /** Stops once the duality gap is at most this fraction of the cost. Default 1e-9. */
  readonly tolerance?: number;
  /** Entropic transport problems to solve at most. Default 200; courty2017 take 10 for lp-l1. */
  readonly maxIterations?: number;
  /** Does the work where it can; default TypeScript. */
  readonly engine?: MaybeTransportEngine;
}

/** Entropic transport whose plan moves to each target the mass of few classes.
 *
 * Solves    min_P Σ Pᵢⱼ·Cᵢⱼ + ε·KL(P | a·bᵀ) + η·Ω(P)   over the plans from weights a to weights b
 * where     Ω = the {@link ClassPenalty}, summed over classes and targets j
 *           KL(P | Q) = Σ P·log(P / Q) − P + Q
 * Method    l1-l2: generalised conditional gradient to the global optimum (courty2017, sec. 4);
 *           lp-l1: the same steps, which are majorisation-minimisation for a concave penalty, to a
 *           local optimum (courty2014)
 * Errors    SHAPE_MISMATCH, INVALID_DATA for bad costs, weights or classes, INVALID_OPTION
 * @example
 * const options = { classes: ys, regularization: 0.1, classRegularization: 0.1 };
 * const { plan } = classSparseSinkhorn(cost, options);
 */
export function classSparseSinkhorn(
  cost: DenseMatrix,
  options: ClassSparseSinkhornOptions,
): RegularizedPlan {
  const who = 'classSparseSinkhorn';
  const { classes, regularization, classRegularization, engine } = options;
  const { penalty = { type: 'l1-l2' }, tolerance = 1e-9, maxIterations = 200 } = options;
  checkPositive('regularization', regularization, who);
  checkOption(who, 'classRegularization', classRegularization, 'number', { atLeast: 0 });
  const { source, target } = checkTransport(cost, options, who);
  const weights = {
    sourceWeights: source,
    targetWeights: checkBalanced({ source, target }, who),
  };
  const nClasses = countClasses(classes, cost.rows, who);
  const smooth =
    penalty.type === 'l1-l2'
      ? groupNorms(classes, nClasses, classRegularization)
      : concaveMasses(classes, nClasses, classRegularization, penalty, who);
  const problem = { cost, smooth, weights, tolerance, maxIterations, engine };
  return entropicDescent(problem, regularization);
}

/** η·Σ_cj ‖P(c, j)‖₂, with gradient η·Pᵢⱼ / ‖P(c, j)‖₂, or 0 where a class sends nothing. */
function groupNorms(classes: ArrayLike<number>, nClasses: number, eta: number): SmoothTerm {
  return {
    evaluate({ rows, columns, data }, gradient): number {
      const norms = new Float64Array(nClasses * columns);
      for (let i = 0; i < rows; i++) {
        const group = classes[i] * columns;
        for (let j = 0; j < columns; j++) norms[group + j] += data[i * columns + j] ** 2;
      }
      let sum = 0;
      for (let q = 0; q < norms.length; q++) sum += norms[q] = Math.sqrt(norms[q]);
      for (let i = 0; i < rows; i++) {
        const group = classes[i] * columns;
        for (let j = 0; j < columns; j++) {
          const p = i * columns + j;
          gradient[p] = norms[group + j] > 0 ? (eta * data[p]) / norms[group + j] : 0;
        }
      }
      return eta * sum;
    },
  };
}

/** η·Σ_cj (mass(c, j) + offset)^power. */
function concaveMasses(
  classes: ArrayLike<number>,
  nClasses: number,
  eta: number,
  { power = 0.5, offset = 1e-3 }: { readonly power?: number; readonly offset?: number },
  who: string,
): SmoothTerm {
  checkPositive('offset', offset, who);
  if (!(power > 0 && power < 1)) {
    throw new TransferError({
      code: 'INVALID_OPTION',
      who,
      message: `"power" must be a number in (0, 1); received ${power}. Smaller ones push harder towards few classes.`,
      details: { option: 'power', received: power },
    });
  }
  return {
    evaluate({ rows, columns, data }, gradient): number {
      const masses = new Float64Array(nClasses * columns).fill(offset);
      for (let i = 0; i < rows; i++) {
        const group = classes[i] * columns;
        for (let j = 0; j < columns; j++) masses[group + j] += data[i * columns + j];
      }
      let sum = 0;
      for (let q = 0; q < masses.length; q++) {
        const value = masses[q] ** power;
        sum += value;
        masses[q] = (eta * power * value) / masses[q];
      }
      for (let i = 0; i < rows; i++) {
        const group = classes[i] * columns;
        gradient.set(masses.subarray(group, group + columns), i * columns);
      }
      return eta * sum;
    },
  };
}

function countClasses(classes: ArrayLike<number>, rows: number, who: string): number {
  if (classes.length !== rows) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"classes" must hold ${rows} numbers, one for each row of "cost"; received ${classes.length}.`,
      details: { argument: 'classes', expected: rows, received: classes.length },
    });
  }
  let most = 0;
  for (let i = 0; i < rows; i++) {
    if (!Number.isInteger(classes[i]) || classes[i] < 0) {
      throw new TransferError({
        code: 'INVALID_DATA',
        who,
        message: `"classes" must hold whole numbers from 0; number ${i} is ${classes[i]}. Encode labels first.`,
        details: { argument: 'classes', reason: 'not-a-class', firstIndex: i },
      });
    }
    most = Math.max(most, classes[i]);
  }
  return most + 1;
}
