import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import {
  floats,
  replaceKernel,
  reshape,
  transposeLast,
  type KernelCall,
} from '../internal/kernels.js';
import type { Tfjs } from '../tensors/tfjs.js';

type Shape5 = [number, number, number, number, number];
type Info = ReturnType<typeof backend_util.computeConv3DInfo>;

/** The derivative of a convolution in three dimensions with respect to its input, which the engine computes wrongly. */
export function repairConvolution3d(tf: Tfjs): void {
  replaceKernel(tf, 'Conv3DBackpropInputV2', inputGradient);
}

/** dx = Σ over the taps (p, q, r) of the filter: dy · w[p, q, r]ᵀ, one product of all positions, added where that tap read. */
function inputGradient({ inputs, attributes, backend, run, tf }: KernelCall): TensorInfo {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const { strides, pad, inputShape } = attributes as object as {
    strides: number | [number, number, number];
    pad: 'valid' | 'same';
    inputShape: Shape5;
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
    scatter(info, tap, floats(backend, product), floats(backend, output));
  }
  return output;
}

function scatter(info: Info, tap: number, rows: Float32Array, out: Float32Array): void {
  const { inChannels, inDepth, inHeight, inWidth } = info;
  const r = tap % info.filterWidth;
  const q = Math.floor(tap / info.filterWidth) % info.filterHeight;
  const p = Math.floor(tap / (info.filterWidth * info.filterHeight));
  let from = 0;
  for (let n = 0; n < info.batchSize; n++) {
    for (let i = 0; i < info.outDepth; i++) {
      const z = i * info.strideDepth - info.padInfo.front + p;
      for (let j = 0; j < info.outHeight; j++) {
        const y = j * info.strideHeight - info.padInfo.top + q;
        for (let k = 0; k < info.outWidth; k++, from += inChannels) {
          const x = k * info.strideWidth - info.padInfo.left + r;
          if (z < 0 || z >= inDepth || y < 0 || y >= inHeight || x < 0 || x >= inWidth) continue;
          const to = (((n * inDepth + z) * inHeight + y) * inWidth + x) * inChannels;
          for (let c = 0; c < inChannels; c++) out[to + c]! += rows[from + c]!;
        }
      }
    }
  }
}
