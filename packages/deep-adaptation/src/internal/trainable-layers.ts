import { suggest, TransferError } from '@graft-ml/core';
import type { Activation, LayerDesign, PretrainedLayers } from '../network-design.js';
import type { LayerGraph, Leaf } from './layer-graph.js';
import type { WeightArray } from './weights.js';

type Config = Readonly<Record<string, unknown>>;

/** Where the layers to train begin. */
export interface Cut {
  /** Of the leaf whose output they take; −1 is the input of the model. */
  readonly position: number;
  /** Of that output, the batch first; null where a size is free. */
  readonly shape: readonly (number | null)[];
}

/** Layers that do nothing once a network is trained. */
const passive = ['Dropout', 'SpatialDropout2D', 'GaussianNoise', 'GaussianDropout'];

/** The layers of a model above `cut`, up to and with `last`, as a design and its weights.
 *
 * Batch normalization keeps its statistics: with them fixed it is one scale and one shift per channel, which become part of
 * the convolution before it. Dropout is left out. Errors: `INVALID_OPTION` for a layer that is not above the cut,
 * `UNSUPPORTED` for a layer that has no counterpart here and for branches other than sums.
 */
export async function trainableLayers(
  graph: LayerGraph,
  cut: Cut,
  last: string | undefined,
  who: string,
): Promise<PretrainedLayers> {
  const end = endOf(graph, cut.position, last, who);
  const translation = new Translation(graph, cut, end, who);
  for (let k = cut.position + 1; k <= end; k++) await translation.add(k);
  return translation.finish();
}

/** Position of the last layer wanted: by default the one that makes a row of an image. */
function endOf({ leaves }: LayerGraph, cut: number, last: string | undefined, who: string): number {
  const above = leaves.slice(cut + 1);
  const found = above.findLastIndex(({ layer }) =>
    last === undefined
      ? ['GlobalAveragePooling2D', 'Flatten'].includes(layer.getClassName())
      : layer.name === last,
  );
  if (found >= 0) return cut + 1 + found;
  const known = above.map(({ layer }) => layer.name);
  const near = last === undefined ? [] : suggest(last, known);
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message:
      last === undefined
        ? `no layer above the cut makes a row of an image. Name the last layer to take: one of ${known.slice(0, 8).join(', ') || 'none'}.`
        : `there is no layer "${last}" above the cut. ${near.length > 0 ? `Did you mean ${near.join(', ')}?` : `There are ${known.slice(0, 8).join(', ') || 'none'}.`}`,
    details: { option: 'last', received: last, known },
  });
}

class Translation {
  readonly #design: LayerDesign[] = [];
  /** Weights of each layer of the design. */
  readonly #weights: WeightArray[][] = [];
  /** Where in the design the output of a leaf is; −1 is the rows themselves. */
  readonly #places = new Map<number, number>();
  /** How many leaves take the output of one. */
  readonly #uses = new Map<number, number>();
  readonly #leaves: readonly Leaf[];
  readonly #who: string;

  constructor({ leaves }: LayerGraph, { position, shape }: Cut, end: number, who: string) {
    this.#leaves = leaves;
    this.#who = who;
    for (const { inputs } of leaves.slice(position + 1, end + 1))
      for (const input of inputs) this.#uses.set(input, (this.#uses.get(input) ?? 0) + 1);
    const [, ...sizes] = shape;
    if (sizes.some((size) => size === null)) {
      throw new TransferError({
        code: 'UNSUPPORTED',
        who,
        message: `the model leaves sizes free: [${sizes.map((size) => size ?? '?').join(', ')}] at the cut. Convert it with a fixed input size.`,
        details: { capability: 'free sizes', received: sizes },
      });
    }
    const [height, width, channels] = sizes as number[];
    if (channels !== undefined)
      this.#push({ type: 'image', height: height!, width: width!, channels });
    this.#places.set(position, this.#design.length - 1);
  }

