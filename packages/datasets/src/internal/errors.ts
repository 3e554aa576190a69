import { TransferError } from '@graft-ml/core';

/** An `INVALID_DATA` error about what a file or a table holds. */
export function invalidData(
  who: string,
  reason: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message,
    details: { reason, ...details },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** An `INVALID_OPTION` error: `option` must be `constraint`. */
export function invalidOption(
  who: string,
  option: string,
  constraint: string,
  received: unknown,
): TransferError {
  const shown = typeof received === 'string' ? JSON.stringify(received) : String(received);
  return new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"${option}" must be ${constraint}; received ${shown}.`,
    details: { option, constraint, received },
  });
}
