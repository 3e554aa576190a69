// What is timed on every backend, in Node and in a page alike. A time is the least of some repeats, in milliseconds.

/** Times each piece of work; `slow` leaves out what takes a minute on a backend without SIMD. */
export async function measure(tf, layers, backend, { repeats, slow = false }) {
  const results = {};
  const time = async (name, work, least = repeats) => {
    if (least > 1) await work();
    let best = Infinity;
    for (let k = 0; k < least; k++) {
      const start = performance.now();
      await work();
      best = Math.min(best, performance.now() - start);
    }
    results[name] = best;
  };
  for (const size of slow ? [256] : [256, 512, 1000]) {
    const a = tf.randomUniform([size, size], -1, 1, 'float32', 1);
    await time(`matMul float32, ${size}`, () => finish(tf.matMul(a, a)));
    a.dispose();
    if (!backend) continue;
    const data = Float64Array.from({ length: size * size }, (_, p) => ((p * 7919) % 1009) / 1009);
    const matrix = { format: 'dense', rows: size, columns: size, data };
    await time(`matMul float64, ${size}`, () => backend.linearAlgebra.multiply(matrix, matrix));
  }
  await timeConvolution(tf, time, slow);
  await timeTraining(tf, layers, time, slow);
  return results;
}

async function timeConvolution(tf, time, slow) {
  const x = tf.randomUniform([slow ? 4 : 64, 28, 28, 16], -1, 1, 'float32', 2);
  const w = tf.randomUniform([3, 3, 16, 32], -1, 1, 'float32', 3);
  const name = slow ? ' (4 of 64 samples)' : '';
  await time(
    `conv2d forward${name}`,
    () => finish(tf.conv2d(x, w, 1, 'same')),
    slow ? 1 : undefined,
  );
  const gradients = tf.grads((input, filter) => tf.sum(tf.conv2d(input, filter, 1, 'same')));
  const backward = async () => {
    const [dx, dw] = gradients([x, w]);
    await finish(dx);
    await finish(dw);
  };
  if (!slow) await time('conv2d forward and backward', backward);
  tf.dispose([x, w]);
}

/** One step of Adam on 64 samples. */
async function timeTraining(tf, { sequential, layers }, time, slow) {
  const models = {
    'MLP 64-256-256-10, step': () => [
      layers.dense({ units: 256, activation: 'relu', inputShape: [64] }),
      layers.dense({ units: 256, activation: 'relu' }),
    ],
    'CNN 28x28, step': () => [
      layers.conv2d({ filters: 16, kernelSize: 3, inputShape: [28, 28, 1] }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
    ],
  };
  for (const [name, make] of Object.entries(models)) {
    if (slow && name.startsWith('CNN')) continue;
    const model = sequential();
    for (const layer of make()) model.add(layer);
    model.add(layers.dense({ units: 10, activation: 'softmax' }));
    model.compile({ optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy' });
    const x = tf.randomUniform([64, ...model.inputs[0].shape.slice(1)], 0, 1, 'float32', 4);
    const labels = Array.from({ length: 64 }, (_, k) => k % 10);
    const y = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), 10), 'float32'));
    await time(name, () => model.trainOnBatch(x, y));
    tf.dispose([x, y]);
    model.dispose();
  }
}

async function finish(tensor) {
  await tensor.data();
  tensor.dispose();
}
