import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  TransferError,
} from '@graft-ml/core';

/** Rows with a weight each; absent means all 1. */
interface WeightedRows {
  readonly x: Matrix;
  readonly weights?: Float64Array | undefined;
}

export interface FeatureScores {
  /** One per feature, not negative, of Euclidean length 1; all 0 where nothing differs. */
  readonly scores: Float64Array;
  /** MMD² of the kernel with those weights. */
  readonly discrepancy: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** δⱼ² for δ = mean(source) − mean(target), 0 where δ is rounding. */
export function squaredMeanGaps(source: WeightedRows, target: WeightedRows): Float64Array {
  const [a, b] = [columnSums(source), columnSums(target)];
  const rows = source.x.rows + target.x.rows;
  const noise = rows * Number.EPSILON;
  return a.first.map((value, j) => {
    const gap = value / a.total - b.first[j] / b.total;
    const size = Math.sqrt((a.squares[j] + b.squares[j]) / rows);
    return Math.abs(gap) <= noise * size ? 0 : gap * gap;
  });
}

/** Q_ij = (E_s[xᵢxⱼ] − E_t[xᵢxⱼ])², 0 where the difference is rounding. */
export function squaredMomentGaps(
  linearAlgebra: LinearAlgebra,
  source: WeightedRows,
  target: WeightedRows,
): DenseMatrix {
  const a = secondMoments(linearAlgebra, source);
  const b = secondMoments(linearAlgebra, target);
  const [s, t] = [columnSums(source), columnSums(target)];
  const rows = source.x.rows + target.x.rows;
  const sizes = s.squares.map((square, j) => Math.sqrt((square + t.squares[j]) / rows));
  const noise = rows * Number.EPSILON;
  const n = a.columns;
  const squares = denseMatrix(n, n);
  for (let i = 0, p = 0; i < n; i++) {
    for (let j = 0; j < n; j++, p++) {
      const gap = a.data[p] - b.data[p];
      squares.data[p] = Math.abs(gap) <= noise * sizes[i] * sizes[j] ? 0 : gap * gap;
    }
  }
  return squares;
}

/** argmax of Σⱼ wⱼ·q_j over w ≥ 0, ‖w‖ ≤ 1: q / ‖q‖. */
export function linearScores(gaps: Float64Array): FeatureScores {
  const { unit, length } = normalized(gaps);
  return { scores: unit, discrepancy: length, iterations: 1, converged: true };
}

/** argmax of wᵀQw + 2qᵀw over w ≥ 0, ‖w‖ ≤ 1 by w ← (Qw + q)/‖Qw + q‖, which climbs because the objective is convex and Q, q ≥ 0. */
export function quadraticScores(
  q: Float64Array,
  squares: DenseMatrix,
  maxIterations: number,
): FeatureScores {
  const n = q.length;
  let scores: Float64Array = new Float64Array(n).fill(1 / Math.sqrt(n));
  const image = (w: Float64Array) => {
    const moved = new Float64Array(n);
    for (let i = 0, p = 0; i < n; i++) {
      let sum = q[i];
      for (let j = 0; j < n; j++, p++) sum += squares.data[p] * w[j];
      moved[i] = sum;
    }
    return moved;
  };
  let iterations = 0;
  let change = Infinity;
  while (change > 1e-13 && iterations < maxIterations) {
    const { unit } = normalized(image(scores));
    change = 0;
    for (let j = 0; j < n; j++) change = Math.max(change, Math.abs(unit[j] - scores[j]));
    scores = unit;
    iterations++;
  }
  const final = image(scores);
  const discrepancy = scores.reduce((sum, w, j) => sum + w * (final[j] + q[j]), 0);
  return { scores, discrepancy, iterations, converged: change <= 1e-13 };
}

function secondMoments(linearAlgebra: LinearAlgebra, { x, weights }: WeightedRows): DenseMatrix {
  let total = x.rows;
  let rows = x;
  if (weights) {
    total = weights.reduce((sum, weight) => sum + weight, 0);
    rows = scaledRows(x, weights);
  }
  const { columns, data } = linearAlgebra.crossProduct(rows);
  return denseMatrix(
    columns,
    columns,
    data.map((value) => value / total),
  );
}

/** Rows times the roots of their weights. */
function scaledRows(x: Matrix, weights: Float64Array): Matrix {
  const values = (x.format === 'dense' ? x.data : x.values).slice();
  for (let i = 0; i < x.rows; i++) {
    const root = Math.sqrt(weights[i]);
    const from = x.format === 'dense' ? i * x.columns : x.rowStarts[i];
    const to = x.format === 'dense' ? from + x.columns : x.rowStarts[i + 1];
    for (let p = from; p < to; p++) values[p] *= root;
  }
  return x.format === 'dense' ? { ...x, data: values } : { ...x, values };
}

/** Σ w, and of every feature Σ w·x and Σ x². */
function columnSums({ x, weights }: WeightedRows) {
  const first = new Float64Array(x.columns);
  const squares = new Float64Array(x.columns);
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : x.rows;
  if (x.format === 'csr') {
    for (let i = 0; i < x.rows; i++) {
      const weight = weights ? weights[i] : 1;
      for (let p = x.rowStarts[i]; p < x.rowStarts[i + 1]; p++) {
        first[x.columnIndices[p]] += weight * x.values[p];
        squares[x.columnIndices[p]] += x.values[p] * x.values[p];
      }
    }
    return { total, first, squares };
  }
  for (let i = 0, p = 0; i < x.rows; i++) {
    const weight = weights ? weights[i] : 1;
    for (let j = 0; j < x.columns; j++, p++) {
      const value = x.data[p];
      first[j] += weight * value;
      squares[j] += value * value;
    }
  }
  return { total, first, squares };
}

/** A vector over its length, zeros for zeros. Errors: `NUMERICAL` where it is not finite. */
function normalized(q: Float64Array): { readonly unit: Float64Array; readonly length: number } {
  const largest = q.reduce((most, value) => Math.max(most, value), 0);
  if (!Number.isFinite(largest)) {
    throw new TransferError({
      code: 'NUMERICAL',
      who: 'MmdFeatureSelection',
      message: 'features are so large that their squares are not finite. Scale them first.',
      details: { operation: 'squares' },
    });
  }
  if (largest === 0) return { unit: new Float64Array(q.length), length: 0 };
  let squares = 0;
  for (let j = 0; j < q.length; j++) squares += (q[j] / largest) * (q[j] / largest);
  const length = largest * Math.sqrt(squares);
  return { unit: q.map((value) => value / largest / Math.sqrt(squares)), length };
}
