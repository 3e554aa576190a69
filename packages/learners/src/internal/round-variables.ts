import type { DenseMatrix, LinearAlgebra, Matrix } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { centred, varianceRow } from './centred.js';
import { keepsDigits, shiftedGram } from './shifted-gram.js';

/** Variables v of a convex function of coefficients β in which its curvature is about 1: β = units ∘ L⁻ᵀ·v. */
export interface RoundVariables {
  /** [nFeatures]; what is left without `factor` makes the curvature about 1 along each axis only. */
  readonly units: Float64Array;
  /** Lower-triangular L [nFeatures, nFeatures]; left out, L is the identity. */
  readonly factor?: DenseMatrix;
}

/** What the curvature is made of: `curvature`·Σ w·(x − mean)·(x − mean)ᵀ / `total` + `pull`·I. */
export interface CurvatureParts {
  readonly x: Matrix;
  readonly weights: Float64Array | undefined;
  readonly mean: Float64Array;
  /** Σ w. */
  readonly total: number;
  /** Of the loss by a score. */
  readonly curvature: number;
  readonly pull: number;
}

// Above this many columns the factor may cost more than the iterations it saves; without an engine products are slow.
const mostColumns = 256;
const mostColumnsAlone = 64;
// Beside a diagonal of 1: keeps directions that the rows hardly span from blowing up rounding errors.
const guard = 1e-8;
// Least spread of a column, as a share of its mean square, at which rows that are not centred leave enough digits.
const leastSpread = 1e-5;

/** Variables in which axes have curvature 1; with few columns all directions, so that related columns do no harm. */
export function roundVariables(parts: CurvatureParts, given?: LinearAlgebra): RoundVariables {
  const { x, weights, mean, total, curvature, pull } = parts;
  const engine = given ?? referenceLinearAlgebra;
  const most = Math.min(x.rows, given ? mostColumns : mostColumnsAlone);
  const gram = x.columns > 1 && x.columns <= most ? gramOf(parts, engine) : undefined;
  if (!gram) {
    const units = varianceRow(x, mean, weights).map((v) => unit(curvature * v + pull));
    return { units };
  }
  const d = gram.columns;
  for (let p = 0; p < gram.data.length; p++) gram.data[p] *= curvature / total;
  const units = new Float64Array(d);
  for (let j = 0; j < d; j++) units[j] = unit(gram.data[j * (d + 1)] + pull);
  for (let i = 0, p = 0; i < d; i++) {
    for (let j = 0; j < d; j++, p++) gram.data[p] *= units[i] * units[j];
    gram.data[i * (d + 1)] = 1 + guard;
  }
  return { units, factor: engine.cholesky(gram) };
}

/** Σ w·(x − mean)·(x − mean)ᵀ, or undefined where it overflows or sparse rows leave too few digits. */
function gramOf(
  { x, weights, mean, total }: CurvatureParts,
  engine: LinearAlgebra,
): DenseMatrix | undefined {
  const gram = shiftedGram(engine, x, mean, weights);
  if (keepsDigits(gram, mean, total, leastSpread) && gram.data.every(Number.isFinite)) return gram;
  if (x.format !== 'dense') return undefined;
  const exact = engine.crossProduct(centred(x, mean, weights));
  return exact.data.every(Number.isFinite) ? exact : undefined;
}

/** Writes the coefficients that the d variables from `v[from]` on stand for to `out`, from position `at` on. */
export function placeCoefficients(
  { units, factor }: RoundVariables,
  v: Float64Array,
  from: number,
  out: Float64Array,
  at: number,
): void {
  const d = units.length;
  for (let j = 0; j < d; j++) out[at + j] = v[from + j];
  if (factor) {
    const { data } = factor;
    for (let i = d - 1; i >= 0; i--) {
      const value = out[at + i] / data[i * (d + 1)];
      out[at + i] = value;
      for (let j = 0, p = i * d; j < i; j++, p++) out[at + j] -= data[p] * value;
    }
  }
  for (let j = 0; j < d; j++) out[at + j] *= units[j];
}

/** Turns a gradient by coefficients, the d entries from `at` on, into the gradient by variables, in place. */
export function turnGradient(
  { units, factor }: RoundVariables,
  gradient: Float64Array,
  at: number,
): void {
  const d = units.length;
  for (let j = 0; j < d; j++) gradient[at + j] *= units[j];
  if (!factor) return;
  const { data } = factor;
  for (let i = 0; i < d; i++) {
    let value = gradient[at + i];
    for (let j = 0, p = i * d; j < i; j++, p++) value -= data[p] * gradient[at + j];
    gradient[at + i] = value / data[i * (d + 1)];
  }
}

function unit(curvature: number): number {
  return curvature > 0 ? 1 / Math.sqrt(curvature) : 1;
}
