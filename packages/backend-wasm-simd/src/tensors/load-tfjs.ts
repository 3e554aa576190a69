import type { TensorEngine } from '@graft-ml/core';
import { loadEngine } from './load-engine.js';
import { tfjsVersion } from './tfjs.js';

/** TensorFlow.js as the caller gave it, or else as the package's name leads to it. */
export async function loadTfjs<Tensors extends TensorEngine>(
  who: string,
  given: Tensors | undefined,
): Promise<Tensors> {
  if (given) return given;
  const name = '@tensorflow/tfjs-core';
  const loaded: TensorEngine = await loadEngine(
    who,
    name,
    () => import('@tensorflow/tfjs-core'),
    tfjsVersion,
  );
  return loaded as Tensors;
}
