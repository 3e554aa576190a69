import type * as tensorflow from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensor-network.js';
import type { WeightArray } from './weights.js';

/** Variables that are trained alike. */
export interface ParameterGroup {
  readonly variables: readonly tensorflow.Variable[];
  /** Times the learning rate; 0 freezes. */
  readonly rate: number;
  /** Half the squared distance from these values is added to the loss with this weight (L2-SP). */
  readonly anchor?: { readonly weight: number; readonly values: readonly tensorflow.Tensor[] };
}

export interface OptimizerOptions {
  readonly kind: 'momentum' | 'adam';
  /** Times the squared weights' half, added to the gradient of kernels; biases are free. */
  readonly weightDecay: number;
}

/** Gradient descent whose whole state can be saved.
 *
 * momentum   v ← 0.9·v + g;                  w ← w − η·v
 * adam       m ← β₁·m + (1−β₁)·g,  s ← β₂·s + (1−β₂)·g²;   w ← w − η·(m/(1−β₁ᵗ)) / (√(s/(1−β₂ᵗ)) + ε)
 * with g the gradient plus decay·w for kernels, β₁ = 0.9, β₂ = 0.999, ε = 1e-8 (kingma2015).
 */
export class Optimizer {
  readonly #tf: TensorFlow;
  readonly #options: OptimizerOptions;
  readonly #groups: readonly ParameterGroup[];
  readonly #slots: tensorflow.Variable[];
  #steps = 0;

  constructor(tf: TensorFlow, groups: readonly ParameterGroup[], options: OptimizerOptions) {
    this.#tf = tf;
    this.#groups = groups.filter(({ rate }) => rate > 0);
    this.#options = options;
    const perVariable = options.kind === 'adam' ? 2 : 1;
    this.#slots = this.variables.flatMap((variable) =>
      Array.from({ length: perVariable }, () =>
        tf.tidy(() => tf.variable(tf.zeros(variable.shape))),
      ),
    );
  }

  /** What is trained; frozen groups are left out. */
  get variables(): tensorflow.Variable[] {
    return this.#groups.flatMap(({ variables }) => variables);
  }

  /** One step down the gradient of `loss` at learning rate `rate`. */
  step(loss: () => tensorflow.Scalar, rate: number): void {
    const tf = this.#tf;
    const { value, grads } = tf.variableGrads(loss, this.variables);
    this.#steps++;
    tf.tidy(() => {
      let slot = 0;
      for (const group of this.#groups) {
        group.variables.forEach((variable, k) => {
          const gradient = this.#gradient(group, variable, k, grads[variable.name]!);
          slot = this.#update(variable, gradient, slot, rate * group.rate);
        });
      }
    });
    value.dispose();
    for (const gradient of Object.values(grads)) gradient.dispose();
  }

  #gradient(
    { anchor }: ParameterGroup,
    variable: tensorflow.Variable,
    k: number,
    given: tensorflow.Tensor,
  ): tensorflow.Tensor {
    const tf = this.#tf;
    const { weightDecay } = this.#options;
    let gradient = given;
    if (weightDecay > 0 && variable.rank > 1)
      gradient = tf.add(gradient, tf.mul(variable, weightDecay));
    if (!anchor) return gradient;
    return tf.add(gradient, tf.mul(tf.sub(variable, anchor.values[k]!), anchor.weight));
  }

  /** Moves one variable; returns the position of the next one's slots. */
  #update(
    variable: tensorflow.Variable,
    gradient: tensorflow.Tensor,
    slot: number,
    rate: number,
  ): number {
    const tf = this.#tf;
    const first = this.#slots[slot]!;
    if (this.#options.kind === 'momentum') {
      first.assign(tf.add(tf.mul(first, 0.9), gradient));
      variable.assign(tf.sub(variable, tf.mul(first, rate)));
      return slot + 1;
    }
    const second = this.#slots[slot + 1]!;
    first.assign(tf.add(tf.mul(first, 0.9), tf.mul(gradient, 0.1)));
    second.assign(tf.add(tf.mul(second, 0.999), tf.mul(tf.square(gradient), 0.001)));
    const direction = tf.div(first, 1 - 0.9 ** this.#steps);
    const spread = tf.sqrt(tf.div(second, 1 - 0.999 ** this.#steps));
    variable.assign(tf.sub(variable, tf.mul(tf.div(direction, tf.add(spread, 1e-8)), rate)));
    return slot + 2;
  }

  /** Shapes of what {@link Optimizer.save} keeps. */
  get slotShapes(): readonly (readonly number[])[] {
    return this.#slots.map(({ shape }) => shape);
  }

  /** Everything a later optimizer needs to go on. */
  async save(): Promise<{ readonly steps: number; readonly slots: WeightArray[] }> {
    const slots = await Promise.all(
      this.#slots.map(async (slot) => ({
        shape: [...slot.shape],
        data: Float64Array.from(await slot.data()),
      })),
    );
    return { steps: this.#steps, slots };
  }

  load({ steps, slots }: { readonly steps: number; readonly slots: readonly WeightArray[] }): void {
    this.#steps = steps;
    this.#tf.tidy(() => {
      this.#slots.forEach((slot, k) =>
        slot.assign(this.#tf.tensor(Float32Array.from(slots[k]!.data), slot.shape, 'float32')),
      );
    });
  }

  dispose(): void {
    for (const slot of this.#slots) slot.dispose();
  }
}
