import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tensors/tfjs.js';
import { expectClose, expectShape, sample, type BackendCheck } from './check.js';
import { convolve, multiply } from './naive.js';

type Unary = readonly [
  kernel: string,
  of: (tf: Tfjs, x: Tensor) => Tensor,
  expected: (x: number) => number,
];

const unaries: readonly Unary[] = [
  ['Abs', (tf, x) => tf.abs(x), Math.abs],
  ['Exp', (tf, x) => tf.exp(x), Math.exp],
  ['Expm1', (tf, x) => tf.expm1(x), Math.expm1],
  ['Log', (tf, x) => tf.log(tf.abs(x)), (x) => Math.log(Math.abs(x))],
  ['Log1p', (tf, x) => tf.log1p(tf.abs(x)), (x) => Math.log1p(Math.abs(x))],
  ['Sqrt', (tf, x) => tf.sqrt(tf.abs(x)), (x) => Math.sqrt(Math.abs(x))],
  ['Rsqrt', (tf, x) => tf.rsqrt(tf.abs(x)), (x) => 1 / Math.sqrt(Math.abs(x))],
  ['Square', (tf, x) => tf.square(x), (x) => x * x],
  ['Reciprocal', (tf, x) => tf.reciprocal(x), (x) => 1 / x],
  ['Sigmoid', (tf, x) => tf.sigmoid(x), (x) => 1 / (1 + Math.exp(-x))],
  ['Tanh', (tf, x) => tf.tanh(x), Math.tanh],
  ['Softplus', (tf, x) => tf.softplus(x), (x) => Math.log1p(Math.exp(x))],
  ['Sin', (tf, x) => tf.sin(x), Math.sin],
  ['Cos', (tf, x) => tf.cos(x), Math.cos],
  ['Relu', (tf, x) => tf.relu(x), (x) => Math.max(0, x)],
  ['Relu6', (tf, x) => tf.relu6(x), (x) => Math.min(6, Math.max(0, x))],
  ['LeakyRelu', (tf, x) => tf.leakyRelu(x, 0.1), (x) => (x < 0 ? 0.1 * x : x)],
  ['Elu', (tf, x) => tf.elu(x), (x) => (x < 0 ? Math.expm1(x) : x)],
  ['Neg', (tf, x) => tf.neg(x), (x) => -x],
  ['Sign', (tf, x) => tf.sign(x), Math.sign],
  ['Floor', (tf, x) => tf.floor(x), Math.floor],
  ['Step', (tf, x) => tf.step(x), (x) => (x > 0 ? 1 : 0)],
  ['ClipByValue', (tf, x) => tf.clipByValue(x, -1, 2), (x) => Math.min(2, Math.max(-1, x))],
];

type Binary = readonly [
  kernel: string,
  of: (tf: Tfjs, a: Tensor, b: Tensor) => Tensor,
  expected: (a: number, b: number) => number,
];

const binaries: readonly Binary[] = [
  ['Add', (tf, a, b) => tf.add(a, b), (a, b) => a + b],
  ['Sub', (tf, a, b) => tf.sub(a, b), (a, b) => a - b],
  ['Multiply', (tf, a, b) => tf.mul(a, b), (a, b) => a * b],
  ['RealDiv', (tf, a, b) => tf.div(a, b), (a, b) => a / b],
  ['Maximum', (tf, a, b) => tf.maximum(a, b), Math.max],
  ['Minimum', (tf, a, b) => tf.minimum(a, b), Math.min],
  ['Pow', (tf, a, b) => tf.pow(tf.abs(a), b), (a, b) => Math.abs(a) ** b],
  ['SquaredDifference', (tf, a, b) => tf.squaredDifference(a, b), (a, b) => (a - b) ** 2],
];

type Reduction = readonly [
  kernel: string,
  of: (tf: Tfjs, x: Tensor, axis: number) => Tensor,
  expected: (values: readonly number[]) => number,
];

const reductions: readonly Reduction[] = [
  ['Sum', (tf, x, axis) => tf.sum(x, axis), (values) => values.reduce((a, b) => a + b, 0)],
  ['Mean', (tf, x, axis) => tf.mean(x, axis), (v) => v.reduce((a, b) => a + b, 0) / v.length],
  ['Max', (tf, x, axis) => tf.max(x, axis), (values) => Math.max(...values)],
  ['Min', (tf, x, axis) => tf.min(x, axis), (values) => Math.min(...values)],
  ['Prod', (tf, x, axis) => tf.prod(x, axis), (values) => values.reduce((a, b) => a * b, 1)],
  ['ArgMax', (tf, x, axis) => tf.argMax(x, axis), (v) => v.indexOf(Math.max(...v))],
];

