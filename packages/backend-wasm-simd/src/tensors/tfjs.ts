import { TransferError, type TensorEngine } from '@graft-ml/core';

/** TensorFlow.js itself. No public signature names this type: its declarations do not type-check beside TypeScript's own
 * ones for WebGPU unless `skipLibCheck` is on. */
export type Tfjs = typeof import('@tensorflow/tfjs-core');

export const tfjsVersion = '4.22.0';

/** Recognises TensorFlow.js by what adapters use of it, or throws `INVALID_OPTION`. */
export function asTfjs(engine: TensorEngine, who: string): Tfjs {
  if (isTfjs(engine)) return engine;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"tensors" must be TensorFlow.js as a whole, for example \`import * as tf from '@tensorflow/tfjs-core'\`; received an object without its kernel registry.`,
    details: { option: 'tensors' },
  });
}

function isTfjs(engine: TensorEngine): engine is Tfjs {
  return 'getKernelsForBackend' in engine && 'registerKernel' in engine && 'engine' in engine;
}
