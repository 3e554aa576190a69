import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import {
  FineTuning,
  loadPretrainedNetwork,
  type PretrainedNetwork,
} from '@graft-ml/deep-adaptation';
import { accuracy } from '@graft-ml/learners';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { bestLogistic } from './internal/logistic-head.js';
import { percent, photographsIn, pixelsOf } from './internal/photographs.js';
import { summarize, withDeviation } from './internal/summary.js';

/** A few hundred photographs and a network that was trained on millions: its last layers go on learning from them.
 *
 * `--model` is the network's model.json, `--freeze` the name of the last layer that stays as it is, `--images` a folder with
 * `train/<class>/*.jpg` and `val/<class>/*.jpg`. What the frozen layers make of a photograph is computed once; `--epochs`
 * (default 8) are spent on the layers above and a new head, half of them on the head alone. Compared with logistic
 * regression on what the whole network makes of the photographs, frozen. `--seeds` (default 1) repeats both.
 */
export async function run(args: readonly string[], write: (text: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string' },
      model: { type: 'string' },
      freeze: { type: 'string' },
      epochs: { type: 'string', default: '8' },
      seeds: { type: 'string', default: '1' },
    },
  });
  const { images, model, freeze } = values;
  if (images === undefined || model === undefined || freeze === undefined) {
    write(
      'Usage: npm run example -- fine-tuning --images FOLDER --model model.json --freeze LAYER [--epochs 8] [--seeds 1]\n',
    );
    return;
  }
  const backend = await wasmSimd.load({ tensors: tf });
  const linearAlgebra = await loadWasmLinearAlgebra();
  const network = await loadPretrainedNetwork(model, { backend, layer: freeze });
  const upper = await network.layersAbove();
  const clock = stopwatch();
  const train = await frozenPart(join(images, 'train'), network);
  const test = await frozenPart(join(images, 'val'), network);
  write(`${train.y.length + test.y.length} photographs up to ${freeze}: ${clock()}\n`);
  const dependencies = { network: upper, backend, linearAlgebra };
  const epochs = Number(values.epochs);
  const outcomes: { readonly frozen: number; readonly tuned: number }[] = [];
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    const untouched = await new FineTuning({ mode: 'extract', epochs: 1 }, dependencies).fit(train);
    const whole = { x: await untouched.features(train.x), y: train.y };
    const { model: head } = await bestLogistic(whole, linearAlgebra, seed);
    const frozen = accuracy(test.y, await head.predict(await untouched.features(test.x)));
    write(`seed ${seed}: ${percent(frozen)} right with all layers frozen, ${clock()}\n`);
    const method = new FineTuning({ mode: 'head-first', epochs, batchSize: 16 }, dependencies);
    const fitted = await method.fit(train, {
      seed,
      onProgress: ({ stage, done, total }) => {
        if (done === total) write(`  ${stage}: ${total} epochs, ${clock()}\n`);
      },
    });
    const tuned = accuracy(test.y, await fitted.predict(test.x));
    write(`seed ${seed}: ${percent(tuned)} right fine-tuned, ${clock()}\n`);
    outcomes.push({ frozen: 100 * frozen, tuned: 100 * tuned });
  }
  const over = (name: 'frozen' | 'tuned') =>
    withDeviation(summarize(outcomes.map((outcome) => outcome[name])), 1);
  write(
    `Of ${test.y.length} photographs ${over('frozen')} % are right with the network frozen, ${over('tuned')} % with it fine-tuned on ${train.y.length}.\n`,
  );
}

/** What the frozen layers make of the photographs below `folder`, a folder per class. */
async function frozenPart(
  folder: string,
  network: PretrainedNetwork,
): Promise<{ x: Float64Array[]; y: string[] }> {
  const photographs = photographsIn(folder);
  const x: Float64Array[] = [];
  for (const photograph of photographs) {
    const pixels = pixelsOf(photograph, network.sampleShape);
    x.push((await network.extract({ rows: 1, columns: pixels.length, data: pixels })).data);
  }
  return { x, y: photographs.map(({ label }) => label) };
}

/** Says how many seconds have passed since it was last asked, and how many of the processor were used. */
function stopwatch(): () => string {
  let [wall, processor] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(processor);
    const text = `${((performance.now() - wall) / 1000).toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of the processor)`;
    [wall, processor] = [performance.now(), process.cpuUsage()];
    return text;
  };
}
