import { randomSource } from '@graft-ml/numerics';
import type { io } from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { TensorFlow } from './tensors.js';

/** The files of a model as a user picks them. */
export interface ModelFiles {
  readonly model: Blob;
  readonly weights: readonly Blob[];
}

/** A network in the manner of MobileNet v2 for images of 8 × 8 × 2, with weights and statistics that are random and far from
 * their defaults: convolution, depthwise convolutions, batch normalization, ReLU6, zero padding, a residual sum, dropout,
 * pooling and a head. `nested` puts it into a sequential model, as Teachable Machine does. */
export async function smallImageNetwork(tf: TensorFlow, nested = false): Promise<ModelFiles> {
  const make = layers.layers;
  const normal = (name: string) => make.batchNormalization({ name, epsilon: 0.01 });
  const relu6 = (name: string) => make.reLU({ maxValue: 6, name });
  const plain = { useBias: false, padding: 'same' } as const;
  const input = layers.input({ shape: [8, 8, 2] });
  let x = make
    .conv2d({ filters: 4, kernelSize: 3, strides: 2, ...plain, name: 'first' })
    .apply(input);
  x = relu6('first_relu').apply(normal('first_bn').apply(x));
  const cut = x;
  x = make.conv2d({ filters: 6, kernelSize: 1, ...plain, name: 'expand' }).apply(x);
  x = relu6('expand_relu').apply(normal('expand_bn').apply(x));
  x = make.depthwiseConv2d({ kernelSize: 3, ...plain, name: 'depthwise' } as never).apply(x);
  x = make
    .activation({ activation: 'relu6', name: 'depthwise_relu' } as never)
    .apply(normal('depthwise_bn').apply(x));
  x = make.conv2d({ filters: 4, kernelSize: 1, ...plain, name: 'project' }).apply(x);
  x = normal('project_bn').apply(x);
  x = make.add({ name: 'sum' }).apply([cut, x] as layers.SymbolicTensor[]);
  x = make.reLU({ name: 'sum_relu' }).apply(x);
  x = make.dropout({ rate: 0.5, name: 'drop' }).apply(x);
  x = make
    .zeroPadding2d({
      padding: [
        [0, 1],
        [0, 1],
      ],
      name: 'pad',
    })
    .apply(x);
  x = make
    .depthwiseConv2d({
      kernelSize: 3,
      strides: 2,
      padding: 'valid',
      name: 'last',
      activation: 'tanh',
    } as never)
    .apply(x);
  x = normal('last_bn').apply(x);
  x = make.globalAveragePooling2d({ name: 'pooled' } as never).apply(x);
  x = make.dense({ units: 3, activation: 'softmax', name: 'head' }).apply(x);
  const network = layers.model({
    inputs: input,
    outputs: x as layers.SymbolicTensor,
    name: 'inner',
  });
  randomize(tf, network);
  const model = nested
    ? layers.sequential({ layers: [network, make.dense({ units: 2, name: 'other_head' })] })
    : network;
  const files = await filesOf(tf, model);
  for (const weight of model.weights) weight.dispose();
  return files;
}

/** A model as files. Its weights stay with the caller. */
export async function filesOf(tf: TensorFlow, model: layers.LayersModel): Promise<ModelFiles> {
  let saved: io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const json = JSON.stringify({
    format: 'layers-model',
    modelTopology: saved!.modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: saved!.weightSpecs }],
  });
  return { model: new Blob([json]), weights: [new Blob([saved!.weightData as ArrayBuffer])] };
}

/** Fills every weight from a seed; variances stay above 0. */
function randomize(tf: TensorFlow, model: layers.LayersModel): void {
  const random = randomSource(11);
  tf.tidy(() => {
    model.setWeights(
      model.weights.map(({ name, shape }) => {
        const size = shape.reduce<number>((a, b) => a * (b ?? 1), 1);
        const draw = () =>
          name.includes('variance') ? 0.2 + random.uniform() : random.normal() / 2;
        return tf.tensor(Array.from({ length: size }, draw), shape as number[]);
      }),
    );
  });
}

/** Images of two kinds, a bright bar upright or lying, with noise in the second channel. */
export function bars(n: number, seed: number): { readonly x: number[][]; readonly y: string[] } {
  const random = randomSource(seed);
  const x = Array.from({ length: n }, (_, i) => {
    const at = Math.floor(8 * random.uniform());
    return Array.from({ length: 128 }, (_, p) => {
      const [row, column] = [Math.floor(p / 16), Math.floor(p / 2) % 8];
      if (p % 2) return 0.3 * random.normal();
      return Number((i % 2 ? column : row) === at) + 0.2 * random.normal();
    });
  });
  return { x, y: x.map((_, i) => (i % 2 ? 'upright' : 'lying')) };
}
