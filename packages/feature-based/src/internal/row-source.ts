import {
  type LinearAlgebra,
  type Matrix,
  type MatrixInput,
  type RunOptions,
  step,
  toMatrix,
  TransferError,
} from '@graft-ml/core';
import { mergeMoments, type Moments, momentsOf } from './moments.js';

/** Rows that need not fit in memory: each call begins a new pass over them, in blocks of any size. */
export type RowSource = () => AsyncIterable<MatrixInput> | Iterable<MatrixInput>;

/** A problem whose rows come in passes. */
export interface RowSources {
  /** At least one. */
  readonly sources: readonly RowSource[];
  readonly target: RowSource;
}

/** One pass over a domain, block by block, checked; reports progress and stops where the run's signal says so.
 *
 * Errors: `SHAPE_MISMATCH` for no rows, or blocks of another width than `columns` or the first; `INVALID_DATA` for NaN.
 */
export async function* readBlocks(
  who: string,
  rows: RowSource,
  name: string,
  columns?: number,
  run?: RunOptions,
): AsyncGenerator<Matrix> {
  let width = columns;
  let done = 0;
  for await (const given of rows()) {
    const block = toMatrix(given, who, name);
    if (block.rows === 0) continue;
    width ??= block.columns;
    if (block.columns !== width || width === 0) throw otherWidth(who, name, done, width, block);
    yield block;
    done += block.rows;
    await step(run, who, { stage: `reading ${name}`, done });
  }
  if (done === 0) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"${name}" gave no rows; at least one is needed. A row source is a function that begins a new pass whenever it is called.`,
      details: { argument: name, expected: '≥ 1 row', received: 0 },
    });
  }
}

/** The sources, then the target, with names for messages. Errors: `INVALID_DATA` without a source. */
export function namedRows(who: string, { sources, target }: RowSources) {
  if (sources.length > 0) {
    return [
      ...sources.map((rows, k) => ({ rows, name: `sources[${k}]` })),
      { rows: target, name: 'target' },
    ];
  }
  throw new TransferError({
    code: 'INVALID_DATA',
    who,
    message: 'needs at least one source of rows; received none.',
    details: { argument: 'sources', reason: 'missing' },
  });
}

/** Moments of the sources, then of the target, each from one pass with memory nFeatures² beside a block. */
export async function streamMoments(
  linearAlgebra: LinearAlgebra,
  who: string,
  rows: RowSources,
  run?: RunOptions,
): Promise<{ readonly sources: readonly Moments[]; readonly target: Moments }> {
  const found: Moments[] = [];
  for (const { rows: pass, name } of namedRows(who, rows)) {
    let sum: Moments | undefined;
    for await (const x of readBlocks(who, pass, name, found[0]?.mean.length, run)) {
      const part = momentsOf(linearAlgebra, { x });
      sum = sum ? mergeMoments(sum, part) : part;
    }
    found.push(sum!);
  }
  return { sources: found.slice(0, -1), target: found[found.length - 1] };
}

function otherWidth(who: string, name: string, row: number, expected: number, block: Matrix) {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${name}" must have ${expected || 'some'} columns in every block; that of row ${row} has ${block.columns}.`,
    details: { argument: name, row, expected, received: block.columns },
  });
}