  finish(): PretrainedLayers {
    return { design: this.#design, weights: this.#weights.flat() };
  }

  async add(k: number): Promise<void> {
    const leaf = this.#leaves[k]!;
    const others = leaf.inputs
      .map((input) => this.#places.get(input))
      .filter((place) => place !== this.#design.length - 1);
    const kind = leaf.layer.getClassName();
    if (kind === 'Add' && leaf.inputs.length === 2 && others.length === 1 && (others[0] ?? -1) >= 0)
      this.#push({ type: 'sum', with: others[0]! });
    else if (others.length > 0) throw this.#refusal(leaf, 'joins branches');
    else await this.#translate(leaf, kind);
    this.#places.set(k, this.#design.length - 1);
  }

  async #translate(leaf: Leaf, kind: string): Promise<void> {
    const { layer } = leaf;
    const config = layer.getConfig() as Config;
    if (passive.includes(kind) || kind === 'Flatten') return;
    if (kind === 'GlobalAveragePooling2D') return this.#push({ type: 'global-average-pooling' });
    if (kind === 'BatchNormalization') return this.#normalize(leaf, config);
    if (kind === 'ReLU') return this.#activate(leaf, reluOf(config['maxValue']));
    if (kind === 'Activation') return this.#activate(leaf, config['activation']);
    if (kind === 'ZeroPadding2D') {
      const [[top, bottom], [left, right]] = config['padding'] as [number, number][];
      return this.#push({ type: 'zero-padding', top, bottom, left, right });
    }
    if (kind === 'MaxPooling2D') {
      const size = this.#square(leaf, config['poolSize']);
      if (size !== this.#square(leaf, config['strides']) || config['padding'] !== 'valid')
        throw this.#refusal(leaf, 'has windows that overlap or leave the image');
      return this.#push({ type: 'max-pooling', size });
    }
    if (kind === 'Conv2D' || kind === 'DepthwiseConv2D' || kind === 'Dense')
      return this.#linear(leaf, kind, config);
    throw this.#refusal(leaf, `is of class ${kind}`);
  }

  /** A layer with a kernel, then its activation. */
  async #linear(
    leaf: Leaf,
    kind: 'Conv2D' | 'DepthwiseConv2D' | 'Dense',
    config: Config,
  ): Promise<void> {
    const [kernel, given] = await arraysOf(leaf);
    const shape = kernel!.shape;
    if (config['dataFormat'] === 'channelsFirst') throw this.#refusal(leaf, 'has channels first');
    const depthwise = kind === 'DepthwiseConv2D';
    const channels = shape[shape.length - (depthwise ? 2 : 1)]!;
    const bias = given ?? { shape: [channels], data: new Float64Array(channels) };
    if (kind === 'Dense') {
      if (leaf.layer.outputShape.length !== 2) throw this.#refusal(leaf, 'is dense over an image');
      this.#push({ type: 'dense', units: channels, activation: 'linear' }, [kernel!, bias]);
    } else {
      if (this.#square(leaf, config['dilationRate'] ?? 1) !== 1 || (depthwise && shape[3] !== 1))
        throw this.#refusal(leaf, 'has dilated or multiplied filters');
      const windows = {
        size: this.#square(leaf, [shape[0]!, shape[1]!]),
        stride: this.#square(leaf, config['strides']),
        padding: config['padding'] as 'same' | 'valid',
        activation: 'linear',
      } as const;
      this.#push(
        depthwise
          ? { type: 'depthwise-convolution', ...windows }
          : { type: 'convolution', filters: channels, ...windows },
        [kernel!, bias],
      );
    }
    // Its output is this layer's own: nothing else can take it before the activation.
    this.#setActivation(leaf, config['activation']);
  }

  /** γ·(x − μ) / √(σ² + ε) + β as scale and shift: into the kernel before it, or as filters of one pixel. */
  async #normalize(leaf: Leaf, config: Config): Promise<void> {
    const arrays = (await arraysOf(leaf)).map(({ data }) => data);
    const ones = new Float64Array(arrays[0]!.length).fill(1);
    const gamma = config['scale'] === false ? ones : arrays.shift()!;
    const beta = config['center'] === false ? ones.map(() => 0) : arrays.shift()!;
    const [mean, variance] = arrays as [Float64Array, Float64Array];
    const epsilon = config['epsilon'] as number;
    const scale = gamma.map((value, c) => value / Math.sqrt(variance[c]! + epsilon));
    const shift = beta.map((value, c) => value - mean[c]! * scale[c]!);
    const [kernel, bias] = this.#weights[this.#weights.length - 1] ?? [];
    const { length: rank } = leaf.layer.outputShape;
    const axis = config['axis'] as number;
    if (axis !== -1 && axis !== rank - 1)
      throw this.#refusal(leaf, `normalizes along axis ${axis}`);
    if (!this.#mergeable(leaf) || bias?.data.length !== scale.length) {
      if (rank !== 4)
        throw this.#refusal(leaf, 'normalizes what no convolution or dense layer made');
      const filters = { shape: [1, 1, scale.length, 1], data: scale };
      const design = { type: 'depthwise-convolution', size: 1, activation: 'linear' } as const;
      return this.#push(design, [filters, { shape: [shift.length], data: shift }]);
    }
    // Channels vary fastest in every kernel, a depthwise one included.
    const scaled = kernel!.data.map((value, p) => value * scale[p % scale.length]!);
    const shifted = bias.data.map((value, c) => value * scale[c]! + shift[c]!);
    this.#weights[this.#weights.length - 1] = [
      { shape: kernel!.shape, data: scaled },
      { shape: bias.shape, data: shifted },
    ];
  }

