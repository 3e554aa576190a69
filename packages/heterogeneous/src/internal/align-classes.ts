import { denseMatrix, type DenseMatrix, type Eigen, type LinearAlgebra } from '@graft-ml/core';
import { graphLaplacian, medianHeuristicGamma, neighbourGraph } from '@graft-ml/numerics';
import { classPairs, type LabelledView } from './class-pairs.js';

export interface AlignmentProblem {
  readonly views: readonly LabelledView[];
  readonly nClasses: number;
  /** μ in [0, ∞). */
  readonly neighbourhoodWeight: number;
  readonly neighbours: number;
  readonly gamma: number | 'median';
  /** r as a share of the mean of diag(Z·Ld·Z'). */
  readonly regularization: number;
  readonly count: number;
}

export interface Alignment {
  /** Eigenvalues, ascending, and vectors f with f'(Z·Ld·Z' + r·I)f = 1 [features of all views, count]. */
  readonly eigen: Eigen;
  /** Pairs of labelled rows of different class. */
  readonly nDifferent: number;
}

/** Solves Z·(μ·L + Ls)·Z'·f = w·(Z·Ld·Z' + r·I)·f for the smallest w; symbols as at ManifoldAlignment. At least two classes must have rows. */
export function alignClasses(linearAlgebra: LinearAlgebra, problem: AlignmentProblem): Alignment {
  const { views, nClasses, regularization, count } = problem;
  const { same, different, nDifferent } = classPairs(linearAlgebra, views, nClasses);
  let offset = 0;
  for (const { rows } of views) {
    addBlock(same, neighbourhood(linearAlgebra, rows, problem), offset);
    offset += rows.columns;
  }
  const ridge = regularization * meanDiagonal(different);
  for (let p = 0; p < different.data.length; p += offset + 1) different.data[p] += ridge;
  const options = { count, which: 'smallest' } as const;
  return { eigen: linearAlgebra.eigenGeneralized(same, different, options), nDifferent };
}

/** μ·x'·L·x of the neighbour graph of the rows; zeros where there are no neighbours. */
function neighbourhood(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  { gamma, neighbours, neighbourhoodWeight }: AlignmentProblem,
): DenseMatrix {
  if (x.rows < 2 || neighbourhoodWeight === 0) return denseMatrix(x.columns, x.columns);
  const graph = neighbourGraph(linearAlgebra, x, {
    nNeighbours: Math.min(neighbours, x.rows - 1),
    weights: 'heat',
    gamma: gamma === 'median' ? medianHeuristicGamma(linearAlgebra, x) : gamma,
  });
  const smoothed = linearAlgebra.multiply(graphLaplacian(graph), x);
  const product = linearAlgebra.multiply(x, smoothed, { transposeA: true });
  for (let p = 0; p < product.data.length; p++) product.data[p] *= neighbourhoodWeight;
  return product;
}

function addBlock(sum: DenseMatrix, block: DenseMatrix, offset: number): void {
  for (let i = 0; i < block.rows; i++) {
    const from = (offset + i) * sum.columns + offset;
    for (let j = 0; j < block.columns; j++) sum.data[from + j] += block.data[i * block.columns + j];
  }
}

function meanDiagonal({ rows, data }: DenseMatrix): number {
  let sum = 0;
  for (let j = 0; j < rows; j++) sum += data[j * (rows + 1)];
  return sum / rows;
}
