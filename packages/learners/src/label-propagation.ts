import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { rowsToShares } from './internal/class-choice.js';
import { checkSize } from './internal/check.js';

/** Rows of a similarity graph whose class is known. */
export interface KnownLabels {
  /** Row numbers of the graph. */
  readonly rows: ArrayLike<number>;
  /** Class index of each. */
  readonly classes: ArrayLike<number>;
  readonly nClasses: number;
}

export interface HarmonicOptions {
  /** Whether class masses are scaled to the class shares of the known rows, so that no class floods the graph. Default false. */
  readonly classMass?: boolean;
  readonly linearAlgebra?: LinearAlgebra;
}

/** Class shares of the rows that are not known, each the mean of its neighbours' by similarity.
 *
 * Solves    L_uu·F = W_uk·Y,  L = D − W;  with `classMass`  F_ic·q_c / Σᵢ F_ic, rows then divided by their sums, q the class shares of known rows
 * Shapes    similarity W [n, n] symmetric with a zero diagonal → [n − known, nClasses], the unknown rows in order
 * Assumes   rows that are alike are of one class, and every row hangs together with a known one.
 * Errors    NUMERICAL where a part of the graph has no known row.
 * Paper     zhu2003
 */
export function harmonicLabels(
  similarity: DenseMatrix,
  known: KnownLabels,
  { classMass = false, linearAlgebra = referenceLinearAlgebra }: HarmonicOptions = {},
): DenseMatrix {
  checkSize(known.classes, known.rows.length, 'harmonicLabels', 'classes');
  const n = similarity.rows;
  const classOf = new Map(Array.from(known.rows, (row, k) => [row, known.classes[k]]));
  const unknown = Array.from({ length: n }, (_, i) => i).filter((i) => !classOf.has(i));
  const laplacian = denseMatrix(unknown.length, unknown.length);
  const pull = denseMatrix(unknown.length, known.nClasses);
  unknown.forEach((i, a) => {
    let degree = 0;
    for (let j = 0; j < n; j++) {
      const weight = similarity.data[i * n + j];
      degree += weight;
      const c = classOf.get(j);
      if (c !== undefined) pull.data[a * known.nClasses + c] += weight;
    }
    unknown.forEach((j, b) => {
      laplacian.data[a * unknown.length + b] = (a === b ? degree : 0) - similarity.data[i * n + j];
    });
  });
  const shares = linearAlgebra.solvePositiveDefinite(laplacian, pull);
  return classMass ? scaleClassMass(shares, known) : shares;
}

export interface SpreadingOptions {
  /** How much of a row's labels comes from its neighbours, in (0, 1), default 0.8; the rest is what was known of it. */
  readonly alpha?: number;
  readonly linearAlgebra?: LinearAlgebra;
}

/** Class scores of all rows, spread over the graph and held back by what is known.
 *
 * Solves    F = (I − α·S)⁻¹·Y,  S = D^(−½)·W·D^(−½)
 * Shapes    similarity W [n, n] symmetric with a zero diagonal → scores [n, nClasses]; the largest of a row is its class
 * Paper     zhou2004, without the factor 1 − α
 */
export function spreadLabels(
  similarity: DenseMatrix,
  known: KnownLabels,
  { alpha = 0.8, linearAlgebra = referenceLinearAlgebra }: SpreadingOptions = {},
): DenseMatrix {
  checkSize(known.classes, known.rows.length, 'spreadLabels', 'classes');
  const n = similarity.rows;
  const roots = new Float64Array(n);
  for (let p = 0; p < similarity.data.length; p++) roots[Math.floor(p / n)] += similarity.data[p];
  for (let i = 0; i < n; i++) roots[i] = roots[i] > 0 ? 1 / Math.sqrt(roots[i]) : 0;
  const system = denseMatrix(n, n);
  for (let i = 0, p = 0; i < n; i++) {
    for (let j = 0; j < n; j++, p++) {
      system.data[p] = (i === j ? 1 : 0) - alpha * roots[i] * roots[j] * similarity.data[p];
    }
  }
  const labels = denseMatrix(n, known.nClasses);
  for (let k = 0; k < known.rows.length; k++) {
    labels.data[known.rows[k] * known.nClasses + known.classes[k]] = 1;
  }
  return linearAlgebra.solvePositiveDefinite(system, labels);
}

function scaleClassMass(shares: DenseMatrix, known: KnownLabels): DenseMatrix {
  const { nClasses, classes } = known;
  const wanted = new Float64Array(nClasses);
  const found = new Float64Array(nClasses);
  for (let k = 0; k < classes.length; k++) wanted[classes[k]]++;
  for (let p = 0; p < shares.data.length; p++) found[p % nClasses] += shares.data[p];
  for (let p = 0; p < shares.data.length; p++) {
    const c = p % nClasses;
    if (found[c] > 0) shares.data[p] *= wanted[c] / found[c];
  }
  return rowsToShares(shares);
}
