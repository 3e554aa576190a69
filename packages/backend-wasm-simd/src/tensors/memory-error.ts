import { TransferError } from '@graft-ml/core';

/** The error for a tensor that does not fit. */
export function outOfMemory(
  who: string,
  bytes: number,
  limit: string,
  cause?: unknown,
): TransferError {
  return new TransferError({
    code: 'OUT_OF_MEMORY',
    who,
    message: `could not get ${bytes} bytes for a tensor; ${limit}. Use smaller batches, and dispose of tensors or compute inside tf.tidy().`,
    details: { bytes },
    cause,
  });
}
