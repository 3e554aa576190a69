import { token, type Token, TransferError } from '@graft-ml/core';
import type { WeightArray } from './internal/weights.js';

/** `relu6` is min(max(x, 0), 6). */
export type Activation = 'relu' | 'relu6' | 'tanh' | 'linear';

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
      /** A filter for each channel by itself. */
      readonly type: 'depthwise-convolution';
      /** Height and width of the window, in pixels. */
      readonly size: number;
      /** Default 1. */
      readonly stride?: number;
      /** As for a convolution. */
      readonly padding?: 'same' | 'valid';
      /** Default `'relu'`. */
      readonly activation?: Activation;
    }
  | {
      /** The largest of each window, without overlap; what is left over at the edge is dropped. */
      readonly type: 'max-pooling';
      /** Height and width of the window, in pixels. */
      readonly size: number;
    }
  | {
      /** The mean of each channel over the image. */
      readonly type: 'global-average-pooling';
    }
  | {
      /** Rows and columns of zeros around the image, in pixels. */
      readonly type: 'zero-padding';
      readonly top: number;
      readonly bottom: number;
      readonly left: number;
      readonly right: number;
    }
  | {
      /** Sets values to 0 at random in every step of training and scales the others up by 1 / (1 − rate); nothing once it is
       * trained (srivastava2014). */
      readonly type: 'dropout';
      /** Share of values set to 0, in [0, 1). */
      readonly rate: number;
    }
  | {
      readonly type: 'activation';
      readonly activation: Activation;
    }
  | {
      /** Adds the output of an earlier layer of the same size: a residual connection. */
      readonly type: 'sum';
      /** Its position in the design, from 0. */
      readonly with: number;
    };

/** A feature extractor: what turns rows into the features that heads read. Images are flattened before dense layers and at the end. */
export type NetworkDesign = readonly LayerDesign[];

/** A feature extractor that was trained before: what `layersAbove` of a pretrained network gives. Columns of rows are taken as
 * they are, whatever `standardize` says, because the weights know their scale. */
export interface PretrainedLayers {
  readonly design: NetworkDesign;
  /** Kernel and bias of each layer that has them, in the order of the layers. */
  readonly weights: readonly WeightArray[];
}

/** Where deep methods ask for their feature extractor: a design, which begins with random weights, or layers that were trained
 * before. Default: one dense layer of 64 units. */
export const NetworkToken: Token<NetworkDesign | PretrainedLayers> = /* @__PURE__ */ token<
  NetworkDesign | PretrainedLayers
>('network');

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
    const output = outputOf(layer, input, layers, refuse);
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
  earlier: readonly Layer[],
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
  if (layer.type === 'activation') return input;
  if (layer.type === 'dropout') {
    if (!(layer.rate >= 0 && layer.rate < 1))
      refuse(`needs a "rate" in [0, 1); received ${layer.rate}`);
    return input;
  }
  if (layer.type === 'global-average-pooling')
    return { height: 1, width: 1, channels: input.channels };
  if (layer.type === 'zero-padding') {
    const { top, bottom, left, right } = layer;
    if (![top, bottom, left, right].every((count) => Number.isInteger(count) && count >= 0))
      refuse(
        `needs whole numbers of at least 0; received ${[top, bottom, left, right].join(', ')}`,
      );
    const { height, width, channels } = input;
    return { height: height + top + bottom, width: width + left + right, channels };
  }
  if (layer.type === 'sum') {
    const other = earlier[layer.with]?.output;
    if (!other) return refuse(`adds layer ${layer.with}, which is not one of those before it`);
    if (
      other.height !== input.height ||
      other.width !== input.width ||
      sizeOf(other) !== sizeOf(input)
    )
      refuse(`adds ${shapeText(other)} of layer ${layer.with} to ${shapeText(input)}`);
    return input;
  }
  if (!['max-pooling', 'convolution', 'depthwise-convolution'].includes(layer.type))
    refuse('is of no known type');
  whole('size', layer.size);
  if (layer.type === 'max-pooling') {
    const pooled = (length: number): number => Math.floor(length / layer.size);
    if (pooled(input.height) < 1 || pooled(input.width) < 1)
      refuse(
        `looks at windows of ${layer.size}, but the image is ${input.height} × ${input.width}`,
      );
    return { ...input, height: pooled(input.height), width: pooled(input.width) };
  }
  if (layer.type === 'convolution') whole('filters', layer.filters);
  const { stride = 1, padding = 'same' } = layer;
  whole('stride', stride);
  const stretch = (length: number): number =>
    padding === 'same'
      ? Math.ceil(length / stride)
      : Math.floor((length - layer.size) / stride) + 1;
  if (stretch(input.height) < 1 || stretch(input.width) < 1)
    refuse(`looks at windows of ${layer.size}, but the image is ${input.height} × ${input.width}`);
  const channels = layer.type === 'convolution' ? layer.filters : input.channels;
  return { height: stretch(input.height), width: stretch(input.width), channels };
}

function shapeText({ height, width, channels }: LayerShape): string {
  return `${height} × ${width} × ${channels}`;
}
