import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  toDense,
} from '@graft-ml/core';
import { presence } from './occurrences.js';
import { leadingColumns } from './representation.js';
import { selectColumns } from './select-columns.js';

/** M_ij = number of rows in which features `first[i]` and `second[j]` both occur [first, second]. */
export function coOccurrence(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  first: Int32Array,
  second: Int32Array,
): DenseMatrix {
  const left = presence(selectColumns(x, first));
  const right = toDense(presence(selectColumns(x, second)));
  return linearAlgebra.multiply(left, right, { transposeA: true });
}

/** The leading left singular vectors of D₁^(−1/2)·M·D₂^(−1/2): the rows' part of the leading eigenvectors of the bipartite graph with edges M ≥ 0. */
export function spectralAlignment(
  linearAlgebra: LinearAlgebra,
  { rows, columns, data }: DenseMatrix,
  count: number,
): { readonly vectors: DenseMatrix; readonly singularValues: Float64Array } {
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) {
      rowSums[i] += data[p];
      columnSums[j] += data[p];
    }
  }
  const graph = denseMatrix(rows, columns);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) {
      if (data[p] !== 0) graph.data[p] = data[p] / Math.sqrt(rowSums[i] * columnSums[j]);
    }
  }
  const { u, s } = linearAlgebra.svd(graph, { count: Math.min(count, rows, columns) });
  let rank = 0;
  while (rank < s.length && s[rank] > Math.max(rows, columns) * Number.EPSILON) rank++;
  return { vectors: leadingColumns(u, rank), singularValues: s.slice(0, rank) };
}
