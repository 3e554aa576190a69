import type {
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  Tensor5D,
} from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tensors/tfjs.js';
import { expectShape, sample, sizeOf, type BackendCheck } from './check.js';

interface Differentiable {
  readonly name: string;
  /** The kernel whose derivative is taken. */
  readonly kernel: string;
  /** What its derivative needs beyond it. */
  readonly needs?: readonly string[];
  readonly shapes: readonly (readonly number[])[];
  /** Keeps the inputs where the function is smooth. Default the identity. */
  readonly domain?: (x: number) => number;
  of(tf: Tfjs, inputs: readonly Tensor[]): Tensor;
}

const away = (x: number): number => x + Math.sign(x) * 0.2;
const positive = (x: number): number => Math.abs(x) + 0.5;

const functions: readonly Differentiable[] = [
  ...unary('Exp', (tf, x) => tf.exp(x)),
  ...unary('Log', (tf, x) => tf.log(x), positive),
  ...unary('Sqrt', (tf, x) => tf.sqrt(x), positive),
  ...unary('Sigmoid', (tf, x) => tf.sigmoid(x)),
  ...unary('Tanh', (tf, x) => tf.tanh(x)),
  ...unary('Softplus', (tf, x) => tf.softplus(x)),
  ...unary('Relu', (tf, x) => tf.relu(x), away),
  ...unary('LeakyRelu', (tf, x) => tf.leakyRelu(x), away),
  ...unary('Elu', (tf, x) => tf.elu(x), away),
  ...unary('Reciprocal', (tf, x) => tf.reciprocal(x), positive),
  ...unary('Softmax', (tf, x) => tf.softmax(x)),
  ...unary('LogSoftmax', (tf, x) => tf.logSoftmax(x)),
  ...unary('Sum', (tf, x) => tf.sum(x, 0)),
  ...unary('Mean', (tf, x) => tf.mean(x, 1)),
  ...unary('Max', (tf, x) => tf.max(x, 1)),
  ...unary('Cumsum', (tf, x) => tf.cumsum(x, 1)),
  ...unary('Transpose', (tf, x) => tf.transpose(x)),
  ...unary('PadV2', (tf, x) =>
    tf.pad(x, [
      [1, 1],
      [0, 2],
    ]),
  ),
  ...unary('Slice', (tf, x) => tf.slice(x, [1, 0], [1, 2])),
  ...unary('TopK', (tf, x) => tf.topk(x, 2).values),
  ...unary('StridedSlice', (tf, x) => tf.stridedSlice(x, [0, 0], [2, 4], [1, 2])),
  {
    name: 'division with broadcasting',
    kernel: 'RealDiv',
    shapes: [[3, 4], [4]],
    domain: positive,
    of: (tf, [a, b]) => tf.div(a!, b!),
  },
  {
    name: 'powers',
    kernel: 'Pow',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    domain: positive,
    of: (tf, [a, b]) => tf.pow(a!, b!),
  },
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB): Differentiable => ({
      name: `matMul${transposeA ? ', first transposed' : ''}${transposeB ? ', second transposed' : ''}`,
      kernel: 'BatchMatMul',
      shapes: [transposeA ? [5, 3] : [3, 5], transposeB ? [4, 5] : [5, 4]],
      of: (tf, [a, b]) => tf.matMul(a as Tensor2D, b as Tensor2D, transposeA, transposeB),
    })),
  ),
  ...(['valid', 'same'] as const).flatMap((pad) =>
    [1, 2].map((stride): Differentiable => ({
      name: `conv2d, padding ${pad}, stride ${stride}`,
      kernel: 'Conv2D',
      needs: ['Conv2DBackpropInput', 'Conv2DBackpropFilter'],
      shapes: [
        [2, 6, 5, 2],
        [3, 2, 2, 3],
      ],
      of: (tf, [x, w]) => tf.conv2d(x as Tensor4D, w as Tensor4D, stride, pad),
    })),
  ),
  {
    name: 'conv1d',
    kernel: 'Conv2D',
    needs: ['Conv2DBackpropInput', 'Conv2DBackpropFilter'],
    shapes: [
      [2, 7, 2],
      [3, 2, 3],
    ],
    of: (tf, [x, w]) => tf.conv1d(x as Tensor3D, w as Tensor3D, 1, 'same'),
  },
  {
    name: 'conv2dTranspose',
    kernel: 'Conv2DBackpropInput',
    needs: ['Conv2D', 'Conv2DBackpropFilter'],
    shapes: [
      [1, 3, 3, 2],
      [3, 3, 2, 2],
    ],
    of: (tf, [x, w]) => tf.conv2dTranspose(x as Tensor4D, w as Tensor4D, [1, 6, 6, 2], 2, 'same'),
  },
  ...[1, 2].map((stride): Differentiable => ({
    name: `depthwiseConv2d, two filters a channel, stride ${stride}`,
    kernel: 'DepthwiseConv2dNative',
    needs: ['DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
    shapes: [
      [2, 6, 5, 3],
      [3, 3, 3, 2],
    ],
    of: (tf, [x, w]) => tf.depthwiseConv2d(x as Tensor4D, w as Tensor4D, stride, 'same'),
  })),
  ...[1, 2].map((stride): Differentiable => ({
    name: `conv3d, stride ${stride}`,
    kernel: 'Conv3D',
    needs: ['Conv3DBackpropInputV2', 'Conv3DBackpropFilterV2'],
    shapes: [
      [1, 4, 4, 3, 2],
      [2, 2, 2, 2, 3],
    ],
    of: (tf, [x, w]) => tf.conv3d(x as Tensor5D, w as Tensor5D, stride, 'same'),
  })),
  {
    name: 'max pooling',
    kernel: 'MaxPool',
    needs: ['MaxPoolGrad'],
    shapes: [[2, 4, 4, 2]],
    of: (tf, [x]) => tf.maxPool(x as Tensor4D, 2, 2, 'valid'),
  },
  {
    name: 'average pooling',
    kernel: 'AvgPool',
    needs: ['AvgPoolGrad'],
    shapes: [[2, 4, 4, 2]],
    of: (tf, [x]) => tf.avgPool(x as Tensor4D, 2, 1, 'same'),
  },
  {
    name: 'batch normalisation',
    kernel: 'FusedBatchNorm',
    shapes: [[4, 3], [3], [3], [3], [3]],
    domain: positive,
    of: (tf, [x, mean, variance, offset, scale]) =>
      tf.batchNorm2d(
        x as Tensor2D,
        mean as Tensor1D,
        variance as Tensor1D,
        offset as Tensor1D,
        scale as Tensor1D,
      ),
  },
  {
    name: 'gather',
    kernel: 'GatherV2',
    needs: ['UnsortedSegmentSum'],
    shapes: [[4, 3]],
    of: (tf, [x]) => tf.gather(x!, tf.tensor1d([2, 0, 2], 'int32')),
  },
  {
    name: 'sums of segments',
    kernel: 'UnsortedSegmentSum',
    needs: ['GatherV2'],
    shapes: [[4, 3]],
    of: (tf, [x]) => tf.unsortedSegmentSum(x!, tf.tensor1d([1, 0, 1, 2], 'int32'), 3),
  },
  {
    name: 'choice',
    kernel: 'Select',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    of: (tf, [a, b]) =>
      tf.where(
        tf.tensor2d(
          sample(12, 7).map((x) => x > 0),
          [3, 4],
          'bool',
        ),
        a!,
        b!,
      ),
  },
  {
    name: 'bilinear resizing',
    kernel: 'ResizeBilinear',
    needs: ['ResizeBilinearGrad'],
    shapes: [[1, 3, 3, 2]],
    of: (tf, [x]) => tf.image.resizeBilinear(x as Tensor4D, [5, 4]),
  },
  {
    name: 'cross entropy of a softmax',
    kernel: 'LogSoftmax',
    shapes: [[3, 4]],
    of: (tf, [x]) => {
      const labels = tf.oneHot(tf.tensor1d([1, 3, 0], 'int32'), 4);
      return tf.losses.softmaxCrossEntropy(tf.cast(labels, 'float32'), x!);
    },
  },
  {
    name: 'einsum',
    kernel: 'Einsum',
    shapes: [
      [3, 4],
      [4, 2],
    ],
    of: (tf, [a, b]) => tf.einsum('ij,jk->ik', a!, b!),
  },
];

