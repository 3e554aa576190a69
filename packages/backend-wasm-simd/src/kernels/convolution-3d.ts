import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import {
  floats,
  replaceWasmKernel,
  reshape,
  transposeLast,
  type KernelCall,
} from '../internal/kernels.js';
import type { Tfjs } from '../tensors/tfjs.js';

type Shape5 = [number, number, number, number, number];
type Info = ReturnType<typeof backend_util.computeConv3DInfo>;

/** The derivatives of a convolution in three dimensions, which the engine computes wrongly: with respect to the input always,
 * with respect to the filter where the stride is not 1. */
export function repairConvolution3d(tf: Tfjs): void {
  replaceWasmKernel(tf, 'Conv3DBackpropInputV2', inputGradient);
  replaceWasmKernel(tf, 'Conv3DBackpropFilterV2', filterGradient);
}

interface Attributes {
  readonly strides: number | [number, number, number];
  readonly pad: 'valid' | 'same';
}

/** dx = Σ over the taps (p, q, r) of the filter: dy · w[p, q, r]ᵀ, one product of all positions, added where that tap read. */
function inputGradient({ inputs, attributes, backend, run, tf }: KernelCall): TensorInfo {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const { strides, pad, inputShape } = attributes as object as Attributes & {
    readonly inputShape: Shape5;
  };
  const info = tf.backend_util.computeConv3DInfo(
    inputShape,
    filter.shape as Shape5,
    strides,
    1,
    pad,
  );
  const output = backend.makeOutput(inputShape, 'float32');
  floats(backend, output).fill(0);
  const taps = info.filterDepth * info.filterHeight * info.filterWidth;
  const weights = transposeLast(
    run,
    reshape(run, filter, [taps, info.inChannels, info.outChannels]),
  );
  const positions = info.batchSize * info.outDepth * info.outHeight * info.outWidth;
  const rows = reshape(run, dy, [1, positions, info.outChannels]);
  for (let tap = 0; tap < taps; tap++) {
    const size = [1, info.outChannels, info.inChannels];
    const weight = run('Slice', { x: weights }, { begin: [tap, 0, 0], size });
    const product = run(
      'BatchMatMul',
      { a: rows, b: weight },
      { transposeA: false, transposeB: false },
    );
    const rowsOfX = floats(backend, product);
    const out = floats(backend, output);
    forEachPosition(info, tap, (row, channels) => {
      for (let c = 0; c < info.inChannels; c++) out[channels + c]! += rowsOfX[row + c]!;
    });
  }
  return output;
}

/** dw[p, q, r] = (rows of x that the tap read)ᵀ · dy. */
function filterGradient({ inputs, attributes, backend, run, tf }: KernelCall): TensorInfo {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const { strides, pad, filterShape } = attributes as object as Attributes & {
    readonly filterShape: Shape5;
  };
  const info = tf.backend_util.computeConv3DInfo(x.shape as Shape5, filterShape, strides, 1, pad);
  const positions = info.batchSize * info.outDepth * info.outHeight * info.outWidth;
  const output = backend.makeOutput(filterShape, 'float32');
  const read = run(
    'Fill',
    {},
    { shape: [1, positions, info.inChannels], value: 0, dtype: 'float32' },
  );
  const slopes = reshape(run, dy, [1, positions, info.outChannels]);
  const taps = info.filterDepth * info.filterHeight * info.filterWidth;
  for (let tap = 0; tap < taps; tap++) {
    const rows = floats(backend, read).fill(0);
    const values = floats(backend, x);
    forEachPosition(info, tap, (row, column) => {
      rows.set(values.subarray(column, column + info.inChannels), row);
    });
    const product = run(
      'BatchMatMul',
      { a: read, b: slopes },
      { transposeA: true, transposeB: false },
    );
    const size = info.inChannels * info.outChannels;
    floats(backend, output).set(floats(backend, product), tap * size);
  }
  return output;
}

/** Calls `visit` for every position of the output whose tap lies inside the input, with the offsets of the position's row among
 * rows of input channels and of the channels in the input. */
function forEachPosition(
  info: Info,
  tap: number,
  visit: (row: number, channels: number) => void,
): void {
  const { inChannels, inDepth, inHeight, inWidth } = info;
  const r = tap % info.filterWidth;
  const q = Math.floor(tap / info.filterWidth) % info.filterHeight;
  const p = Math.floor(tap / (info.filterWidth * info.filterHeight));
  let row = 0;
  for (let n = 0; n < info.batchSize; n++) {
    for (let i = 0; i < info.outDepth; i++) {
      const z = i * info.strideDepth - info.padInfo.front + p;
      for (let j = 0; j < info.outHeight; j++) {
        const y = j * info.strideHeight - info.padInfo.top + q;
        for (let k = 0; k < info.outWidth; k++, row += inChannels) {
          const x = k * info.strideWidth - info.padInfo.left + r;
          if (z < 0 || z >= inDepth || y < 0 || y >= inHeight || x < 0 || x >= inWidth) continue;
          visit(row, (((n * inDepth + z) * inHeight + y) * inWidth + x) * inChannels);
        }
      }
    }
  }
}
