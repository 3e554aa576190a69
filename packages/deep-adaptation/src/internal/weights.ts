import type { RandomSource } from '@graft-ml/numerics';
import { type Activation, type Layer, type LayerDesign, sizeOf } from '../network-design.js';

/** An array of weights, outermost dimension first. */
export interface WeightArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Kernel and bias of each layer that has them, in the order of the layers. */
export type Weights = readonly WeightArray[];

/** Shapes of the weights of a layer: none, or kernel and bias. */
export function weightShapes({ design, input }: Layer): readonly (readonly number[])[] {
  if (design.type === 'dense') return [[sizeOf(input), design.units], [design.units]];
  if (design.type === 'depthwise-convolution')
    return [[design.size, design.size, input.channels, 1], [input.channels]];
  if (design.type !== 'convolution') return [];
  return [[design.size, design.size, input.channels, design.filters], [design.filters]];
}

/** Draws first weights: kernels uniform in ±√(6 / fan) so that the spread of signals stays, biases 0. After a ReLU half of
 * the signal is lost, hence fan = inputs (he2015); else fan = inputs + outputs (glorot2010). */
export function initialWeights(layers: readonly Layer[], random: RandomSource): WeightArray[] {
  return layers.flatMap((layer, index) => {
    const [kernel, bias] = weightShapes(layer);
    if (!kernel || !bias) return [];
    // A depthwise filter sees one channel, and each channel has one.
    const depthwise = layer.design.type === 'depthwise-convolution';
    const inputs = kernel.slice(0, depthwise ? 2 : -1).reduce((a, b) => a * b, 1);
    const outputs = depthwise ? kernel[2]! : kernel[kernel.length - 1]!;
    const fan = activationOf(layer.design).startsWith('relu')
      ? inputs
      : inputs + (depthwise ? inputs : outputs);
    const limit = Math.sqrt(6 / fan);
    const stream = random.stream(index);
    const data = new Float64Array(inputs * outputs);
    for (let p = 0; p < data.length; p++) data[p] = Math.fround((2 * stream.uniform() - 1) * limit);
    return [
      { shape: kernel, data },
      { shape: bias, data: new Float64Array(outputs) },
    ];
  });
}

export function activationOf(design: LayerDesign): Activation {
  if (design.type === 'activation') return design.activation;
  return design.type === 'dense' ||
    design.type === 'convolution' ||
    design.type === 'depthwise-convolution'
    ? (design.activation ?? 'relu')
    : 'linear';
}