function unary(
  kernel: string,
  of: (tf: Tfjs, x: Tensor2D) => Tensor,
  domain: (x: number) => number = (x) => x,
): [Differentiable] {
  return [
    { name: kernel, kernel, shapes: [[3, 4]], domain, of: (tf, [x]) => of(tf, x as Tensor2D) },
  ];
}

/** Derivatives of L = Σ cᵢ·f(x)ᵢ against (L(x + h·d) − L(x − h·d)) / 2h in two directions d, one after the other for each input. */
export const gradientChecks: readonly BackendCheck[] = functions.map((differentiable) => ({
  name: `derivative of ${differentiable.name}`,
  kernels: [differentiable.kernel, ...(differentiable.needs ?? [])],
  differentiates: differentiable.kernel,
  run: ({ tf }) => checkGradient(tf, differentiable),
}));

const step = 1e-2;
/** Single precision leaves three digits of a difference over this step. */
const tolerance = 4e-3;

async function checkGradient(tf: Tfjs, { shapes, domain, of }: Differentiable): Promise<void> {
  const inputs = shapes.map((shape, k) =>
    Float32Array.from(sample(sizeOf(shape), k + 1), (x) => (domain ? domain(x) : x)),
  );
  const tensorsOf = (values: readonly Float32Array[]): Tensor[] =>
    values.map((value, k) => tf.tensor(value, [...shapes[k]!]));
  const weightsOf = (size: number): Float32Array => Float32Array.from(sample(size, 11));
  const loss = async (values: readonly Float32Array[]): Promise<number> => {
    const output = tf.tidy(() => of(tf, tensorsOf(values)));
    const numbers = await output.data();
    output.dispose();
    const weights = weightsOf(numbers.length);
    return dot(numbers, weights);
  };
  const gradients = tf.tidy(() => {
    const slopes = tf.grads((...tensors: Tensor[]) => {
      const output = of(tf, tensors);
      return tf.sum(tf.mul(output, tf.tensor(weightsOf(output.size), output.shape)));
    });
    return slopes(tensorsOf(inputs));
  });
  for (const [k, gradient] of gradients.entries()) {
    expectShape(gradient, shapes[k]!);
    const slope = await gradient.data();
    gradient.dispose();
    for (let seed = 21; seed < 23; seed++) {
      const direction = sample(slope.length, seed);
      const moved = (distance: number): Float32Array[] =>
        inputs.map((input, j) =>
          j === k ? input.map((value, p) => value + distance * direction[p]!) : input,
        );
      const expected = ((await loss(moved(step))) - (await loss(moved(-step)))) / (2 * step);
      const actual = dot(slope, direction);
      const scale = Math.hypot(...slope) * Math.hypot(...direction);
      const error = Math.abs(actual - expected) / Math.max(1, scale);
      if (!(error <= tolerance))
        throw new Error(`input ${k}: slope ${actual} instead of ${expected}`);
    }
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
