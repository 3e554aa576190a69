// What is timed on every backend, in Node and in a page alike. Torch does the same in ../python/backends.py.

const batch = 64;

/** Each piece of work by its name: `prepare()` answers with what is run once, and with `value`, a number that tells whether
 * backends agree, where there is one. */
export function workloads({ tf, layers, backend, linearAlgebra, features, NeuralNetwork }) {
  const work = {};
  for (const size of [256, 512, 1000]) {
    work[`matMul float32, ${size}`] = () => {
      const a = tf.randomUniform([size, size], -1, 1, 'float32', 1);
      return { run: () => finish(tf.matMul(a, a)) };
    };
    if (linearAlgebra)
      work[`matMul float64, ${size}`] = () => {
        const a = sampleMatrix(size);
        return { run: () => linearAlgebra.multiply(a, a) };
      };
  }
  work['matMul of a derivative, 512'] = () => {
    const a = tf.randomUniform([512, 512], -1, 1, 'float32', 1);
    return { run: () => finish(tf.matMul(a, a, true, false)) };
  };
  const convolution = () => ({
    x: tf.randomUniform([batch, 28, 28, 16], -1, 1, 'float32', 2),
    w: tf.randomUniform([3, 3, 16, 32], -1, 1, 'float32', 3),
  });
  work['conv2d, forward'] = () => {
    const { x, w } = convolution();
    return { run: () => finish(tf.conv2d(x, w, 1, 'same')) };
  };
  work['conv2d, forward and backward'] = () => {
    const { x, w } = convolution();
    const gradients = tf.grads((input, filter) => tf.sum(tf.conv2d(input, filter, 1, 'same')));
    return { run: () => Promise.all(gradients([x, w]).map(finish)) };
  };
  for (const [name, make] of Object.entries(models(layers.layers)))
    work[name] = () => trainingStep(tf, layers, make());
  work['MLP 64-256-256-10, step of NeuralNetwork'] = () => ownTraining(NeuralNetwork, backend);
  for (const images of [1, 16])
    work[`MobileNet, batch of ${images}`] = async () => {
      const { extract, channelsFirst = false } = await features(images);
      const samples = sampleImages(images, channelsFirst);
      return {
        run: () => extract(samples),
        value: async () => mean((await extract(samples)).data),
      };
    };
  return work;
}

/** A turn: what is run once takes, in seconds by `clock`; repeated until that has taken a tenth of a second. */
export async function measure(prepared, clock) {
  let count = 0;
  const start = clock();
  do {
    await prepared.run();
    count++;
  } while (clock() - start < 0.1);
  return (clock() - start) / count / (prepared.pieces ?? 1);
}

/** Prepares a piece of work once, and warms it up. Work that takes three seconds is not repeated (`once`), and what takes
 * twenty to warm up is warm enough. */
export function measurer(work, clock) {
  const ready = new Map();
  return async (name) => {
    if (!work[name]) return { absent: true };
    let value;
    if (!ready.has(name)) {
      const prepared = await work[name]();
      value = await prepared.value?.();
      const start = clock();
      await prepared.run();
      const first = clock() - start;
      if (first > 20) return { seconds: first / (prepared.pieces ?? 1), value, once: true };
      ready.set(name, prepared);
    }
    const seconds = await measure(ready.get(name), clock);
    return { seconds, value, once: seconds > 3 };
  };
}

/** Rows of images whose pixels are 0.5 · sin(p / 50), in the order that the network takes. */
export function sampleImages(count, channelsFirst) {
  const pixels = 224 * 224;
  const data = new Float64Array(count * pixels * 3);
  for (let p = 0; p < count * pixels; p++) {
    const [image, pixel] = [Math.floor(p / pixels), p % pixels];
    for (let channel = 0; channel < 3; channel++) {
      const at = channelsFirst ? channel * pixels + pixel : pixel * 3 + channel;
      data[image * pixels * 3 + at] = 0.5 * Math.sin((pixel * 3 + channel) / 50);
    }
  }
  return { format: 'dense', rows: count, columns: pixels * 3, data };
}

export function sampleMatrix(size) {
  const data = Float64Array.from({ length: size * size }, (_, p) => ((p * 7919) % 1009) / 1009);
  return { format: 'dense', rows: size, columns: size, data };
}

function models(layers) {
  return {
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
}

/** Ten epochs of ten steps of our own training, from rows to a model. */
function ownTraining(NeuralNetwork, backend) {
  const x = Array.from({ length: 10 * batch }, (_, i) =>
    Array.from({ length: 64 }, (__, j) => Math.sin(i * 64 + j)),
  );
  const y = x.map((_, i) => i % 10);
  const dense = { type: 'dense', units: 256, activation: 'relu' };
  const network = [dense, dense];
  const method = new NeuralNetwork(
    { epochs: 10, batchSize: batch, optimizer: 'adam', learningRate: 0.001, weightDecay: 0 },
    { network, backend },
  );
  return { run: () => method.fit({ x, y }), pieces: 100 };
}

/** One step of Adam on a batch. */
function trainingStep(tf, { sequential, layers }, parts) {
  const model = sequential();
  for (const layer of parts) model.add(layer);
  model.add(layers.dense({ units: 10, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy' });
  const x = tf.randomUniform([batch, ...model.inputs[0].shape.slice(1)], 0, 1, 'float32', 4);
  const labels = Array.from({ length: batch }, (_, k) => k % 10);
  const y = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), 10), 'float32'));
  return { run: () => model.trainOnBatch(x, y) };
}

async function finish(tensor) {
  await tensor.data();
  tensor.dispose();
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
