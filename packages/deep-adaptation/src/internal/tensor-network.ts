import type * as tensorflow from '@tensorflow/tfjs-core';
import type { Layer } from '../network-design.js';
import { activationOf, type WeightArray, weightShapes } from './weights.js';

/** TensorFlow.js as a value: the module itself, handed in by a backend. */
export type TensorFlow = typeof tensorflow;

/** A network on a tensor engine: its layers and its weights as variables, which the owner disposes of. */
export class TensorNetwork {
  readonly variables: readonly tensorflow.Variable[];
  readonly #tf: TensorFlow;
  readonly #layers: readonly Layer[];

  constructor(tf: TensorFlow, layers: readonly Layer[], weights: readonly WeightArray[]) {
    this.#tf = tf;
    this.#layers = layers;
    this.variables = weights.map(({ shape, data }) =>
      tf.tidy(() => tf.variable(tf.tensor(Float32Array.from(data), [...shape], 'float32'))),
    );
  }

  /** Variables by layer, for rates and freezing that differ with depth; layers without weights have none. */
  get variablesByLayer(): readonly (readonly tensorflow.Variable[])[] {
    let next = 0;
    return this.#layers.map((layer) => {
      const count = weightShapes(layer).length;
      next += count;
      return this.variables.slice(next - count, next);
    });
  }

  /** Outputs [n, outputs] of rows [n, inputs]. */
  apply(x: tensorflow.Tensor2D): tensorflow.Tensor2D {
    const tf = this.#tf;
    let signal: tensorflow.Tensor = x;
    let next = 0;
    for (const { design } of this.#layers) {
      const kernel = this.variables[next] as tensorflow.Tensor;
      const bias = this.variables[next + 1] as tensorflow.Tensor;
      switch (design.type) {
        case 'image':
          signal = tf.reshape(signal, [-1, design.height, design.width, design.channels]);
          break;
        case 'max-pooling':
          signal = tf.maxPool(signal as tensorflow.Tensor4D, design.size, design.size, 'valid');
          break;
        case 'convolution':
          signal = tf.conv2d(
            signal as tensorflow.Tensor4D,
            kernel as tensorflow.Tensor4D,
            design.stride ?? 1,
            design.padding ?? 'same',
          );
          signal = this.#activate(tf.add(signal, bias), design);
          next += 2;
          break;
        case 'dense':
          signal = tf.add(tf.matMul(this.#flat(signal), kernel as tensorflow.Tensor2D), bias);
          signal = this.#activate(signal, design);
          next += 2;
      }
    }
    return this.#flat(signal);
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

  #activate(signal: tensorflow.Tensor, design: Layer['design']): tensorflow.Tensor {
    const activation = activationOf(design);
    if (activation === 'relu') return this.#tf.relu(signal);
    return activation === 'tanh' ? this.#tf.tanh(signal) : signal;
  }
}
