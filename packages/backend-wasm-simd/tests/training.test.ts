import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import { referenceLinearAlgebra } from '@graft-ml/numerics';

it('trains a network with every layer that lacked a derivative, and leaks nothing', async () => {
  await wasmSimd.load({ tensors: tf, linearAlgebra: referenceLinearAlgebra });
  // The class is the row of the bright stripe.
  const labels = Array.from({ length: 48 }, (_, k) => k % 3);
  const pixels = Float32Array.from({ length: 48 * 81 }, (_, p) => {
    const [image, row] = [Math.floor(p / 81), Math.floor(p / 9) % 9];
    return (row === 1 + 3 * labels[image]! ? 1 : 0) + 0.3 * Math.sin(12.9898 * p);
  });
  const x = tf.tensor4d(pixels, [48, 9, 9, 1]);
  const y = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), 3), 'float32'));
  const seeded = { kernelInitializer: tfl.initializers.glorotUniform({ seed: 1 }) };
  const depthwise = { depthwiseInitializer: tfl.initializers.glorotUniform({ seed: 2 }) };
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ inputShape: [9, 9, 1], filters: 4, kernelSize: 3, ...seeded }),
      tfl.layers.batchNormalization(),
      tfl.layers.depthwiseConv2d({ kernelSize: 3, activation: 'relu', ...depthwise }),
      tfl.layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 3, activation: 'softmax', ...seeded }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy' });
  const losses: number[] = [];
  let afterFirst = 0;
  for (let step = 0; step < 40; step++) {
    losses.push((await model.trainOnBatch(x, y)) as number);
    if (step === 0) afterFirst = tf.memory().numTensors;
  }
  expect(losses[0]).toBeGreaterThan(0.8);
  expect(losses.at(-1)).toBeLessThan(0.1);
  expect(tf.memory().numTensors).toBe(afterFirst);
});
