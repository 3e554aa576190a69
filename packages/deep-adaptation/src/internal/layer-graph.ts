import type * as tensorflow from '@tensorflow/tfjs-layers';
import type { SymbolicTensor } from '@tensorflow/tfjs-layers';

type Layers = typeof tensorflow;
type LayersModel = tensorflow.LayersModel;
export type EngineLayer = LayersModel['layers'][number];

/** A layer that is not made of others. */
export interface Leaf {
  readonly layer: EngineLayer;
  /** Positions of the leaves it takes its inputs from; −1 is the input of the model. */
  readonly inputs: readonly number[];
}

/** A model without nesting: its leaves in an order in which each comes after its inputs. */
export interface LayerGraph {
  readonly leaves: readonly Leaf[];
  /** Position of the leaf that a layer's output comes from, whether it is a leaf or made of some. */
  readonly outputOf: ReadonlyMap<EngineLayer, number>;
}

/** Takes models inside models apart. */
export function layerGraph(layers: Layers, model: LayersModel): LayerGraph {
  const leaves: Leaf[] = [];
  const outputOf = new Map<EngineLayer, number>();
  const expand = (container: LayersModel, fed: number): number => {
    let last = fed;
    for (const layer of container.layers) {
      const inputs =
        container instanceof layers.Sequential || layer.inboundNodes.length === 0
          ? [last]
          : // The first node is that of the model's own making; cutting it adds others.
            layer.inboundNodes[0]!.inboundLayers.map((input) => outputOf.get(input) ?? fed);
      if (layer.getClassName() === 'InputLayer') last = fed;
      else if (layer instanceof layers.LayersModel) last = expand(layer, inputs[0]!);
      else last = leaves.push({ layer, inputs }) - 1;
      outputOf.set(layer, last);
    }
    return container instanceof layers.Sequential
      ? last
      : outputOf.get(container.outputs[0]!.sourceLayer)!;
  };
  expand(model, -1);
  return { leaves, outputOf };
}

/** The output of a leaf as a tensor of a graph that begins at `input`. */
export function symbolicOutput(
  { leaves }: LayerGraph,
  position: number,
  input: SymbolicTensor,
): SymbolicTensor {
  const made = new Map<number, SymbolicTensor>([[-1, input]]);
  const output = (k: number): SymbolicTensor => {
    const known = made.get(k);
    if (known) return known;
    const { layer, inputs } = leaves[k]!;
    const given = inputs.map(output);
    const tensor = layer.apply(given.length === 1 ? given[0]! : given) as SymbolicTensor;
    made.set(k, tensor);
    return tensor;
  };
  return output(position);
}
