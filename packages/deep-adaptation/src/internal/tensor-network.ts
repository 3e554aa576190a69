import type * as tensorflow from '@tensorflow/tfjs-core';
import type { Layer, LayerDesign } from '../network-design.js';
import { activationOf, type WeightArray, weightShapes } from './weights.js';

/** TensorFlow.js as a value: the module itself, handed in by a backend. */
export type TensorFlow = typeof tensorflow;

/** A network on a tensor engine: its layers and its weights as variables, which the owner disposes of. */
export class TensorNetwork {
  readonly variables: readonly tensorflow.Variable[];
  /** Variables by layer, for rates and freezing that differ with depth; layers without weights have none. */
  readonly variablesByLayer: readonly (readonly tensorflow.Variable[])[];
  readonly #tf: TensorFlow;
  readonly #layers: readonly Layer[];

  constructor(tf: TensorFlow, layers: readonly Layer[], weights: readonly WeightArray[]) {
    this.#tf = tf;
    this.#layers = layers;
    this.variables = weights.map(({ shape, data }) =>
      tf.tidy(() => tf.variable(tf.tensor(Float32Array.from(data), [...shape], 'float32'))),
    );
    let next = 0;
    this.variablesByLayer = layers.map((layer) => {
      const count = weightShapes(layer).length;
      next += count;
      return this.variables.slice(next - count, next);
    });
  }

  /** Outputs [n, outputs] of rows [n, inputs]; while training, `noise` decides what is dropped. */
  apply(x: tensorflow.Tensor2D, noise?: number): tensorflow.Tensor2D {
    const outputs: tensorflow.Tensor[] = [];
    let signal: tensorflow.Tensor = x;
    this.#layers.forEach(({ design }, k) => {
      const [kernel, bias] = this.variablesByLayer[k]!;
      signal =
        design.type === 'dropout'
          ? this.#dropped(signal, design.rate, noise === undefined ? undefined : noise + k)
          : this.#layer(design, signal, outputs, kernel, bias);
      outputs.push(signal);
    });
    return this.#flat(signal);
  }

  #dropped(signal: tensorflow.Tensor, rate: number, seed: number | undefined): tensorflow.Tensor {
    return seed === undefined || rate === 0
      ? signal
      : this.#tf.dropout(signal, rate, undefined, seed);
  }

  #layer(
    design: Exclude<LayerDesign, { readonly type: 'dropout' }>,
    signal: tensorflow.Tensor,
    earlier: readonly tensorflow.Tensor[],
    kernel: tensorflow.Tensor | undefined,
    bias: tensorflow.Tensor | undefined,
  ): tensorflow.Tensor {
    const tf = this.#tf;
    const image = signal as tensorflow.Tensor4D;
    switch (design.type) {
      case 'image':
        return tf.reshape(signal, [-1, design.height, design.width, design.channels]);
      case 'dense': {
        const product = tf.matMul(this.#flat(signal), kernel as tensorflow.Tensor2D);
        return this.#activate(tf.add(product, bias!), design);
      }
      case 'convolution':
      case 'depthwise-convolution': {
        const { stride = 1, padding = 'same' } = design;
        const filter = kernel as tensorflow.Tensor4D;
        const filtered =
          design.type === 'convolution'
            ? tf.conv2d(image, filter, stride, padding)
            : tf.depthwiseConv2d(image, filter, stride, padding);
        return this.#activate(tf.add(filtered, bias!), design);
      }
      case 'max-pooling':
        return tf.maxPool(image, design.size, design.size, 'valid');
      case 'global-average-pooling':
        return image.rank === 4 ? tf.mean(image, [1, 2]) : image;
      case 'zero-padding': {
        const { top, bottom, left, right } = design;
        return tf.pad(image, [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]);
      }
      case 'activation':
        return this.#activate(signal, design);
      case 'sum':
        return tf.add(signal, earlier[design.with]!);
    }
  }

  /** The weights as they are now. */
  async weights(): Promise<WeightArray[]> {
    return Promise.all(
      this.variables.map(async (variable) => ({
        shape: [...variable.shape],
        data: Float64Array.from(await variable.data()),
      })),
    );
  }

  dispose(): void {
    for (const variable of this.variables) variable.dispose();
  }

  #flat(signal: tensorflow.Tensor): tensorflow.Tensor2D {
    if (signal.rank === 2) return signal as tensorflow.Tensor2D;
    return this.#tf.reshape(signal, [signal.shape[0]!, -1]);
  }

  #activate(signal: tensorflow.Tensor, design: LayerDesign): tensorflow.Tensor {
    const activation = activationOf(design);
    if (activation === 'relu') return this.#tf.relu(signal);
    if (activation === 'relu6') return this.#tf.relu6(signal);
    return activation === 'tanh' ? this.#tf.tanh(signal) : signal;
  }
}
