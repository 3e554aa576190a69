import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type MatrixInput,
  toDense,
  toMatrix,
  TransferError,
} from '@graft-ml/core';
import { type RandomSource, randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { canonicalRows } from './internal/canonical-rows.js';
import { addRow } from './internal/centred.js';
import { checkNotEmpty, checkSize, checkWhole } from './internal/check.js';
import { rowBlocks } from './internal/row-range.js';

export interface KMeansOptions {
  /** A whole number from 1 to the number of different rows with weight. */
  readonly nClusters: number;
  /** One per row, not negative; default all 1. */
  readonly weights?: ArrayLike<number>;
  /** First centres [nClusters, nFeatures]; left out, they are drawn by k-means++. */
  readonly start?: MatrixInput;
  /** How many draws to try, the best of which is kept; default 10, and 1 with `start`. */
  readonly nStarts?: number;
  /** Default 300. */
  readonly maxIterations?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly linearAlgebra?: LinearAlgebra;
}

export interface Clusters {
  /** [nClusters, nFeatures]. */
  readonly centres: DenseMatrix;
  /** The nearest centre of each row, the smaller number on a tie. */
  readonly labels: Int32Array;
  /** Σ wᵢ·‖xᵢ − its centre‖². */
  readonly inertia: number;
  readonly iterations: number;
  /** Whether the assignment stopped changing. */
  readonly converged: boolean;
}

/** Parts rows into clusters around their means (Lloyd's algorithm, k-means++ starts).
 *
 * Solves    min Σ wᵢ·‖xᵢ − m_c(i)‖² by turns: each row to its nearest centre, each centre to the weighted mean of its rows
 * Stops     when no row changes its centre, or after `maxIterations`. A centre that loses all rows moves to the row that is farthest from its own.
 * Random    draws depend on the seed and on what rows hold, not on their order
 * Errors    INVALID_OPTION for more clusters than different rows.
 * Paper     lloyd1982; arthur2007 for the starts.
 * Example   const { centres, labels } = kMeans(x, { nClusters: 3 });
 */
export function kMeans(x: MatrixInput, options: KMeansOptions): Clusters {
  const { nClusters, maxIterations = 300, seed = 0, start } = options;
  const { linearAlgebra = referenceLinearAlgebra } = options;
  const rows = toDense(toMatrix(x, 'kMeans', 'x'));
  const weights = Float64Array.from(options.weights ?? new Float64Array(rows.rows).fill(1));
  checkNotEmpty(weights, 'kMeans', 'x');
  checkSize(weights, rows.rows, 'kMeans', 'weights');
  const unlabelled = { task: { kind: 'regression' } as const, y: new Float64Array(rows.rows) };
  const different = canonicalRows({ ...unlabelled, x: rows, weights });
  checkWhole(nClusters, 1, different.x.rows, 'kMeans', 'nClusters');
  const nStarts = options.nStarts ?? (start ? 1 : 10);
  checkWhole(nStarts, 1, 1e6, 'kMeans', 'nStarts');
  const random = randomSource(seed);
  const tryOnce = (s: number): Lloyd => {
    const centres = start
      ? givenCentres(start, nClusters, rows.columns)
      : drawCentres(different, nClusters, random.stream(s));
    const attempt = new Lloyd(linearAlgebra, different, centres);
    attempt.iterate(maxIterations);
    return attempt;
  };
  let best = tryOnce(0);
  for (let s = 1; s < nStarts; s++) {
    const attempt = tryOnce(s);
    if (attempt.inertia < best.inertia) best = attempt;
  }
  const { centres, inertia, iterations, converged } = best;
  const labels = nearestCentres(linearAlgebra, rows, centres).labels;
  return { centres, labels, inertia, iterations, converged };
}

interface WeightedRows {
  readonly x: DenseMatrix;
  readonly weights: Float64Array;
}

/** One run from given centres. */
class Lloyd {
  readonly centres: DenseMatrix;
  inertia = Infinity;
  iterations = 0;
  converged = false;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #rows: WeightedRows;
  readonly #sums: Float64Array;
  readonly #totals: Float64Array;

  constructor(linearAlgebra: LinearAlgebra, rows: WeightedRows, centres: DenseMatrix) {
    this.#linearAlgebra = linearAlgebra;
    this.#rows = rows;
    this.centres = centres;
    this.#sums = new Float64Array(centres.data.length);
    this.#totals = new Float64Array(centres.rows);
  }

  iterate(maxIterations: number): void {
    const { x, weights } = this.#rows;
    let before: Int32Array | undefined;
    for (;;) {
      const { labels, squares } = nearestCentres(this.#linearAlgebra, x, this.centres);
      this.inertia = squares.reduce((sum, square, i) => sum + weights[i] * square, 0);
      this.converged = before?.every((label, i) => label === labels[i]) ?? false;
      if (this.converged || this.iterations >= maxIterations) return;
      this.#moveCentres(labels, squares);
      before = labels;
      this.iterations++;
    }
  }

  #moveCentres(labels: Int32Array, squares: Float64Array): void {
    const { x, weights } = this.#rows;
    const { rows: k, columns: d, data } = this.centres;
    const sums = this.#sums.fill(0);
    const totals = this.#totals.fill(0);
    for (let i = 0; i < x.rows; i++) {
      totals[labels[i]] += weights[i];
      addRow(sums, x, i, weights[i], labels[i] * d);
    }
    for (let c = 0; c < k; c++) {
      if (totals[c] > 0) {
        for (let j = 0; j < d; j++) data[c * d + j] = sums[c * d + j] / totals[c];
        continue;
      }
      const far = squares.reduce((best, square, i) => (square > squares[best] ? i : best), 0);
      data.set(x.data.subarray(far * d, (far + 1) * d), c * d);
      squares[far] = 0;
    }
  }
}

function nearestCentres(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  centres: DenseMatrix,
): { labels: Int32Array; squares: Float64Array } {
  const labels = new Int32Array(x.rows);
  const squares = new Float64Array(x.rows);
  let row = 0;
  for (const block of rowBlocks(x, 1024)) {
    const { data, columns } = linearAlgebra.squaredDistances(block, centres);
    for (let i = 0; i < block.rows; i++, row++) {
      const from = i * columns;
      let best = 0;
      for (let c = 1; c < columns; c++) if (data[from + c] < data[from + best]) best = c;
      labels[row] = best;
      squares[row] = data[from + best];
    }
  }
  return { labels, squares };
}

/** k-means++: each next centre is a row drawn with chance proportional to its weight times its squared distance to the centres so far. */
function drawCentres({ x, weights }: WeightedRows, k: number, random: RandomSource): DenseMatrix {
  const d = x.columns;
  const centres = denseMatrix(k, d);
  const chances = weights.slice();
  const squares = new Float64Array(x.rows).fill(Infinity);
  for (let c = 0; c < k; c++) {
    const row = random.categorical(chances);
    centres.data.set(x.data.subarray(row * d, (row + 1) * d), c * d);
    for (let i = 0; i < x.rows; i++) {
      let square = 0;
      for (let j = 0; j < d; j++) square += (x.data[i * d + j] - centres.data[c * d + j]) ** 2;
      squares[i] = Math.min(squares[i], square);
      chances[i] = weights[i] * squares[i];
    }
  }
  return centres;
}

function givenCentres(start: MatrixInput, nClusters: number, columns: number): DenseMatrix {
  const given = toDense(toMatrix(start, 'kMeans', 'start'));
  if (given.rows === nClusters && given.columns === columns) {
    return denseMatrix(nClusters, columns, given.data.slice());
  }
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who: 'kMeans',
    message: `"start" must be ${nClusters} × ${columns}; received ${given.rows} × ${given.columns}.`,
    details: { argument: 'start', expected: [nClusters, columns] },
  });
}
