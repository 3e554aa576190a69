import {
  denseMatrix,
  toDense,
  TransferError,
  type DenseMatrix,
  type LinearAlgebra,
  type Matrix,
  type SparseMatrix,
} from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { checkSquare } from '../internal/checks.js';
import { dot, largestMagnitude } from '../internal/vector.js';
import { checkNotEmpty, checkSize } from './check-size.js';
import { checkBalanced, checkTransport, sumOf } from './checks.js';
import type { MaybeTransportEngine } from './engine.js';
import { entropicDescent } from './entropic-descent.js';
import { lighter, planCost } from './plan-mixture.js';
import type { QuadraticTerm, RegularizedPlan, RegularizedProblem } from './regularized-problem.js';
import { simplicialDecomposition } from './simplicial-decomposition.js';

export interface GromovWassersteinOptions {
  /** Cost of moving a source row to a target row [nSource, nTarget], where the two can be compared
   * (fused Gromov–Wasserstein). Left out, only distances within the domains count. */
  readonly cost?: DenseMatrix;
  /** Share α of the distances within the domains, from 0 to 1; the rest is the cost's. Default 1
   * without a cost, 0.5 with one. */
  readonly structureShare?: number;
  /** Weight ε of the entropy, in units of the objective, from 0. Default 0. */
  readonly regularization?: number;
  /** Mass of each source row, not negative. Default uniform with sum 1. */
  readonly sourceWeights?: Float64Array;
  /** Mass of each target row, with the same sum. Default uniform with sum 1. */
  readonly targetWeights?: Float64Array;
  /** A plan to start from; the result depends on it. Default a·bᵀ / Σ a. */
  readonly start?: DenseMatrix;
  /** Stops once the gap is at most this fraction of the mean squared distances. Default 1e-9. */
  readonly tolerance?: number;
  /** Transport problems to solve at most. Default 1000. */
  readonly maxIterations?: number;
  /** Does the transport where it can; default TypeScript. */
  readonly engine?: MaybeTransportEngine;
}

export interface GromovWassersteinPlan extends RegularizedPlan {
  /** `Σ (Sᵢₖ − Tⱼₗ)²·planᵢⱼ·planₖₗ`: by how much the plan distorts distances. */
  readonly distortion: number;
}

/** Transport between rows that cannot be compared, by what can: distances within each domain.
 *
 * Solves    min_P (1 − α)·Σ Pᵢⱼ·Cᵢⱼ + α·Σ (Sᵢₖ − Tⱼₗ)²·Pᵢⱼ·Pₖₗ + ε·KL(P | a·bᵀ)
 *           over the plans from weights a to weights b
 * where     S = `sourceDistances` [nSource, nSource], T = `targetDistances` [nTarget, nTarget]
 *           objective = (Gromov–Wasserstein distance)² for α = 1, ε = 0
 * Method    conditional gradients over exact or entropic plans, to a local optimum: the problem is
 *           not convex. O(nSource²·nTarget + nSource·nTarget²) a step
 * Errors    SHAPE_MISMATCH; INVALID_DATA for distances that are not symmetric and finite, bad costs
 *           or weights, a start with other marginals; INVALID_OPTION
 * Paper     memoli2011; peyre2016; vayer2019 for the fused form
 * @example
 * const { plan, objective } = gromovWasserstein(linalg, distancesOf(xs), distancesOf(xt));
 */
export function gromovWasserstein(
  linalg: LinearAlgebra,
  sourceDistances: DenseMatrix,
  targetDistances: DenseMatrix,
  options: GromovWassersteinOptions = {},
): GromovWassersteinPlan {
  const who = 'gromovWasserstein';
  const { regularization = 0, tolerance = 1e-9, maxIterations = 1000, engine } = options;
  const { structureShare = options.cost ? 0.5 : 1 } = options;
  checkOption(who, 'regularization', regularization, 'number', { atLeast: 0 });
  checkOption(who, 'structureShare', structureShare, 'number', { atLeast: 0, atMost: 1 });
  checkSymmetric(sourceDistances, 'sourceDistances', who);
  checkSymmetric(targetDistances, 'targetDistances', who);
  const [rows, columns] = [sourceDistances.rows, targetDistances.rows];
  const features = options.cost ?? denseMatrix(rows, columns);
  checkSize(features, { rows, columns }, 'cost', who);
  const { source, target } = checkTransport(features, options, who);
  const weights = {
    sourceWeights: source,
    targetWeights: checkBalanced({ source, target }, who),
  };
  const term = distortionTerm(linalg, sourceDistances, targetDistances, weights);
  const problem: RegularizedProblem<QuadraticTerm> = {
    cost: { ...features, data: features.data.map((value) => (1 - structureShare) * value) },
    smooth: scaledTerm(structureShare, term),
    weights,
    tolerance,
    maxIterations,
    engine,
  };
  const start = startingPlan(options.start, weights, who);
  const solved =
    regularization > 0
      ? entropicDescent(problem, regularization, start)
      : simplicialDecomposition(problem, asSparse(start));
  const distortion = term.evaluate(solved.plan, new Float64Array(features.data.length));
  return { ...solved, cost: dot(features.data, solved.plan.data), distortion };
}

