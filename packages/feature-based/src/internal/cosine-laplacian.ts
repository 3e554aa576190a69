import { type LinearAlgebra, type Matrix, type SparseMatrix, toDense } from '@graft-ml/core';
import { graphLaplacian, neighbourGraph } from '@graft-ml/numerics';
import { unitRows } from './unit-rows.js';

/** Laplacian L = I − D^−½·W·D^−½ of the graph that joins each row with the `nNeighbours` rows most like it by angle, or with
 * all where there are fewer: W_ij = max(0, cos(xᵢ, xⱼ)) where either row is among the other's. A row like no other has no
 * edge and a row of zeros in L.
 */
export function cosineLaplacian(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  nNeighbours: number,
): SparseMatrix {
  const { rows, columns, data } = unitRows(toDense(x));
  // Between rows of unit length ‖x − y‖² = 2 − 2·cos.
  const graph = neighbourGraph(
    linearAlgebra,
    { format: 'dense', rows, columns, data },
    { nNeighbours: Math.min(nNeighbours, rows - 1) },
  );
  const values = new Float64Array(graph.values.length);
  for (let i = 0; i < rows; i++) {
    for (let p = graph.rowStarts[i]; p < graph.rowStarts[i + 1]; p++) {
      const other = graph.columnIndices[p];
      let cosine = 0;
      for (let j = 0; j < columns; j++) cosine += data[i * columns + j] * data[other * columns + j];
      values[p] = Math.max(0, cosine);
    }
  }
  return graphLaplacian({ ...graph, values }, { normalisation: 'symmetric' });
}
