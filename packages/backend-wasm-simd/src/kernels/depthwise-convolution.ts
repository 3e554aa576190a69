import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { floats, replaceWasmKernel, type KernelCall } from '../internal/kernels.js';
import type { Tfjs } from '../tensors/tfjs.js';

type Shape4 = [number, number, number, number];
type Info = ReturnType<typeof backend_util.computeConv2DInfo>;

interface Attributes {
  readonly strides: number | [number, number];
  readonly dilations: number | [number, number];
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dimRoundingMode: Parameters<typeof backend_util.computeConv2DInfo>[5];
}

/** Derivatives of a depthwise convolution, y[n, i, j, c·M + m] = Σ_p,q x[n, i·s + p·d, j·s + q·d, c] · w[p, q, c, m]. Each
 * weight meets each position once, so plain loops over the module's memory cost what the passes of a composition would. */
export function addDepthwiseGradients(tf: Tfjs): void {
  replaceWasmKernel(tf, 'DepthwiseConv2dNativeBackpropFilter', filterGradient);
  replaceWasmKernel(tf, 'DepthwiseConv2dNativeBackpropInput', inputGradient);
}

function filterGradient({ inputs, attributes, backend, tf }: KernelCall): TensorInfo {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const { filterShape } = attributes as object as { filterShape: Shape4 };
  const info = describe(tf, attributes as object as Attributes, x.shape as Shape4, filterShape);
  const output = backend.makeOutput(filterShape, 'float32');
  const [xs, ys, out] = [x, dy, output].map((tensor) => floats(backend, tensor)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const multiplier = info.outChannels / info.inChannels;
  // Sums over all samples and positions are kept in float64.
  const sums = new Float64Array(out.length);
  forEachContact(info, (xStart, yStart, wStart) => {
    for (let c = 0; c < info.inChannels; c++) {
      const value = xs[xStart + c]!;
      for (let m = c * multiplier; m < (c + 1) * multiplier; m++)
        sums[wStart + m]! += value * ys[yStart + m]!;
    }
  });
  out.set(sums);
  return output;
}

function inputGradient({ inputs, attributes, backend, tf }: KernelCall): TensorInfo {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const { inputShape } = attributes as object as { inputShape: Shape4 };
  const info = describe(tf, attributes as object as Attributes, inputShape, filter.shape as Shape4);
  const output = backend.makeOutput(inputShape, 'float32');
  const [ys, ws, out] = [dy, filter, output].map((tensor) => floats(backend, tensor)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const multiplier = info.outChannels / info.inChannels;
  out.fill(0);
  forEachContact(info, (xStart, yStart, wStart) => {
    for (let c = 0; c < info.inChannels; c++) {
      let sum = 0;
      for (let m = c * multiplier; m < (c + 1) * multiplier; m++)
        sum += ys[yStart + m]! * ws[wStart + m]!;
      out[xStart + c]! += sum;
    }
  });
  return output;
}

/** Calls `visit` for every position of the output and weight of the filter that meet inside the input, with the offsets of
 * their channels in input, output and filter. */
function forEachContact(
  info: Info,
  visit: (xStart: number, yStart: number, wStart: number) => void,
): void {
  const { batchSize, outHeight, outWidth, outChannels, inHeight, inWidth, inChannels } = info;
  for (let n = 0; n < batchSize; n++) {
    for (let i = 0; i < outHeight; i++) {
      for (let p = 0; p < info.filterHeight; p++) {
        const row = i * info.strideHeight - info.padInfo.top + p * info.dilationHeight;
        if (row < 0 || row >= inHeight) continue;
        for (let j = 0; j < outWidth; j++) {
          const yStart = ((n * outHeight + i) * outWidth + j) * outChannels;
          for (let q = 0; q < info.filterWidth; q++) {
            const column = j * info.strideWidth - info.padInfo.left + q * info.dilationWidth;
            if (column < 0 || column >= inWidth) continue;
            const xStart = ((n * inHeight + row) * inWidth + column) * inChannels;
            visit(xStart, yStart, (p * info.filterWidth + q) * outChannels);
          }
        }
      }
    }
  }
}

function describe(tf: Tfjs, attributes: Attributes, inputShape: Shape4, filterShape: Shape4): Info {
  const { strides, dilations, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
}