/** Results of operations against the formula, in float64. */
export const valueChecks: readonly BackendCheck[] = [
  ...unaries.map(([kernel, of, expected]): BackendCheck => ({
    name: `${kernel} of every number`,
    kernels: [kernel],
    async run({ tf, precision }) {
      const values = Float32Array.from(sample(37), (value) => 3 * value);
      const result = tf.tidy(() => of(tf, tf.tensor1d(values)));
      await expectClose(result, Array.from(values, expected), precision);
    },
  })),
  ...binaries.map(([kernel, of, expected]): BackendCheck => ({
    name: `${kernel} of a matrix with a row, a column and a number`,
    kernels: [kernel],
    async run({ tf, precision }) {
      const a = Float32Array.from(sample(12));
      const b = Float32Array.from(sample(4, 2));
      const c = Float32Array.from(sample(3, 3));
      const matrix = tf.tensor2d(a, [3, 4]);
      const row = tf.tidy(() => of(tf, matrix, tf.tensor1d(b)));
      await expectClose(
        row,
        Array.from(a, (x, k) => expected(x, b[k % 4]!)),
        precision,
      );
      const column = tf.tidy(() => of(tf, tf.tensor2d(c, [3, 1]), matrix));
      await expectClose(
        column,
        Array.from(a, (x, k) => expected(c[k >> 2]!, x)),
        precision,
      );
      const number = tf.tidy(() => of(tf, matrix, tf.scalar(0.5)));
      await expectClose(
        number,
        Array.from(a, (x) => expected(x, 0.5)),
        precision,
      );
      matrix.dispose();
    },
  })),
  ...reductions.map(([kernel, of, expected]): BackendCheck => ({
    name: `${kernel} over each axis`,
    kernels: [kernel],
    async run({ tf, precision }) {
      const x = Float32Array.from(sample(24));
      const tensor = tf.tensor3d(x, [2, 3, 4]);
      const along = (axis: number): number[] => {
        const [outer, size, inner] = [
          [1, 2, 12],
          [2, 3, 4],
          [6, 4, 1],
        ][axis] as [number, number, number];
        return Array.from({ length: outer * inner }, (_, k) => {
          const start = Math.floor(k / inner) * size * inner + (k % inner);
          return expected(Array.from({ length: size }, (__, j) => x[start + j * inner]!));
        });
      };
      for (const axis of [0, 1, 2]) await expectClose(of(tf, tensor, axis), along(axis), precision);
      tensor.dispose();
    },
  })),
  {
    name: 'products of matrices, plain and transposed',
    kernels: ['BatchMatMul'],
    async run({ tf, precision }) {
      const [rows, inner, columns] = [17, 64, 9];
      const a = Float32Array.from(sample(rows * inner));
      const b = Float32Array.from(sample(inner * columns, 2));
      const expected = multiply(a, b, rows, inner, columns);
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const product = tf.tidy(() => {
            const first = tf.tensor2d(a, [rows, inner]);
            const second = tf.tensor2d(b, [inner, columns]);
            const left = transposeA ? tf.transpose(first) : first;
            const right = transposeB ? tf.transpose(second) : second;
            return tf.matMul(left, right, transposeA, transposeB);
          });
          expectShape(product, [rows, columns]);
          await expectClose(product, expected, precision);
        }
      }
    },
  },
  {
    name: 'products of stacks of matrices',
    kernels: ['BatchMatMul'],
    async run({ tf, precision }) {
      const a = Float32Array.from(sample(2 * 3 * 5));
      const b = Float32Array.from(sample(2 * 4 * 5, 2));
      const product = tf.tidy(() =>
        tf.matMul(tf.tensor3d(a, [2, 3, 5]), tf.tensor3d(b, [2, 4, 5]), false, true),
      );
      const expected = [0, 1].flatMap((k) => {
        const turned = Array.from(
          { length: 20 },
          (_, p) => b[20 * k + 5 * (p % 4) + Math.floor(p / 4)]!,
        );
        return Array.from(multiply(a.subarray(15 * k, 15 * k + 15), turned, 3, 5, 4));
      });
      await expectClose(product, expected, precision);
    },
  },
  ...(['valid', 'same'] as const).flatMap((pad) =>
    [1, 2].map((stride): BackendCheck => ({
      name: `conv2d, padding ${pad}, stride ${stride}`,
      kernels: ['Conv2D'],
      async run({ tf, precision }) {
        const x = Float32Array.from(sample(2 * 6 * 5 * 3));
        const w = Float32Array.from(sample(3 * 2 * 3 * 4, 2));
        const result = tf.tidy(() =>
          tf.conv2d(tf.tensor4d(x, [2, 6, 5, 3]), tf.tensor4d(w, [3, 2, 3, 4]), stride, pad),
        );
        const expected = convolve(x, [2, 6, 5, 3], w, [3, 2, 3, 4], stride, pad);
        expectShape(result, expected.shape);
        await expectClose(result, expected.values, precision);
      },
    })),
  ),
  {
    name: 'max and average pooling',
    kernels: ['MaxPool', 'AvgPool'],
    async run({ tf, precision }) {
      const x = Float32Array.from(sample(16));
      const input = tf.tensor4d(x, [1, 4, 4, 1]);
      const windows = [0, 2, 8, 10].map((k) => [x[k]!, x[k + 1]!, x[k + 4]!, x[k + 5]!]);
      const largest = windows.map((values) => Math.max(...values));
      await expectClose(tf.maxPool(input, 2, 2, 'valid'), largest, precision);
      const mean = windows.map((values) => values.reduce((a, b) => a + b, 0) / 4);
      await expectClose(tf.avgPool(input, 2, 2, 'valid'), mean, precision);
      input.dispose();
    },
  },
  {
    name: 'softmax and log of the sum of exponentials, also far from zero',
    kernels: ['Softmax'],
    async run({ tf, precision }) {
      const x = [1000, 1001, 999, -3, -3, -3];
      const softmax = (row: number[]): number[] => {
        const top = Math.max(...row);
        const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
        return row.map((value) => Math.exp(value - top) / sum);
      };
      const expected = [...softmax(x.slice(0, 3)), ...softmax(x.slice(3))];
      const result = tf.tidy(() => tf.softmax(tf.tensor2d(x, [2, 3])));
      await expectClose(result, expected, 10 * precision);
      const log = tf.tidy(() => tf.logSumExp(tf.tensor2d(x, [2, 3]), 1));
      await expectClose(log, [1001.407606, -3 + Math.log(3)], precision);
    },
  },
  {
    name: 'gather, sums of segments and one-hot rows',
    kernels: ['GatherV2', 'UnsortedSegmentSum', 'OneHot'],
    async run({ tf }) {
      const rows = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
      const picked = tf.tidy(() => tf.gather(rows, tf.tensor1d([2, 0, 2], 'int32')));
      await expectClose(picked, [5, 6, 1, 2, 5, 6], 0);
      const sums = tf.tidy(() => tf.unsortedSegmentSum(rows, tf.tensor1d([1, 0, 1], 'int32'), 3));
      await expectClose(sums, [3, 4, 6, 8, 0, 0], 0);
      const hot = tf.tidy(() => tf.oneHot(tf.tensor1d([1, 0], 'int32'), 3));
      await expectClose(hot, [0, 1, 0, 1, 0, 0], 0);
      rows.dispose();
    },
  },
  {
    name: 'transpose, slice, pad, reverse, tile, concat',
    kernels: ['Transpose', 'Slice', 'PadV2', 'Reverse', 'Tile', 'Concat'],
    async run({ tf }) {
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      await expectClose(tf.transpose(x), [1, 4, 2, 5, 3, 6], 0);
      await expectClose(tf.slice(x, [0, 1], [2, 2]), [2, 3, 5, 6], 0);
      await expectClose(
        tf.pad(
          x,
          [
            [1, 0],
            [0, 1],
          ],
          9,
        ),
        [9, 9, 9, 9, 1, 2, 3, 9, 4, 5, 6, 9],
        0,
      );
      await expectClose(tf.reverse(x, 1), [3, 2, 1, 6, 5, 4], 0);
      await expectClose(tf.tile(x, [1, 2]), [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6], 0);
      await expectClose(tf.concat([x, x], 1), [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6], 0);
      x.dispose();
    },
  },
  {
    name: 'comparison, choice and the largest k',
    kernels: ['Greater', 'Select', 'TopK'],
    async run({ tf }) {
      const x = tf.tensor1d([3, -1, 7, 5]);
      const chosen = tf.tidy(() => tf.where(tf.greater(x, 4), x, tf.zerosLike(x)));
      await expectClose(chosen, [0, 0, 7, 5], 0);
      const { values, indices } = tf.topk(x, 2);
      await expectClose(values, [7, 5], 0);
      await expectClose(indices, [2, 3], 0);
      x.dispose();
    },
  },
  {
    name: 'einsum',
    kernels: ['Einsum'],
    async run({ tf, precision }) {
      const a = Float32Array.from(sample(6));
      const b = Float32Array.from(sample(12, 2));
      const product = tf.tidy(() =>
        tf.einsum('ij,jk->ki', tf.tensor2d(a, [2, 3]), tf.tensor2d(b, [3, 4])),
      );
      const plain = multiply(a, b, 2, 3, 4);
      const turned = Array.from({ length: 8 }, (_, p) => plain[4 * (p % 2) + (p >> 1)]!);
      await expectClose(product, turned, precision);
      const total = tf.tidy(() => tf.einsum('ij->', tf.tensor2d(a, [2, 3])));
      await expectClose(total, [a.reduce((sum, value) => sum + value, 0)], precision);
    },
  },
  {
    name: 'products of whole numbers',
    kernels: ['BatchMatMul'],
    async run({ tf }) {
      const product = tf.tidy(() =>
        tf.matMul(
          tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'),
          tf.tensor2d([5, 6, 7, 8], [2, 2], 'int32'),
        ),
      );
      await expectClose(product, [19, 22, 43, 50], 0);
    },
  },
];
