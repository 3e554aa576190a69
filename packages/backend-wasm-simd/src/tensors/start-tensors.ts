import { TransferError, type TensorEngine } from '@graft-ml/core';
import { registerGradients } from './gradients.js';
import { firstLine, loadEngine } from './load-engine.js';
import { loadTfjs } from './load-tfjs.js';
import { asTfjs, tfjsVersion } from './tfjs.js';

export interface TensorStart<Tensors extends TensorEngine> {
  readonly who: string;
  /** What TensorFlow.js calls the backend. */
  readonly backend: string;
  /** TensorFlow.js, where the caller has it; imported otherwise. */
  readonly tensors: Tensors | undefined;
  /** Imports the package that registers the backend. */
  readonly register: () => Promise<unknown>;
  readonly package: string;
  /** What to do where the backend does not start. */
  readonly advice: string;
}

export interface StartedTensors<Tensors extends TensorEngine> {
  readonly tensors: Tensors;
  readonly gradients: boolean;
  /** What the user should know, a sentence each. */
  readonly notes: readonly string[];
}

const withoutDerivatives =
  'Operations cannot be differentiated: install @tensorflow/tfjs-layers, which brings the derivatives.';

/** Sets a backend of TensorFlow.js and makes sure that it is the one in charge.
 *
 * `setBackend` answers a backend that cannot start with `false` or with another backend; here that is `UNSUPPORTED`.
 */
export async function startTensors<Tensors extends TensorEngine>(
  start: TensorStart<Tensors>,
): Promise<StartedTensors<Tensors>> {
  const { who, backend } = start;
  const tensors = await loadTfjs(who, start.tensors);
  const tf = asTfjs(tensors, who);
  await loadEngine(who, start.package, start.register, tfjsVersion);
  const before = tf.engine().backendName;
  let problem = 'it does not start here';
  try {
    if ((await tf.setBackend(backend)) && tf.getBackend() === backend) {
      await tf.ready();
      const gradients = await registerGradients(tf);
      return { tensors, gradients, notes: gradients ? [] : [withoutDerivatives] };
    }
  } catch (cause) {
    problem = firstLine(cause);
  }
  if (before) await tf.setBackend(before);
  throw new TransferError({
    code: 'UNSUPPORTED',
    who,
    message: `could not start the "${backend}" backend: ${problem}. ${start.advice}`,
    details: { capability: backend },
  });
}
