import { toDense, type DenseMatrix, type LinearAlgebra, type Matrix } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { addScaled, dot } from '../internal/vector.js';
import { checkSize } from './check-size.js';
import { checkBalanced, checkTransport } from './checks.js';
import type { MaybeTransportEngine } from './engine.js';
import { entropicDescent } from './entropic-descent.js';
import { optimalTransport } from './optimal-transport.js';
import { planCost } from './plan-mixture.js';
import type { QuadraticTerm, RegularizedPlan, RegularizedProblem } from './regularized-problem.js';
import { simplicialDecomposition } from './simplicial-decomposition.js';

export interface LaplacianTransportOptions {
  /** Rows the mass comes from [nSource, nFeatures]. */
  readonly source: Matrix;
  /** Rows it goes to [nTarget, nFeatures]. */
  readonly target: Matrix;
  /** Laplacian of a graph on the source rows, symmetric [nSource, nSource], or what it makes of numbers per row; none by default. */
  readonly sourceLaplacian?: Matrix | ((rows: DenseMatrix) => DenseMatrix);
  /** Laplacian of a graph on the target rows, symmetric [nTarget, nTarget]; none by default. */
  readonly targetLaplacian?: Matrix;
  /** Weight η of both graphs, from 0. More of it moves neighbours more alike. */
  readonly laplacianRegularization: number;
  /** Share α of the source graph, from 0 to 1; the rest is the target graph's. Default 0.5. */
  readonly sourceShare?: number;
  /** What neighbours should share: where they end (`'positions'`, default), or how far and in which
   * direction they move (`'displacements'`). */
  readonly smooth?: 'positions' | 'displacements';
  /** Weight ε of the entropy, in units of the cost, from 0. Default 0. */
  readonly regularization?: number;
  /** Mass of each source row, not negative. Default uniform with sum 1. */
  readonly sourceWeights?: Float64Array;
  /** Mass of each target row, with the same sum. Default uniform with sum 1. */
  readonly targetWeights?: Float64Array;
  /** Stops once the duality gap is at most this fraction of the cost. Default 1e-3. */
  readonly tolerance?: number;
  /** Transport problems to solve at most. Default 300. */
  readonly maxIterations?: number;
  /** Does the transport where it can; default TypeScript. */
  readonly engine?: MaybeTransportEngine;
}

/** Transport that keeps neighbours together.
 *
 * Solves    min_P Σ Pᵢⱼ·Cᵢⱼ + ε·KL(P | a·bᵀ) + η·(α·tr Zᵀ·Ls·Z + (1 − α)·tr Wᵀ·Lt·W)
 *           over the plans from weights a to weights b
 * where     Z = P·Y, W = Pᵀ·X for source rows X and target rows Y;
 *           for displacements Z = P·Y − diag(a)·X, W = Pᵀ·X − diag(b)·Y
 *           tr Zᵀ·L·Z = ½·Σᵢₖ Sᵢₖ·‖zᵢ − zₖ‖² for the Laplacian L of a graph with weights S
 * Method    simplicial decomposition over exact plans, or conditional gradients over entropic ones,
 *           to the global optimum; the latter take many steps where η is large beside ε
 * Assumes   Laplacians without negative eigenvalues. Z and W carry the masses: with uniform
 *           weights, η acts on mapped rows as η / n²
 * Errors    SHAPE_MISMATCH, INVALID_DATA for bad costs or weights, INVALID_OPTION
 * Paper     flamary2014; courty2017, sec. 4
 * @example
 * const sourceLaplacian = graphLaplacian(neighbourGraph(linalg, xs, { nNeighbours: 5 }));
 * const options = { source: xs, target: xt, sourceLaplacian, laplacianRegularization: 10 };
 * const { plan } = laplacianTransport(linalg, cost, options);
 */
export function laplacianTransport(
  linalg: LinearAlgebra,
  cost: DenseMatrix,
  options: LaplacianTransportOptions,
): RegularizedPlan {
  const who = 'laplacianTransport';
  const { tolerance = 1e-3, maxIterations = 300, regularization = 0, engine } = options;
  checkOption(who, 'regularization', regularization, 'number', { atLeast: 0 });
  const { source, target } = checkTransport(cost, options, who);
  const weights = {
    sourceWeights: source,
    targetWeights: checkBalanced({ source, target }, who),
  };
  const smooth = graphTerm(linalg, cost, options, weights, who);
  const problem = { cost, smooth, weights, tolerance, maxIterations, engine };
  if (regularization > 0) return entropicDescent(problem, regularization);
  const start = optimalTransport(cost, { ...weights, ...(engine && { engine }) });
  return simplicialDecomposition(problem, start.plan);
}

