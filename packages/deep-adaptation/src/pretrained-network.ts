import {
  type ComputeBackend,
  type DenseMatrix,
  type MatrixInput,
  type RunOptions,
  suggest,
  TransferError,
} from '@graft-ml/core';
import type * as tensorflow from '@tensorflow/tfjs-core';
import type * as engineLayers from '@tensorflow/tfjs-layers';
import { tensorsOf } from './internal/default-backend.js';
import { checkGraph } from './internal/check-graph.js';
import { FrozenNetwork, reasonOf, type Runner } from './internal/frozen-network.js';
import { layerGraph, symbolicOutput } from './internal/layer-graph.js';
import { readModelFiles } from './internal/read-model-files.js';
import type { TensorFlow } from './internal/tensor-network.js';
import { trainableLayers } from './internal/trainable-layers.js';
import type { PretrainedLayers } from './network-design.js';

/** Where a model in the TensorFlow.js format lies: the address or path of its `model.json`, or the files themselves. */
export type ModelSource =
  string | URL | { readonly model: Blob; readonly weights: readonly Blob[] };

export interface PretrainedNetworkOptions {
  /** A loaded backend with tensors. Default: `@graft-ml/backend-wasm-simd`. */
  readonly backend?: ComputeBackend;
  /** The layer whose output to take: its name, or its position, negative from the end; default −1. Of a graph model, the name
   * of a node. */
  readonly layer?: string | number;
  /** Shape of one sample where the model leaves it free. */
  readonly sampleShape?: readonly number[];
}

export interface FeatureOptions extends RunOptions {
  /** Samples at a time, 1 or more, default 16. */
  readonly batchSize?: number;
}

/** A network whose weights are given: turns samples into features. Made by {@link loadPretrainedNetwork}. */
export interface PretrainedNetwork {
  /** Shape of one sample, as rows hold it: for images height, width, channels. */
  readonly sampleShape: readonly number[];

  /** Features [n, outputs of the layer] of samples [n, numbers of a sample], a batch at a time. Values are taken as they are:
   * bring pixels to the range that the network was trained on, [−1, 1] for MobileNet.
   *
   * Errors: `SHAPE_MISMATCH` for rows of another width; `INVALID_DATA` for values that are not finite; `ABORTED`; `DISPOSED`.
   */
  extract(samples: MatrixInput, options?: FeatureOptions): Promise<DenseMatrix>;

  /** The layers above the cut, up to and with the one named `last`, as plain data to go on training with: hand them to a deep
   * method as `network`. Default: up to the last layer that makes a row of an image (global average pooling, flattening). What
   * lies below stays as it is, and its outputs, from {@link PretrainedNetwork.extract}, are computed once.
   *
   * Batch normalization keeps its statistics, as is usual with few rows; its scale and shift become part of the convolution
   * before it, and are trained with it. Errors: `INVALID_OPTION` for a layer that is not above the cut; `UNSUPPORTED` for a
   * layer with no counterpart in {@link NetworkDesign} and for graph models; `DISPOSED`.
   *
   * @example
   * const network = await loadPretrainedNetwork('mobilenet/model.json', { layer: 'conv_pw_11_relu' });
   * const upper = await network.layersAbove();
   * const x = await network.extract(images);
   * const model = await new FineTuning({ mode: 'head-first' }, { network: upper }).fit({ x, y });
   */
  layersAbove(last?: string): Promise<PretrainedLayers>;

  /** Lets go of the weights; a later call throws `DISPOSED`. */
  dispose(): void;
}

/** Reads a pretrained network in the TensorFlow.js format, layers or graph, and checks that it takes rows of numbers.
 *
 * `source` is the address or path of its `model.json`, or its files (`{ model, weights }`, as a page gets them from a user).
 * Needs `@tensorflow/tfjs-layers` for layers models, `@tensorflow/tfjs-converter` for graph models.
 *
 * Errors: `IO` for files that cannot be read; `INVALID_ARTEFACT` for a damaged model; `INVALID_OPTION` for a layer that is not
 * there; `UNSUPPORTED` for a model of several inputs or a free sample shape; `MISSING_DEPENDENCY`.
 *
 * @example
 * const network = await loadPretrainedNetwork('mobilenet/model.json', { layer: 'global_average_pooling2d_1' });
 * const features = await network.extract(images, { onProgress }); // [n, 256]
 */
export async function loadPretrainedNetwork(
  source: ModelSource,
  options: PretrainedNetworkOptions = {},
): Promise<PretrainedNetwork> {
  const who = 'loadPretrainedNetwork';
  const artifacts = await readModelFiles(source, who);
  const tf = await tensorsOf(options.backend, who);
  const before = tf.memory().numTensors;
  try {
    const graph = artifacts.format === 'graph-model';
    const runner = graph
      ? await graphRunner(tf, artifacts, options.layer, who)
      : await layersRunner(tf, artifacts, options.layer, who);
    try {
      const shape = sampleShapeOf(runner.inputShape, options.sampleShape, who);
      return new FrozenNetwork(tf, runner, shape);
    } catch (error) {
      runner.dispose();
      throw error;
    }
  } catch (cause) {
    if (cause instanceof TransferError) throw cause;
    throw new TransferError({
      code: 'INVALID_ARTEFACT',
      who,
      message: `the model could not be built: ${reasonOf(cause)}. Fetch or convert it again.`,
      details: { tensorsLeft: tf.memory().numTensors - before },
      cause,
    });
  }
}

async function layersRunner(
  tf: TensorFlow,
  artifacts: tensorflow.io.ModelArtifacts,
  layer: string | number | undefined,
  who: string,
): Promise<Runner> {
  const layers = await engine(
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

async function graphRunner(
  tf: TensorFlow,
  artifacts: tensorflow.io.ModelArtifacts,
  node: string | number | undefined,
  who: string,
): Promise<Runner> {
  const converter = await engine(
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

async function engine<T>(who: string, name: string, load: () => Promise<T>): Promise<T> {
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

function sampleShapeOf(
  shape: readonly (number | null)[],
  given: readonly number[] | undefined,
  who: string,
): number[] {
  const sample = shape.slice(1);
  const fits =
    given === undefined ||
    (given.length === sample.length &&
      sample.every((size, k) => size === null || size === given[k]));
  if (!fits) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `the network takes samples of [${sample.join(', ')}]; "sampleShape" says [${given!.join(', ')}].`,
      details: { argument: 'sampleShape', expected: sample, received: given },
    });
  }
  const settled = sample.map((size, k) => size ?? given?.[k]);
  if (settled.length > 0 && settled.every((size) => size !== undefined)) return settled;
  throw new TransferError({
    code: 'UNSUPPORTED',
    who,
    message: `the network leaves the size of a sample free: [${sample.map((size) => size ?? '?').join(', ')}]. Say it with "sampleShape".`,
    details: { capability: 'sampleShape', received: sample },
  });
}

function severalInputs(who: string, count: number): TransferError {
  return new TransferError({
    code: 'UNSUPPORTED',
    who,
    message: `takes networks of one input; this one has ${count}.`,
    details: { capability: 'inputs', expected: 1, received: count },
  });
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
