import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import { loadPretrainedNetwork, type PretrainedNetwork } from '@graft-ml/deep-adaptation';
import { accuracy, LogisticRegression } from '@graft-ml/learners';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { decode } from 'jpeg-js';

/** A few hundred photographs and a network that was trained on millions: its features, frozen, and logistic regression.
 *
 * `--model` is the network's model.json, `--layer` the name or position at which to cut it (default: the last layer), `--images` a folder with
 * `train/<class>/*.jpg` and `val/<class>/*.jpg`. Images are stretched to the network's size, pixels brought to [−1, 1].
 */
export async function run(args: readonly string[], write: (text: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string' },
      model: { type: 'string' },
      layer: { type: 'string' },
    },
  });
  const { images, model, layer } = values;
  if (images === undefined || model === undefined) {
    write(
      'Usage: npm run example -- frozen-network --images FOLDER --model model.json [--layer NAME|POSITION]\n',
    );
    return;
  }
  const backend = await wasmSimd.load({ tensors: tf });
  const linearAlgebra = await loadWasmLinearAlgebra();
  const cut = layer === undefined ? -1 : Number.isNaN(Number(layer)) ? layer : Number(layer);
  const network = await loadPretrainedNetwork(model, { backend, layer: cut });
  const train = await featuresOf(join(images, 'train'), network, write);
  const test = await featuresOf(join(images, 'val'), network, write);
  const learner = new LogisticRegression({ regularization: 1 }, { linearAlgebra });
  const fitted = await learner.fit(train);
  const right = accuracy(test.y, await fitted.predict(test.x));
  const mostFrequent = Math.max(
    ...[...new Set(test.y)].map((label) => test.y.filter((own) => own === label).length),
  );
  write(
    `${(100 * right).toFixed(1)} % of ${test.y.length} images are right, learned from ${train.y.length}; ` +
      `the most frequent class alone would be ${((100 * mostFrequent) / test.y.length).toFixed(1)} %.\n`,
  );
}

/** Features and labels of the images below `folder`, a folder per class. */
async function featuresOf(
  folder: string,
  network: PretrainedNetwork,
  write: (text: string) => void,
): Promise<{ x: Float64Array[]; y: string[] }> {
  const x: Float64Array[] = [];
  const y: string[] = [];
  const start = performance.now();
  for (const label of readdirSync(folder).sort()) {
    for (const name of readdirSync(join(folder, label)).sort()) {
      const pixels = pixelsOf(readFileSync(join(folder, label, name)), network.sampleShape);
      const samples = { rows: 1, columns: pixels.length, data: pixels };
      x.push((await network.extract(samples)).data);
      y.push(label);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  write(`${folder}: ${x.length} images in ${seconds.toFixed(1)} s\n`);
  return { x, y };
}

/** A photograph stretched to the network's size, in [−1, 1]. */
function pixelsOf(bytes: Uint8Array, [height = 0, width = 0]: readonly number[]): Float32Array {
  const image = decode(bytes, { useTArray: true, formatAsRGBA: false });
  return tf.tidy(() => {
    const picture = tf.tensor3d(image.data, [image.height, image.width, 3], 'int32');
    const stretched = tf.image.resizeBilinear(
      tf.cast(picture, 'float32'),
      [height, width],
      false,
      true,
    );
    return tf.sub(tf.div(stretched, 127.5), 1).dataSync<'float32'>();
  });
}
