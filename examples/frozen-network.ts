import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import { loadPretrainedNetwork, type PretrainedNetwork } from '@graft-ml/deep-adaptation';
import { accuracy } from '@graft-ml/learners';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { bestLogistic } from './internal/logistic-head.js';
import { percent, photographsIn, pixelsOf } from './internal/photographs.js';
import { summarize, withDeviation } from './internal/summary.js';

/** A few hundred photographs and a network that was trained on millions: its features, frozen, and logistic regression.
 *
 * `--model` is the network's model.json, `--layer` the name or position at which to cut it (default: the last layer), `--images` a folder with
 * `train/<class>/*.jpg` and `val/<class>/*.jpg`. Images are stretched to the network's size, pixels brought to [−1, 1]. λ is
 * chosen by ten-fold cross-validation on the images of `train`, once per seed, which deals the folds (`--seeds`, default 5).
 */
export async function run(args: readonly string[], write: (text: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string' },
      model: { type: 'string' },
      layer: { type: 'string' },
      seeds: { type: 'string', default: '5' },
    },
  });
  const { images, model, layer } = values;
  if (images === undefined || model === undefined) {
    write(
      'Usage: npm run example -- frozen-network --images FOLDER --model model.json [--layer NAME|POSITION] [--seeds 5]\n',
    );
    return;
  }
  const backend = await wasmSimd.load({ tensors: tf });
  const linearAlgebra = await loadWasmLinearAlgebra();
  const cut = layer === undefined ? -1 : Number.isNaN(Number(layer)) ? layer : Number(layer);
  const network = await loadPretrainedNetwork(model, { backend, layer: cut });
  const train = await featuresOf(join(images, 'train'), network, write);
  const test = await featuresOf(join(images, 'val'), network, write);
  const outcomes: number[] = [];
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    const { model: fitted, penalty } = await bestLogistic(train, linearAlgebra, seed);
    const right = accuracy(test.y, await fitted.predict(test.x));
    write(`seed ${seed}: λ = ${penalty} by cross-validation, ${percent(right)} right\n`);
    outcomes.push(100 * right);
  }
  const mostFrequent = Math.max(
    ...[...new Set(test.y)].map((label) => test.y.filter((own) => own === label).length),
  );
  write(
    `${withDeviation(summarize(outcomes), 1)} % of ${test.y.length} images are right, learned from ${train.y.length}; ` +
      `the most frequent class alone would be ${percent(mostFrequent / test.y.length)}.\n`,
  );
}

/** Features and labels of the images below `folder`, a folder per class. */
async function featuresOf(
  folder: string,
  network: PretrainedNetwork,
  write: (text: string) => void,
): Promise<{ x: Float64Array[]; y: string[] }> {
  const start = performance.now();
  const photographs = photographsIn(folder);
  const x: Float64Array[] = [];
  for (const photograph of photographs) {
    const pixels = pixelsOf(photograph, network.sampleShape);
    x.push((await network.extract({ rows: 1, columns: pixels.length, data: pixels })).data);
  }
  const seconds = (performance.now() - start) / 1000;
  write(`${folder}: ${x.length} images in ${seconds.toFixed(1)} s\n`);
  return { x, y: photographs.map(({ label }) => label) };
}