/** η·(α·tr Zᵀ·Ls·Z + (1 − α)·tr Wᵀ·Lt·W), with gradient 2η·(α·Ls·Z·Yᵀ + (1 − α)·X·(Lt·W)ᵀ). */
function graphTerm(
  linalg: LinearAlgebra,
  { rows, columns }: DenseMatrix,
  options: LaplacianTransportOptions,
  weights: RegularizedProblem['weights'],
  who: string,
): QuadraticTerm {
  const { sourceLaplacian, targetLaplacian, laplacianRegularization } = options;
  const { sourceShare = 0.5, smooth = 'positions' } = options;
  checkOption(who, 'laplacianRegularization', laplacianRegularization, 'number', { atLeast: 0 });
  checkOption(who, 'sourceShare', sourceShare, 'number', { atLeast: 0, atMost: 1 });
  checkSize(options.source, { rows }, 'source', who);
  checkSize(options.target, { rows: columns, columns: options.source.columns }, 'target', who);
  if (sourceLaplacian && typeof sourceLaplacian !== 'function') {
    checkSize(sourceLaplacian, { rows, columns: rows }, 'sourceLaplacian', who);
  }
  if (targetLaplacian) {
    checkSize(targetLaplacian, { rows: columns, columns }, 'targetLaplacian', who);
  }
  const x = toDense(options.source);
  const y = toDense(options.target);
  const from = smooth === 'displacements';
  const sourceFactor = laplacianRegularization * sourceShare;
  const targetFactor = laplacianRegularization * (1 - sourceShare);
  const pullSource = sourceLaplacian && applied(linalg, sourceLaplacian, 2 * sourceFactor);
  const pullTarget = targetLaplacian && applied(linalg, targetLaplacian, 2 * targetFactor);
  return {
    evaluate(plan, gradient): number {
      let value = 0;
      gradient.fill(0);
      if (pullSource) {
        const z = linalg.multiply(plan, y);
        if (from) subtractScaled(z, weights.sourceWeights, x);
        const pull = pullSource(z);
        value += dot(z.data, pull.data) / 2;
        gradient.set(linalg.multiply(pull, y, { transposeB: true }).data);
      }
      if (pullTarget) {
        const w = linalg.multiply(plan, x, { transposeA: true });
        if (from) subtractScaled(w, weights.targetWeights, y);
        const pull = pullTarget(w);
        value += dot(w.data, pull.data) / 2;
        addScaled(gradient, 1, linalg.multiply(x, pull, { transposeB: true }).data);
      }
      return value;
    },
    curvature(plan) {
      const image = new Float64Array(rows * columns);
      if (pullSource) {
        const pull = pullSource(linalg.multiply(plan, y));
        image.set(linalg.multiply(pull, y, { transposeB: true }).data);
      }
      if (pullTarget) {
        const pull = pullTarget(linalg.multiply(plan, x, { transposeA: true }));
        addScaled(image, 1, linalg.multiply(x, pull, { transposeB: true }).data);
      }
      return (other) => planCost(other, image);
    },
  };
}

/** factor · L · z for a matrix L, or what stands for it. */
function applied(
  linalg: LinearAlgebra,
  laplacian: Matrix | ((rows: DenseMatrix) => DenseMatrix),
  factor: number,
): (z: DenseMatrix) => DenseMatrix {
  return (z) => {
    const pull = typeof laplacian === 'function' ? laplacian(z) : linalg.multiply(laplacian, z);
    for (let p = 0; p < pull.data.length; p++) pull.data[p] *= factor;
    return pull;
  };
}

/** z −= diag(weights)·x. */
function subtractScaled(z: DenseMatrix, weights: Float64Array, x: DenseMatrix): void {
  for (let i = 0; i < z.rows; i++) {
    for (let k = i * z.columns; k < (i + 1) * z.columns; k++) z.data[k] -= weights[i] * x.data[k];
  }
}
