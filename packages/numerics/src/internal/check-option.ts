import { TransferError } from '@graft-ml/core';

interface Bounds {
  readonly above?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Throws `INVALID_OPTION` unless `value` is a finite number, or a whole one, within the bounds. */
export function checkOption(
  who: string,
  option: string,
  value: number,
  type: 'number' | 'integer',
  { above = -Infinity, atLeast = -Infinity, atMost = Infinity }: Bounds,
): void {
  const right = type === 'integer' ? Number.isInteger(value) : Number.isFinite(value);
  if (right && value > above && value >= atLeast && value <= atMost) return;
  const from = above > -Infinity ? ` above ${above}` : ` of at least ${atLeast}`;
  const to = atMost < Infinity ? ` and at most ${atMost}` : '';
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"${option}" must be a ${type === 'integer' ? 'whole ' : ''}number${from}${to}; received ${String(value)}.`,
    details: { option, received: value },
  });
}
