import type { LinearAlgebra, Matrix, SparseMatrix } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { nearestNeighbours } from './nearest-neighbours.js';

export interface NeighbourGraphOptions {
  /** Neighbours of each row, without itself. */
  readonly nNeighbours: number;
  /** Weight of an edge: `'binary'` (default) 1, `'heat'` exp(−gamma·‖x − y‖²). */
  readonly weights?: 'binary' | 'heat';
  /** Width of the heat weights, above 0. */
  readonly gamma?: number;
  /** `'union'` (default): an edge where either row is among the other's neighbours; `'mutual'`:
   * where both are. */
  readonly symmetrise?: 'union' | 'mutual';
}

/** Symmetric k-nearest-neighbour graph of the rows of `x` as a sparse matrix of edge weights [n, n]
 * with a zero diagonal. */
export function neighbourGraph(
  linalg: LinearAlgebra,
  x: Matrix,
  { nNeighbours, weights = 'binary', gamma, symmetrise = 'union' }: NeighbourGraphOptions,
): SparseMatrix {
  const width = gamma ?? Number.NaN;
  if (weights === 'heat') checkOption('neighbourGraph', 'gamma', width, 'number', { above: 0 });
  const n = x.rows;
  const { indices, squaredDistances } = nearestNeighbours(linalg, nNeighbours, x);
  const weightOf = (distance: number): number =>
    weights === 'heat' ? Math.exp(-width * distance) : 1;
  const edges = Array.from({ length: n }, () => new Map<number, number>());
  const directed = edges.map(() => new Set<number>());
  for (let p = 0; p < indices.length; p++) directed[Math.floor(p / nNeighbours)].add(indices[p]);
  for (let p = 0; p < indices.length; p++) {
    const i = Math.floor(p / nNeighbours);
    const j = indices[p];
    if (symmetrise === 'mutual' && !directed[j].has(i)) continue;
    const weight = weightOf(squaredDistances[p]);
    edges[i].set(j, weight);
    edges[j].set(i, weight);
  }
  return fromRowMaps(edges, n);
}

export interface LaplacianOptions {
  /** `'none'` (default) D − W, `'symmetric'` I − D^−½·W·D^−½, `'random-walk'` I − D⁻¹·W, with D the
   * sums of the rows of W. */
  readonly normalisation?: 'none' | 'symmetric' | 'random-walk';
}

/** Laplacian of a graph given by its symmetric edge weights W ≥ 0 [n, n] with a zero diagonal. A
 * node without edges has a row of zeros in every normalisation. */
export function graphLaplacian(
  graph: SparseMatrix,
  { normalisation = 'none' }: LaplacianOptions = {},
): SparseMatrix {
  const n = graph.rows;
  const degrees = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let p = graph.rowStarts[i]; p < graph.rowStarts[i + 1]; p++) degrees[i] += graph.values[p];
  }
  const factor = (i: number, j: number): number => {
    if (normalisation === 'none') return 1;
    return normalisation === 'symmetric' ? 1 / Math.sqrt(degrees[i] * degrees[j]) : 1 / degrees[i];
  };
  const rows = Array.from({ length: n }, (_, i) => {
    const row = new Map<number, number>();
    for (let p = graph.rowStarts[i]; p < graph.rowStarts[i + 1]; p++) {
      const j = graph.columnIndices[p];
      if (graph.values[p] !== 0) row.set(j, -graph.values[p] * factor(i, j));
    }
    if (degrees[i] > 0) row.set(i, normalisation === 'none' ? degrees[i] : 1);
    return row;
  });
  return fromRowMaps(rows, n);
}

function fromRowMaps(rows: readonly ReadonlyMap<number, number>[], columns: number): SparseMatrix {
  const rowStarts = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    rowStarts[i + 1] = rowStarts[i] + row.size;
  });
  const columnIndices = new Int32Array(rowStarts[rows.length]);
  const values = new Float64Array(rowStarts[rows.length]);
  rows.forEach((row, i) => {
    const sorted = columnIndices.subarray(rowStarts[i], rowStarts[i + 1]);
    sorted.set([...row.keys()]);
    sorted.sort();
    sorted.forEach((j, k) => {
      values[rowStarts[i] + k] = row.get(j)!;
    });
  });
  return { format: 'csr', rows: rows.length, columns, rowStarts, columnIndices, values };
}
