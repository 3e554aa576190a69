import { type DenseMatrix, type Matrix, type MatrixInput, toDense, toMatrix } from '@graft-ml/core';
import { TransferError } from '@graft-ml/core';

/** Two samples over the same columns, at least `minRows` rows each. Errors: `SHAPE_MISMATCH`, `INVALID_DATA`. */
export function samplePair(
  who: string,
  source: MatrixInput,
  target: MatrixInput,
  minRows = 1,
): { readonly xs: Matrix; readonly xt: Matrix } {
  const xs = toMatrix(source, who, 'source');
  const xt = toMatrix(target, who, 'target');
  checkEntries(xt.columns, xs.columns, who, 'columns of "target"');
  for (const [argument, { rows }] of [
    ['source', xs],
    ['target', xt],
  ] as const) {
    if (rows < minRows) throw tooFewRows(who, argument, minRows, rows);
  }
  return { xs, xt };
}

/** Class probabilities [n, nClasses]: dense, not negative, rows summing to 1 within 1e-6. */
export function probabilityRows(who: string, input: MatrixInput, argument: string): DenseMatrix {
  const matrix = toDense(toMatrix(input, who, argument));
  const { rows, columns, data } = matrix;
  if (rows === 0) throw tooFewRows(who, argument, 1, 0);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    let least = 0;
    for (let c = 0; c < columns; c++) {
      sum += data[i * columns + c];
      least = Math.min(least, data[i * columns + c]);
    }
    if (least >= 0 && Math.abs(sum - 1) <= 1e-6) continue;
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"${argument}" must hold class probabilities; row ${i} sums to ${sum}${least < 0 ? ` and holds ${least}` : ''}. Give the output of predictProba.`,
      details: { argument, reason: 'not-probabilities', row: i },
    });
  }
  return matrix;
}

/** Class indices 0 … nClasses − 1, one per row of something with `rows` rows. */
export function classIndices(
  who: string,
  labels: ArrayLike<number>,
  rows: number,
  argument: string,
  nClasses = Infinity,
): void {
  checkEntries(labels.length, rows, who, `entries of "${argument}"`);
  for (let i = 0; i < labels.length; i++) {
    if (Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < nClasses) continue;
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"${argument}" must hold class indices from 0${nClasses < Infinity ? ` to ${nClasses - 1}` : ''}; entry ${i} is ${labels[i]}.`,
      details: { argument, reason: 'unknown-label', row: i, received: labels[i] },
    });
  }
}

/** Throws `SHAPE_MISMATCH` unless two counts agree. */
export function checkEntries(received: number, expected: number, who: string, what: string): void {
  if (received === expected) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `the number of ${what} must be ${expected}; received ${received}.`,
    details: { argument: what, expected, received },
  });
}

/** Throws `INVALID_OPTION` unless `value` lies in the range that `range` describes in words. */
export function checkOption(
  who: string,
  option: string,
  value: number,
  range: string,
  inside: boolean,
): void {
  if (inside && Number.isFinite(value)) return;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"${option}" must be ${range}; received ${String(value)}.`,
    details: { option, constraint: range, received: value },
  });
}

/** Too few rows for a quantity to exist. */
export function tooFewRows(
  who: string,
  argument: string,
  needed: number,
  received: number,
): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message: `"${argument}" needs at least ${needed} row${needed === 1 ? '' : 's'}; received ${received}.`,
    details: { argument, reason: 'too-few-rows', expected: needed, received },
  });
}
