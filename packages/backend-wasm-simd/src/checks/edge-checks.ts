import { expectClose, expectShape, type BackendCheck } from './check.js';

/** Tensors without numbers. */
export const emptyChecks: readonly BackendCheck[] = [
  {
    name: 'a product without rows, and one over nothing',
    kernels: ['BatchMatMul'],
    async run({ tf }) {
      const none = tf.tidy(() => tf.matMul(tf.zeros([0, 3]), tf.ones([3, 2])));
      expectShape(none, [0, 2]);
      await expectClose(none, [], 0);
      const zeros = tf.tidy(() => tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])));
      await expectClose(zeros, [0, 0, 0, 0], 0);
    },
  },
  {
    name: 'functions, sums and rows of nothing',
    kernels: ['Exp', 'Sum', 'Concat', 'GatherV2'],
    async run({ tf }) {
      const exp = tf.tidy(() => tf.exp(tf.zeros([0, 4])));
      expectShape(exp, [0, 4]);
      await expectClose(exp, [], 0);
      await expectClose(
        tf.tidy(() => tf.sum(tf.zeros([0, 3]), 0)),
        [0, 0, 0],
        0,
      );
      const joined = tf.tidy(() => tf.concat([tf.zeros([0, 2]), tf.ones([1, 2])], 0));
      await expectClose(joined, [1, 1], 0);
      const picked = tf.tidy(() => tf.gather(tf.ones([2, 3]), tf.tensor1d([], 'int32')));
      expectShape(picked, [0, 3]);
      await expectClose(picked, [], 0);
    },
  },
];

/** Infinities as IEEE 754 has them. */
export const infinityChecks: readonly BackendCheck[] = [
  {
    name: 'overflow, logarithm of zero and division by zero',
    kernels: ['Exp', 'Log', 'RealDiv', 'Multiply'],
    async run({ tf }) {
      await expectClose(
        tf.tidy(() => tf.exp(tf.tensor1d([1000, -1000]))),
        [Infinity, 0],
        0,
      );
      await expectClose(
        tf.tidy(() => tf.log(tf.tensor1d([0]))),
        [-Infinity],
        0,
      );
      await expectClose(
        tf.tidy(() => tf.div(tf.tensor1d([1, -1]), tf.zeros([2]))),
        [Infinity, -Infinity],
        0,
      );
      await expectClose(
        tf.tidy(() => tf.mul(tf.tensor1d([1e30]), tf.scalar(1e30))),
        [Infinity],
        0,
      );
    },
  },
  {
    name: 'functions that stay finite far out',
    kernels: ['Sigmoid', 'Tanh', 'Softplus'],
    async run({ tf, precision }) {
      const x = tf.tensor1d([-200, 200]);
      await expectClose(tf.sigmoid(x), [0, 1], precision);
      await expectClose(tf.tanh(x), [-1, 1], precision);
      await expectClose(tf.softplus(x), [0, 200], precision);
      x.dispose();
    },
  },
];

/** NaN comes out where it goes in. */
export const nanChecks: readonly BackendCheck[] = [
  {
    name: 'NaN through arithmetic, sums and products',
    kernels: ['Add', 'Sum', 'BatchMatMul', 'IsNan'],
    async run({ tf }) {
      const x = tf.tensor2d([1, NaN, 3, 4], [2, 2]);
      await expectClose(
        tf.tidy(() => tf.add(x, 1)),
        [2, NaN, 4, 5],
        0,
      );
      await expectClose(tf.sum(x, 1), [NaN, 7], 0);
      await expectClose(
        tf.tidy(() => tf.matMul(x, tf.ones([2, 1]))),
        [NaN, 7],
        0,
      );
      await expectClose(tf.isNaN(x), [0, 1, 0, 0], 0);
      x.dispose();
    },
  },
];

/** NaN is the answer where there is none. */
export const invalidChecks: readonly BackendCheck[] = [
  {
    name: 'NaN where there is no answer',
    kernels: ['RealDiv', 'Log', 'Sqrt'],
    async run({ tf }) {
      await expectClose(
        tf.tidy(() => tf.div(tf.zeros([1]), tf.zeros([1]))),
        [NaN],
        0,
      );
      await expectClose(
        tf.tidy(() => tf.log(tf.tensor1d([-1]))),
        [NaN],
        0,
      );
      await expectClose(
        tf.tidy(() => tf.sqrt(tf.tensor1d([-1]))),
        [NaN],
        0,
      );
    },
  },
];
