import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';

/** A transport problem without zero weights, in which supplies and demands have the same sum. */
export interface TransportProblem {
  /** Cost of one unit from source `i` to target `j` [n, m]. */
  readonly cost: DenseMatrix;
  readonly supply: Float64Array;
  readonly demand: Float64Array;
  readonly maxIterations: number;
}

/** The basis a network simplex ended with: n + m − 1 arcs that form a tree. */
export interface TransportBasis {
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  readonly flows: Float64Array;
  readonly sourcePotentials: Float64Array;
  readonly targetPotentials: Float64Array;
  readonly iterations: number;
  /** False when `maxIterations` came first; flows are then feasible but not the cheapest. */
  readonly optimal: boolean;
}

/** What an entropic problem keeps of the weights: both exactly, both up to a penalty, or at most as much. */
export type MarginalRule =
  | { readonly type: 'exact' }
  | { readonly type: 'penalty'; readonly strength: number }
  | { readonly type: 'at-most'; readonly mass: number };

/** An entropic transport problem without zero weights. */
export interface ScalingProblem {
  readonly cost: DenseMatrix;
  readonly supply: Float64Array;
  readonly demand: Float64Array;
  readonly rule: MarginalRule;
  readonly regularization: number;
  readonly maxIterations: number;
  readonly tolerance: number;
}

/** Dual potentials of `plan = supply · demandᵀ · exp((f + g − cost) / regularization)`. */
export interface ScalingSolution {
  readonly plan: DenseMatrix;
  /** `Σ planᵢⱼ · costᵢⱼ`. */
  readonly cost: number;
  readonly sourcePotentials: Float64Array;
  readonly targetPotentials: Float64Array;
  readonly iterations: number;
  /** What is left of the stopping criterion. */
  readonly residual: number;
}

/** Solvers an engine may bring along; what it lacks is done in TypeScript. */
export interface TransportEngine {
  solveTransport(problem: TransportProblem): TransportBasis;
  solveScaling(problem: ScalingProblem): ScalingSolution;
}

/** Any engine for linear algebra, used for transport as far as it can. */
export type MaybeTransportEngine = LinearAlgebra & Partial<TransportEngine>;