/** Σ (Sᵢₖ − Tⱼₗ)²·Pᵢⱼ·Pₖₗ = ⟨S²·a·1ᵀ + 1·(T²·b)ᵀ, P⟩ − 2·⟨S·P·T, P⟩ with entrywise squares. */
function distortionTerm(
  linalg: LinearAlgebra,
  s: DenseMatrix,
  t: DenseMatrix,
  { sourceWeights, targetWeights }: RegularizedProblem['weights'],
): QuadraticTerm {
  const ofRow = squaredSums(s, sourceWeights);
  const ofColumn = squaredSums(t, targetWeights);
  const seen = (plan: Matrix) => linalg.multiply(s, linalg.multiply(plan, t)).data;
  return {
    evaluate(plan, gradient): number {
      const product = seen(plan);
      let value = 0;
      const { data } = toDense(plan);
      for (let i = 0; i < plan.rows; i++) {
        for (let j = 0; j < plan.columns; j++) {
          const p = i * plan.columns + j;
          const apart = ofRow[i] + ofColumn[j];
          value += data[p] * (apart - 2 * product[p]);
          gradient[p] = apart - 4 * product[p];
        }
      }
      return Math.max(0, value);
    },
    curvature(plan) {
      const product = seen(lighter(plan));
      return (other) => -4 * planCost(other, product);
    },
  };
}

function scaledTerm(factor: number, term: QuadraticTerm): QuadraticTerm {
  return {
    evaluate(plan, gradient): number {
      const value = term.evaluate(plan, gradient);
      for (let p = 0; p < gradient.length; p++) gradient[p] *= factor;
      return factor * value;
    },
    curvature(plan) {
      const unscaled = term.curvature(plan);
      return (other) => factor * unscaled(other);
    },
  };
}

/** Σⱼ distanceᵢⱼ²·weightⱼ for each row. */
function squaredSums({ rows, data }: DenseMatrix, weights: Float64Array): Float64Array {
  const sums = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) sums[i] += data[i * rows + j] ** 2 * weights[j];
  }
  return sums;
}

/** The given plan, or a·bᵀ / Σ a. */
function startingPlan(
  given: DenseMatrix | undefined,
  { sourceWeights, targetWeights }: RegularizedProblem['weights'],
  who: string,
): DenseMatrix {
  const rows = sourceWeights.length;
  const columns = targetWeights.length;
  const total = sumOf(sourceWeights);
  const plan = given ?? denseMatrix(rows, columns);
  checkSize(plan, { rows, columns }, 'start', who);
  const left = [sourceWeights.slice(), targetWeights.slice()];
  for (let p = 0; p < plan.data.length; p++) {
    const i = Math.floor(p / columns);
    const j = p % columns;
    if (!given) plan.data[p] = (sourceWeights[i] * targetWeights[j]) / total;
    left[0][i] -= plan.data[p];
    left[1][j] -= plan.data[p];
  }
  const error = Math.max(...left.map(largestMagnitude));
  if (!(error <= 1e-9 * total) || plan.data.some((share) => share < 0)) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"start" must be a plan between the weights; its masses are negative or miss the weights by ${error}.`,
      details: { argument: 'start', reason: 'marginals', error },
    });
  }
  return plan;
}

/** A dense matrix with all its entries written out as sparse ones. */
function asSparse({ rows, columns, data }: DenseMatrix): SparseMatrix {
  return {
    format: 'csr',
    rows,
    columns,
    rowStarts: Int32Array.from({ length: rows + 1 }, (_, i) => i * columns),
    columnIndices: Int32Array.from(data, (_, p) => p % columns),
    values: data,
  };
}

function checkSymmetric(distances: DenseMatrix, argument: string, who: string): void {
  const { rows: n, data } = distances;
  checkNotEmpty(n, argument, who);
  checkSquare(distances, who, argument);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const difference = Math.abs(data[i * n + j] - data[j * n + i]);
      if (difference <= 1e-9 * Math.abs(data[i * n + j])) continue;
      throw new TransferError({
        code: 'INVALID_DATA',
        who,
        message: `"${argument}" must be finite and symmetric; row ${i}, column ${j} is ${data[i * n + j]}, row ${j}, column ${i} is ${data[j * n + i]}.`,
        details: { argument, reason: 'not-symmetric', row: i, column: j },
      });
    }
  }
}
