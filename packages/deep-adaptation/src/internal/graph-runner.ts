import type * as tensorflow from '@tensorflow/tfjs-core';
import { checkGraph } from './check-graph.js';
import { engineOf, severalInputs } from './engine-of.js';
import type { Runner } from './frozen-network.js';
import type { TensorFlow } from './tensor-network.js';

/** Reads a graph model up to a node. */
export async function graphRunner(
  tf: TensorFlow,
  artifacts: tensorflow.io.ModelArtifacts,
  node: string | number | undefined,
  who: string,
): Promise<Runner> {
  const converter = await engineOf(
    who,
    '@tensorflow/tfjs-converter',
    () => import('@tensorflow/tfjs-converter'),
  );
  checkGraph(artifacts, who);
  const model = await converter.loadGraphModel(tf.io.fromMemory(artifacts));
  const name = node === undefined ? undefined : String(node);
  const [input, ...others] = model.inputs;
  if (!input || others.length > 0) throw severalInputs(who, model.inputs.length);
  return {
    inputShape: (input.shape ?? []).map((size) => (size < 0 ? null : size)),
    run: (batch) => model.execute(batch, name) as tensorflow.Tensor,
    dispose: () => model.dispose(),
  };
}
