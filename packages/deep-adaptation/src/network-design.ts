import { token, type Token, TransferError } from '@graft-ml/core';

export type Activation = 'relu' | 'tanh' | 'linear';

/** One layer of a network, as plain data. */
export type LayerDesign =
  | {
      readonly type: 'dense';
      /** Outputs, a whole number ≥ 1. */
      readonly units: number;
      /** Default `'relu'`. */
      readonly activation?: Activation;
    }
  | {
      /** Takes the columns of a row for an image; channels vary fastest. */
      readonly type: 'image';
      readonly height: number;
      readonly width: number;
      readonly channels: number;
    }
  | {
      readonly type: 'convolution';
      readonly filters: number;
      /** Height and width of the window, in pixels. */
      readonly size: number;
      /** Default 1. */
      readonly stride?: number;
      /** `'same'` (default) pads with zeros so that a stride of 1 keeps the size; `'valid'` stays inside the image. */
      readonly padding?: 'same' | 'valid';
      /** Default `'relu'`. */
      readonly activation?: Activation;
    }
  | {
      /** The largest of each window, without overlap; what is left over at the edge is dropped. */
      readonly type: 'max-pooling';
      /** Height and width of the window, in pixels. */
      readonly size: number;
    };

/** A feature extractor: what turns rows into the features that heads read. Images are flattened before dense layers and at the end. */
export type NetworkDesign = readonly LayerDesign[];

/** Where deep methods ask for their feature extractor. Default: one dense layer of 64 units. */
export const NetworkToken: Token<NetworkDesign> = /* @__PURE__ */ token<NetworkDesign>('network');

/** Size of what a layer gives: an image, or a row where height and width are 1. */
export interface LayerShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A layer whose sizes are settled. */
export interface Layer {
  readonly design: LayerDesign;
  readonly input: LayerShape;
  readonly output: LayerShape;
}

/** Settles the sizes of a design for rows of `nFeatures` columns.
 *
 * Errors: `INVALID_OPTION` for sizes that are not whole or do not fit, naming the layer.
 */
export function planNetwork(design: NetworkDesign, nFeatures: number, who: string): Layer[] {
  const layers: Layer[] = [];
  let input: LayerShape = { height: 1, width: 1, channels: nFeatures };
  design.forEach((layer, index) => {
    const refuse = (problem: string): never => {
      throw new TransferError({
        code: 'INVALID_OPTION',
        who,
        message: `layer ${index} of the network, "${layer.type}", ${problem}.`,
        details: { option: 'network', layer: index, design: layer },
      });
    };
    const output = outputOf(layer, input, refuse);
    layers.push({ design: layer, input, output });
    input = output;
  });
  return layers;
}

/** Number of columns of a settled network's output. */
export function outputSize(layers: readonly Layer[], nFeatures: number): number {
  const last = layers[layers.length - 1]?.output;
  return last ? sizeOf(last) : nFeatures;
}

export function sizeOf({ height, width, channels }: LayerShape): number {
  return height * width * channels;
}

function outputOf(
  layer: LayerDesign,
  input: LayerShape,
  refuse: (problem: string) => never,
): LayerShape {
  const whole = (name: string, value: number): void => {
    if (!Number.isInteger(value) || value < 1)
      refuse(`needs a whole "${name}" of at least 1; received ${value}`);
  };
  if (layer.type === 'dense') {
    whole('units', layer.units);
    return { height: 1, width: 1, channels: layer.units };
  }
  if (layer.type === 'image') {
    const { height, width, channels } = layer;
    whole('height', height);
    whole('width', width);
    whole('channels', channels);
    if (height * width * channels !== sizeOf(input))
      refuse(
        `makes ${height * width * channels} values of ${height} × ${width} × ${channels}, but rows have ${sizeOf(input)}`,
      );
    return { height, width, channels };
  }
  whole('size', layer.size);
  if (layer.type === 'max-pooling') {
    const pooled = (length: number): number => Math.floor(length / layer.size);
    if (pooled(input.height) < 1 || pooled(input.width) < 1)
      refuse(
        `looks at windows of ${layer.size}, but the image is ${input.height} × ${input.width}`,
      );
    return { ...input, height: pooled(input.height), width: pooled(input.width) };
  }
  whole('filters', layer.filters);
  const { stride = 1, padding = 'same' } = layer;
  whole('stride', stride);
  const stretch = (length: number): number =>
    padding === 'same'
      ? Math.ceil(length / stride)
      : Math.floor((length - layer.size) / stride) + 1;
  if (stretch(input.height) < 1 || stretch(input.width) < 1)
    refuse(`looks at windows of ${layer.size}, but the image is ${input.height} × ${input.width}`);
  return { height: stretch(input.height), width: stretch(input.width), channels: layer.filters };
}
