import { suggest, TransferError } from '@graft-ml/core';
import type * as tensorflow from '@tensorflow/tfjs-core';
import type * as engineLayers from '@tensorflow/tfjs-layers';
import { engineOf, severalInputs } from './engine-of.js';
import type { Runner } from './frozen-network.js';
import { layerGraph, symbolicOutput } from './layer-graph.js';
import type { TensorFlow } from './tensor-network.js';
import { trainableLayers } from './trainable-layers.js';

/** Reads a layers model and cuts it at a layer. */
export async function layersRunner(
  tf: TensorFlow,
  artifacts: tensorflow.io.ModelArtifacts,
  layer: string | number | undefined,
  who: string,
): Promise<Runner> {
  const layers = await engineOf(
    who,
    '@tensorflow/tfjs-layers',
    () => import('@tensorflow/tfjs-layers'),
  );
  const model = await layers.loadLayersModel(tf.io.fromMemory(artifacts));
  // The weights themselves: how often layers of two models are counted depends on the kind of model.
  const dispose = (): void => {
    for (const weight of model.weights) weight.dispose();
  };
  try {
    if (model.inputs.length !== 1) throw severalInputs(who, model.inputs.length);
    const { output, position } = cutOf(layers, model, layer, who);
    const cut = layers.model({ inputs: model.inputs, outputs: output });
    return {
      inputShape: model.inputs[0]!.shape,
      run: (batch) => cut.predict(batch) as tensorflow.Tensor,
      layersAbove: (last, who) =>
        trainableLayers(
          layerGraph(layers, model),
          { position: position(), shape: output.shape },
          last,
          who,
        ),
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** The output of the layer that is asked for, by position among the model's own layers or by name at any depth. */
function cutOf(
  layers: typeof engineLayers,
  model: engineLayers.LayersModel,
  wanted: string | number = -1,
  who: string,
): { readonly output: engineLayers.SymbolicTensor; readonly position: () => number } {
  const at = typeof wanted === 'string' ? indexOfName(model.layers, wanted) : wanted;
  const own = model.layers.at(at);
  const known = typeof wanted === 'string' ? at >= 0 : Number.isInteger(at);
  if (own && known) {
    const output =
      model instanceof layers.Sequential
        ? model.layers
            .slice(0, model.layers.indexOf(own) + 1)
            .reduce((x, each) => each.apply(x) as engineLayers.SymbolicTensor, model.inputs[0]!)
        : (own.output as engineLayers.SymbolicTensor);
    return { output, position: () => layerGraph(layers, model).outputOf.get(own)! };
  }
  const graph = layerGraph(layers, model);
  const names = graph.leaves.map(({ layer }) => layer.name);
  const inner = typeof wanted === 'string' ? names.indexOf(wanted) : -1;
  if (inner < 0) throw noLayer(who, String(wanted), names);
  return { output: symbolicOutput(graph, inner, model.inputs[0]!), position: () => inner };
}

function indexOfName(layers: readonly { readonly name: string }[], name: string): number {
  return layers.findIndex((layer) => layer.name === name);
}

function noLayer(who: string, layer: string, known: readonly string[]): TransferError {
  const near = suggest(layer, known);
  return new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `there is no layer "${layer}". ${near.length > 0 ? `Did you mean ${near.join(', ')}?` : `The last ones are ${known.slice(-5).join(', ')}.`}`,
    details: { option: 'layer', received: layer, known },
  });
}