  #activate(leaf: Leaf, name: unknown): void {
    if (this.#mergeable(leaf)) this.#setActivation(leaf, name);
    else this.#push({ type: 'activation', activation: this.#activation(leaf, name) });
  }

  #setActivation(leaf: Leaf, name: unknown): void {
    const at = this.#design.length - 1;
    const activation = this.#activation(leaf, name);
    this.#design[at] = { ...this.#design[at]!, activation } as LayerDesign;
  }

  #activation(leaf: Leaf, name: unknown): Activation {
    if (name === 'relu' || name === 'relu6' || name === 'tanh' || name === 'linear') return name;
    throw this.#refusal(leaf, `has the activation ${String(name)}`);
  }

  /** Whether what a layer takes comes from a kernel, linearly, and goes nowhere else. */
  #mergeable({ inputs }: Leaf): boolean {
    const before = this.#design[this.#design.length - 1];
    return (
      this.#uses.get(inputs[0]!) === 1 &&
      before !== undefined &&
      'activation' in before &&
      before.type !== 'activation' &&
      before.activation === 'linear'
    );
  }

  #push(layer: LayerDesign, weights: WeightArray[] = []): void {
    this.#design.push(layer);
    this.#weights.push(weights);
  }

  #square(leaf: Leaf, value: unknown): number {
    const [a, b] = Array.isArray(value) ? (value as number[]) : [value as number, value as number];
    if (a !== b) throw this.#refusal(leaf, `has windows or steps of ${a} × ${b}`);
    return a!;
  }

  #refusal({ layer }: Leaf, what: string): TransferError {
    return new TransferError({
      code: 'UNSUPPORTED',
      who: this.#who,
      message: `"${layer.name}" ${what}, which cannot be trained here. Cut the network above it.`,
      details: { capability: 'trainable layer', layer: layer.name },
    });
  }
}

function reluOf(maximum: unknown): string {
  if (maximum === null || maximum === undefined) return 'relu';
  return maximum === 6 ? 'relu6' : `relu up to ${String(maximum)}`;
}

async function arraysOf({ layer }: Leaf): Promise<WeightArray[]> {
  return Promise.all(
    layer.getWeights().map(async (tensor) => ({
      shape: [...tensor.shape],
      data: Float64Array.from(await tensor.data()),
    })),
  );
}
