import {
  denseMatrix,
  selectRows,
  TransferError,
  type DenseMatrix,
  type LinearAlgebra,
  type Matrix,
  type MatrixInput,
  toMatrix,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';

export interface CslsOptions {
  /** How many neighbours make up the neighbourhood of a row. A whole number ≥ 1, default 10. */
  readonly neighbours?: number;
  /** The mapped rows among which the neighbours of a candidate are looked for: all that could have been asked. Default the queries. */
  readonly queryPool?: MatrixInput;
  readonly linearAlgebra?: LinearAlgebra;
}

/** Similarity for finding counterparts after mapping, corrected for rows that are everybody's neighbour (CSLS).
 *
 * Solves    csls(q, c) = 2·cos(q, c) − r(q) − r(c)    [nQueries, nCandidates]; the best candidate of a query is its row's largest entry
 * where     r(q) = mean of the `neighbours` largest cos(q, ·) over the candidates,
 *           r(c) = mean of the `neighbours` largest cos(·, c) over the query pool
 * Shapes    queries [nQueries, n], candidates [nCandidates, n], both in the shared space, after {@link Procrustes} say
 * Errors    SHAPE_MISMATCH for other widths; INVALID_OPTION for more neighbours than rows.
 * Paper     conneau2018, section 2.3.
 * Example   const scores = csls(mapped, target, { neighbours: 10 });
 */
export function csls(
  queries: MatrixInput,
  candidates: MatrixInput,
  options: CslsOptions = {},
): DenseMatrix {
  const { neighbours = 10, linearAlgebra = referenceLinearAlgebra } = options;
  const q = toMatrix(queries, 'csls', 'queries');
  const c = toMatrix(candidates, 'csls', 'candidates');
  const pool = options.queryPool ? toMatrix(options.queryPool, 'csls', 'queryPool') : q;
  for (const [argument, x] of [['queries', q] as const, ['queryPool', pool] as const]) {
    checkColumns(argument, x, c.columns);
  }
  checkNeighbours(neighbours, Math.min(c.rows, pool.rows));
  const cosines = linearAlgebra.kernelMatrix({ type: 'cosine' }, q, c);
  const ofQuery = meanOfLargest(cosines, neighbours);
  const ofCandidate =
    pool === q
      ? meanOfLargestColumns(cosines, neighbours)
      : neighbourhoods(linearAlgebra, c, pool, neighbours);
  const { rows, columns, data } = cosines;
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) data[p] = 2 * data[p] - ofQuery[i] - ofCandidate[j];
  }
  return cosines;
}

// Similarities of this many candidates to the whole pool are held at once.
const blockRows = 256;

function neighbourhoods(
  linearAlgebra: LinearAlgebra,
  candidates: Matrix,
  pool: Matrix,
  count: number,
): Float64Array {
  const means = new Float64Array(candidates.rows);
  for (let start = 0; start < candidates.rows; start += blockRows) {
    const length = Math.min(blockRows, candidates.rows - start);
    const block = selectRows(
      candidates,
      Int32Array.from({ length }, (_, i) => start + i),
    );
    means.set(
      meanOfLargest(linearAlgebra.kernelMatrix({ type: 'cosine' }, block, pool), count),
      start,
    );
  }
  return means;
}

function meanOfLargestColumns(similarities: DenseMatrix, count: number): Float64Array {
  const { rows, columns, data } = similarities;
  const turned = denseMatrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned.data[j * rows + i] = data[i * columns + j];
  }
  return meanOfLargest(turned, count);
}

/** Mean of the `count` largest entries of every row. */
function meanOfLargest({ rows, columns, data }: DenseMatrix, count: number): Float64Array {
  const means = new Float64Array(rows);
  const largest = new Float64Array(count);
  for (let i = 0; i < rows; i++) {
    largest.fill(-Infinity);
    for (let p = i * columns; p < (i + 1) * columns; p++) insert(largest, data[p]);
    let sum = 0;
    for (let k = 0; k < count; k++) sum += largest[k];
    means[i] = sum / count;
  }
  return means;
}

/** Puts `value` into the descending list where it belongs, dropping the last. */
function insert(descending: Float64Array, value: number): void {
  let k = descending.length - 1;
  if (value <= descending[k]) return;
  for (; k > 0 && descending[k - 1] < value; k--) descending[k] = descending[k - 1];
  descending[k] = value;
}

function checkColumns(argument: string, x: Matrix, expected: number): void {
  if (x.columns === expected) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who: 'csls',
    message: `"${argument}" must have the ${expected} columns of the candidates; received ${x.columns}. Map them first.`,
    details: { argument, expected, received: x.columns },
  });
}

function checkNeighbours(received: number, atMost: number): void {
  if (Number.isInteger(received) && received >= 1 && received <= atMost) return;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who: 'csls',
    message: `"neighbours" must be a whole number from 1 to ${atMost}, the number of rows to choose from; received ${received}.`,
    details: { option: 'neighbours', expected: atMost, received },
  });
}
