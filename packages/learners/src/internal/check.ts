import { TransferError } from '@graft-ml/core';

/** Throws `SHAPE_MISMATCH` unless `values` has `expected` entries. */
export function checkSize(
  values: ArrayLike<unknown>,
  expected: number,
  who: string,
  argument: string,
): void {
  if (values.length === expected) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}" must have ${expected} entries; received ${values.length}.`,
    details: { argument, expected, received: values.length },
  });
}

/** Throws `INVALID_DATA` where there is nothing to work on. */
export function checkNotEmpty(values: ArrayLike<unknown>, who: string, argument: string): void {
  if (values.length > 0) return;
  throw new TransferError({
    code: 'INVALID_DATA',
    who,
    message: `"${argument}" is empty; at least one entry is needed.`,
    details: { argument, reason: 'no-rows' },
  });
}

/** Throws `INVALID_OPTION` unless `value` is a whole number from `least` to `most`. */
export function checkWhole(
  value: number,
  least: number,
  most: number,
  who: string,
  option: string,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"${option}" must be a whole number from ${least} to ${most}; received ${String(value)}.`,
    details: { option, received: value },
  });
}

/** Throws `NUMERICAL` where a result is NaN or infinite: values too large for float64 went in. */
export function checkFinite(values: ArrayLike<number>, who: string, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new TransferError({
      code: 'NUMERICAL',
      who,
      message: `${what} left the range of float64 (${values[i]}). Standardize the features first.`,
      details: { reason: 'overflow', received: values[i] },
    });
  }
}
