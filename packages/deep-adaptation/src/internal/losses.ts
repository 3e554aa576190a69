import type * as tensorflow from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensor-network.js';

type Scalar = tensorflow.Scalar;
type Tensor1D = tensorflow.Tensor1D;
type Tensor2D = tensorflow.Tensor2D;

/** Mean cross entropy Σ wᵢ·(−log softmax(fᵢ)[yᵢ]) / Σ wᵢ of logits [n, classes] and one-hot labels of the same shape. */
export function crossEntropy(
  tf: TensorFlow,
  logits: Tensor2D,
  oneHot: Tensor2D,
  weights: Tensor1D,
): Scalar {
  const perRow = tf.neg(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), 1));
  return tf.div(tf.sum(tf.mul(weights, perRow)), tf.sum(weights));
}

/** Mean squared error Σ wᵢ·(fᵢ − yᵢ)² / Σ wᵢ of outputs and values, both [n, 1]. */
export function squaredError(
  tf: TensorFlow,
  outputs: Tensor2D,
  values: Tensor2D,
  weights: Tensor1D,
): Scalar {
  const perRow = tf.sum(tf.square(tf.sub(outputs, values)), 1);
  return tf.div(tf.sum(tf.mul(weights, perRow)), tf.sum(weights));
}

/** Mean of −d·log σ(z) − (1−d)·log(1−σ(z)) over logits z [n, 1] that are all of one domain: d = 1 for the source, 0 for the
 * target. By softplus, so that no logit overflows. */
export function domainLoss(tf: TensorFlow, logits: Tensor2D, domain: 'source' | 'target'): Scalar {
  return tf.mean(tf.softplus(domain === 'source' ? tf.neg(logits) : logits));
}

/** The same values on the way forward, gradients times −λ on the way back (ganin2016). */
export function reverseGradient(tf: TensorFlow, x: Tensor2D, weight: number): Tensor2D {
  const reversal = tf.customGrad((input) => ({
    value: tf.clone(input as Tensor2D),
    gradFunc: (upstream) => tf.mul(upstream as Tensor2D, -weight),
  }));
  return reversal(x) as Tensor2D;
}

/** Squared distance of means ‖mean(a) − mean(b)‖² of rows [n, d] and [m, d]: MMD² with the linear kernel (tzeng2014). */
export function linearDiscrepancy(tf: TensorFlow, a: Tensor2D, b: Tensor2D): Scalar {
  return tf.sum(tf.square(tf.sub(tf.mean(a, 0), tf.mean(b, 0))));
}

/** Biased MMD² = mean k(a,a) + mean k(b,b) − 2·mean k(a,b) with k = Σ_γ exp(−γ‖x−y‖²) (long2015). */
export function kernelDiscrepancy(
  tf: TensorFlow,
  a: Tensor2D,
  b: Tensor2D,
  gammas: readonly number[] | tensorflow.Tensor1D,
): Scalar {
  const within = (x: Tensor2D, y: Tensor2D): Scalar => {
    const distances = squaredDistances(tf, x, y);
    const rates = Array.isArray(gammas) ? tf.tensor1d([...gammas]) : (gammas as Tensor1D);
    const kernels = tf.exp(
      tf.mul(tf.neg(tf.reshape(rates, [-1, 1, 1])), tf.expandDims(distances, 0)),
    );
    return tf.div(tf.sum(kernels), x.shape[0] * y.shape[0]);
  };
  return tf.sub(tf.add(within(a, a), within(b, b)), tf.mul(2, within(a, b)));
}

/** Five rates around one over the mean squared distance of all rows: (1/4, 1/2, 1, 2, 4) / mean. A constant to gradients:
 * none flows through the bandwidth. */
export function bandwidths(tf: TensorFlow, a: Tensor2D, b: Tensor2D): Tensor1D {
  const constant = tf.customGrad((x, y) => {
    const rows = tf.concat([x as Tensor2D, y as Tensor2D], 0);
    const n = rows.shape[0];
    const mean = tf.div(tf.sum(squaredDistances(tf, rows, rows)), Math.max(1, n * (n - 1)));
    return {
      value: tf.div(tf.tensor1d([0.25, 0.5, 1, 2, 4]), tf.maximum(mean, 1e-12)),
      gradFunc: () => [tf.zerosLike(x as Tensor2D), tf.zerosLike(y as Tensor2D)],
    };
  });
  return constant(a, b) as Tensor1D;
}

/** ‖cov(a) − cov(b)‖²_F / (4d²) with covariances over n − 1 (sun2016deep). */
export function correlationDiscrepancy(tf: TensorFlow, a: Tensor2D, b: Tensor2D): Scalar {
  const d = a.shape[1];
  return tf.div(tf.sum(tf.square(tf.sub(covariance(tf, a), covariance(tf, b)))), 4 * d * d);
}

function covariance(tf: TensorFlow, x: Tensor2D): Tensor2D {
  const centred = tf.sub(x, tf.mean(x, 0, true));
  // The transpose is made first: products with a transposed operand are slow on some backends.
  const product = tf.matMul(tf.transpose(centred), centred);
  return tf.div(product, Math.max(1, x.shape[0] - 1));
}

/** ‖xᵢ − yⱼ‖² [n, m], never below 0. */
function squaredDistances(tf: TensorFlow, x: Tensor2D, y: Tensor2D): Tensor2D {
  const products = tf.matMul(x, tf.transpose(y));
  const lengths = (rows: Tensor2D): Tensor2D => tf.sum(tf.square(rows), 1, true);
  const sums = tf.add(lengths(x), tf.transpose(lengths(y)));
  return tf.relu(tf.sub(sums, tf.mul(2, products)));
}
