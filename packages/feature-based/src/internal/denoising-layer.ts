import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  toDense,
} from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { bestFeatures } from './occurrences.js';
import { selectColumns } from './select-columns.js';

/** Which features a layer reconstructs, and from which blocks of features it does so in turn. */
export interface BlockPlan {
  /** Ascending. */
  readonly reconstructed: Int32Array;
  /** Together all features, each once, ascending in every block. */
  readonly blocks: readonly Int32Array[];
}

/** The `count` features of largest `frequency`, and ⌈d / count⌉ random blocks of nearly one size. */
export function planBlocks(frequency: Float64Array, count: number, seed: number): BlockPlan {
  const d = frequency.length;
  const all = Array.from({ length: d }, (_, j) => j);
  const order = randomSource(seed).stream('blocks').permutation(d);
  const nBlocks = Math.ceil(d / count);
  const blocks = Array.from({ length: nBlocks }, (_, b) =>
    order.slice(Math.floor((b * d) / nBlocks), Math.floor(((b + 1) * d) / nBlocks)).sort(),
  );
  return { reconstructed: bestFeatures(all, (j) => frequency[j], count), blocks };
}

/** Chance of blanking p and ridge ρ. */
export interface Noise {
  readonly corruption: number;
  readonly regularization: number;
}

/** Sums over rows from which a layer's weights follow: per block S = Σ [x; 1]·[x; 1]ᵀ, and Σ [x; 1]·xᵣᵀ with what is reconstructed.
 *
 * Rows are added in as many parts as they come; without a plan there is one block of all features, and all are reconstructed.
 */
export class ExpectedScatters {
  readonly #linearAlgebra: LinearAlgebra;
  readonly #plan: BlockPlan | undefined;
  readonly #scatters: DenseMatrix[] = [];
  readonly #products: DenseMatrix[] = [];
  #columns = 0;

  constructor(linearAlgebra: LinearAlgebra, plan: BlockPlan | undefined) {
    this.#linearAlgebra = linearAlgebra;
    this.#plan = plan;
  }

  add(x: Matrix): void {
    this.#columns = x.columns;
    const plan = this.#plan;
    const goal = plan && toDense(selectColumns(x, plan.reconstructed));
    for (const [b, block] of (plan?.blocks ?? [undefined]).entries()) {
      const part = block ? selectColumns(x, block) : x;
      addTo(this.#scatters, b, scatterWithConstant(this.#linearAlgebra, part));
      if (goal) addTo(this.#products, b, productsWithConstant(this.#linearAlgebra, part, goal));
    }
  }

  /** Wᵀ = (Q + ρI)⁻¹·Pᵀ [columns + 1, reconstructed]; of several blocks the mean, each at its own rows. */
  solve(noise: Noise): DenseMatrix {
    const plan = this.#plan;
    if (!plan) {
      const [scatter] = this.#scatters;
      return solveBlock(this.#linearAlgebra, scatter, leadingPart(scatter), noise);
    }
    const r = plan.reconstructed.length;
    const mean = denseMatrix(this.#columns + 1, r);
    const share = 1 / plan.blocks.length;
    for (const [b, block] of plan.blocks.entries()) {
      const { data } = solveBlock(this.#linearAlgebra, this.#scatters[b], this.#products[b], noise);
      for (let i = 0; i <= block.length; i++) {
        const to = (i < block.length ? block[i] : this.#columns) * r;
        for (let k = 0; k < r; k++) mean.data[to + k] += share * data[i * r + k];
      }
    }
    return mean;
  }
}

/** (Q + ρI)⁻¹·Pᵀ from S = `scatter` and Σ [x; 1]·xᵣᵀ = `products`. */
function solveBlock(
  linearAlgebra: LinearAlgebra,
  { columns: n, data: s }: DenseMatrix,
  products: DenseMatrix,
  { corruption, regularization }: Noise,
): DenseMatrix {
  const d = n - 1;
  const r = products.columns;
  const kept = (i: number) => (i < d ? 1 - corruption : 1);
  const q = denseMatrix(n, n);
  const p = denseMatrix(n, r);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      q.data[i * n + j] = s[i * n + j] * kept(i) * (i === j ? 1 : kept(j));
    }
    if (i < d) q.data[i * n + i] += regularization;
    for (let k = 0; k < r; k++) p.data[i * r + k] = products.data[i * r + k] * kept(i);
  }
  return linearAlgebra.solvePositiveDefinite(q, p);
}

/** S = Σ [x; 1]·[x; 1]ᵀ [columns + 1, columns + 1]; sparse rows stay sparse. */
function scatterWithConstant(linearAlgebra: LinearAlgebra, x: Matrix): DenseMatrix {
  const d = x.columns;
  const products = linearAlgebra.crossProduct(x);
  const sums = columnSums(linearAlgebra, x);
  const scatter = denseMatrix(d + 1, d + 1);
  for (let i = 0; i < d; i++) {
    scatter.data.set(products.data.subarray(i * d, (i + 1) * d), i * (d + 1));
    scatter.data[i * (d + 1) + d] = scatter.data[d * (d + 1) + i] = sums[i];
  }
  scatter.data[d * (d + 1) + d] = x.rows;
  return scatter;
}

/** Σ [x; 1]·goalᵀ [columns + 1, goal.columns]. */
function productsWithConstant(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  goal: DenseMatrix,
): DenseMatrix {
  const products = linearAlgebra.multiply(x, goal, { transposeA: true });
  const all = denseMatrix(x.columns + 1, goal.columns);
  all.data.set(products.data);
  all.data.set(columnSums(linearAlgebra, goal), products.data.length);
  return all;
}

function columnSums(linearAlgebra: LinearAlgebra, x: Matrix): Float64Array {
  const ones = denseMatrix(x.rows, 1, new Float64Array(x.rows).fill(1));
  return linearAlgebra.multiply(x, ones, { transposeA: true }).data;
}

/** All columns of S but the last, that of the constant. */
function leadingPart({ rows, columns, data }: DenseMatrix): DenseMatrix {
  const part = denseMatrix(rows, columns - 1);
  for (let i = 0; i < rows; i++) {
    part.data.set(data.subarray(i * columns, (i + 1) * columns - 1), i * (columns - 1));
  }
  return part;
}

function addTo(sums: DenseMatrix[], at: number, part: DenseMatrix): void {
  const sum = sums[at];
  if (!sum) {
    sums[at] = part;
    return;
  }
  for (let p = 0; p < part.data.length; p++) sum.data[p] += part.data[p];
}
