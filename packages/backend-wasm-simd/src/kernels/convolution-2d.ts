import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { replaceWasmKernel, type KernelCall } from '../internal/kernels.js';
import type { Tfjs } from '../tensors/tfjs.js';

type Padding = Parameters<typeof backend_util.computeConv2DInfo>[4];
type Rounding = Parameters<typeof backend_util.computeConv2DInfo>[5];

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode: Rounding;
}

/** Derivatives of a convolution as convolutions. */
export function repairConvolution2d(tf: Tfjs): void {
  replaceWasmKernel(tf, 'Conv2DBackpropFilter', filterGradient);
  replaceWasmKernel(tf, 'Conv2DBackpropInput', inputGradient);
}

/** dW[p, q, c, k] = Σ_n,i,j x[n, i·s + p, j·s + q, c] · dy[n, i, j, k]: a convolution of x with dy, in which channels stand
 * for samples, samples for channels and the stride for the dilation. */
function filterGradient({ inputs, attributes, run, tf }: KernelCall): TensorInfo {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const { strides, pad, dimRoundingMode, filterShape } = attributes as object as Attributes & {
    readonly filterShape: [number, number, number, number];
  };
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  // What the filter touches; a remainder of x that no position of it covers is cut off.
  const height = (info.outHeight - 1) * info.strideHeight + info.filterHeight;
  const width = (info.outWidth - 1) * info.strideWidth + info.filterWidth;
  const { top, left } = info.padInfo;
  const bottom = Math.max(0, height - info.inHeight - top);
  const right = Math.max(0, width - info.inWidth - left);
  const padded = top + left + bottom + right === 0 ? x : pad2d(run, x, top, bottom, left, right);
  const size = [info.batchSize, height, width, info.inChannels];
  const covered = run('Slice', { x: padded }, { begin: [0, 0, 0, 0], size });
  const channelsFirst = run('Transpose', { x: covered }, { perm: [3, 1, 2, 0] });
  const filter = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
  const gradient = run(
    'Conv2D',
    { x: channelsFirst, filter },
    {
      strides: [1, 1],
      pad: 'valid',
      dataFormat: 'NHWC',
      dilations: [info.strideHeight, info.strideWidth],
    },
  );
  return run('Transpose', { x: gradient }, { perm: [1, 2, 0, 3] });
}

/** For stride 1, dx is the convolution of the padded dy with the filter turned by 180° and its channels swapped, which is
 * four times faster than the engine's own kernel; that one serves the other strides. */
function inputGradient({ inputs, attributes, run, original, tf }: KernelCall): TensorInfo {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const { strides, pad, dataFormat, dimRoundingMode, inputShape } =
    attributes as object as Attributes & {
      readonly inputShape: [number, number, number, number];
    };
  if (dataFormat === 'NCHW') return original('Conv2DBackpropInput', inputs, attributes);
  const info = tf.backend_util.computeConv2DInfo(
    inputShape,
    filter.shape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const top = info.filterHeight - 1 - info.padInfo.top;
  const left = info.filterWidth - 1 - info.padInfo.left;
  const bottom = info.inHeight + info.filterHeight - 1 - info.outHeight - top;
  const right = info.inWidth + info.filterWidth - 1 - info.outWidth - left;
  const plain = info.strideHeight === 1 && info.strideWidth === 1;
  if (!plain || Math.min(top, left, bottom, right) < 0)
    return original('Conv2DBackpropInput', inputs, attributes);
  const padded = top + left + bottom + right === 0 ? dy : pad2d(run, dy, top, bottom, left, right);
  const turned = run('Reverse', { x: filter }, { dims: [0, 1] });
  const swapped = run('Transpose', { x: turned }, { perm: [0, 1, 3, 2] });
  return run(
    'Conv2D',
    { x: padded, filter: swapped },
    { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1] },
  );
}

function pad2d(
  run: KernelCall['run'],
  x: TensorInfo,
  top: number,
  bottom: number,
  left: number,
  right: number,
): TensorInfo {
  const paddings = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return run('PadV2', { x }, { paddings, constantValue: 0 });
}
