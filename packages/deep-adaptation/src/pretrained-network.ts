import {
  type ComputeBackend,
  type DenseMatrix,
  type MatrixInput,
  type RunOptions,
  TransferError,
} from '@graft-ml/core';
import { tensorsOf } from './internal/default-backend.js';
import { FrozenNetwork, reasonOf } from './internal/frozen-network.js';
import { graphRunner } from './internal/graph-runner.js';
import { layersRunner } from './internal/layers-runner.js';
import { readModelFiles } from './internal/read-model-files.js';
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
