import { TransferError } from '@graft-ml/core';

/** The part of TensorFlow.js that a kind of model needs. Errors: `MISSING_DEPENDENCY`. */
export async function engineOf<T>(who: string, name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new TransferError({
      code: 'MISSING_DEPENDENCY',
      who,
      message: `needs "${name}" for this kind of model. Run npm install ${name}@4.22.0.`,
      details: { package: name },
      cause,
    });
  }
}

/** The error for a model that takes several inputs. */
export function severalInputs(who: string, count: number): TransferError {
  return new TransferError({
    code: 'UNSUPPORTED',
    who,
    message: `takes networks of one input; this one has ${count}.`,
    details: { capability: 'inputs', expected: 1, received: count },
  });
}
