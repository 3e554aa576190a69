import { denseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { projectOnSimplex } from './simplex-projection.js';
import { singularValueThreshold } from './singular-value-threshold.js';

/** Replaces `x` in place by argmin_z ½‖z − x‖² + step·g(z) for the penalty or constraint g it
 * stands for. */
export type ProximalOperator = (x: Float64Array, step: number) => void;

/** g(x) = weight · Σ |xᵢ|: every entry moves towards 0 by step · weight and stops there. */
export function l1Proximal(weight: number): ProximalOperator {
  return (x, step) => {
    const threshold = step * weight;
    for (let i = 0; i < x.length; i++) x[i] = softThreshold(x[i], threshold);
  };
}

/** g(x) = weight·(ratio·Σ|xᵢ| + (1 − ratio)/2·Σxᵢ²), the elastic net. */
export function elasticNetProximal(weight: number, ratio: number): ProximalOperator {
  return (x, step) => {
    const threshold = step * weight * ratio;
    const shrinkage = 1 + step * weight * (1 - ratio);
    for (let i = 0; i < x.length; i++) x[i] = softThreshold(x[i], threshold) / shrinkage;
  };
}

/** g(x) = weight · Σ over groups of `groupSize` neighbours of their Euclidean norm: for the rows of
 * a matrix [·, groupSize], the norm ‖X‖₂,₁ that keeps or drops whole rows. */
export function groupProximal(weight: number, groupSize: number): ProximalOperator {
  return (x, step) => {
    for (let start = 0; start < x.length; start += groupSize) {
      const end = Math.min(start + groupSize, x.length);
      let squares = 0;
      for (let i = start; i < end; i++) squares += x[i] * x[i];
      const length = Math.sqrt(squares);
      const factor = length > step * weight ? 1 - (step * weight) / length : 0;
      for (let i = start; i < end; i++) x[i] *= factor;
    }
  };
}

/** g(X) = weight · sum of the singular values of X [rows, columns]; `x` holds X row by row. */
export function nuclearProximal(
  linalg: LinearAlgebra,
  weight: number,
  rows: number,
  columns: number,
): ProximalOperator {
  return (x, step) => {
    const matrix = denseMatrix(rows, columns, x);
    x.set(singularValueThreshold(linalg, matrix, step * weight).x.data);
  };
}

/** Keeps every entry between `lower` and `upper`; −∞ and ∞ leave a side open. */
export function boxProximal(lower: number, upper: number): ProximalOperator {
  return (x) => {
    for (let i = 0; i < x.length; i++) x[i] = Math.min(upper, Math.max(lower, x[i]));
  };
}

/** Keeps x ≥ 0 with Σ x = total. */
export function simplexProximal(total = 1): ProximalOperator {
  return (x) => {
    x.set(projectOnSimplex(x, total));
  };
}

function softThreshold(value: number, threshold: number): number {
  if (value > threshold) return value - threshold;
  return value < -threshold ? value + threshold : 0;
}
