// Trains a small network with checkpoints in the folder given, tells each epoch, and prints the weights' bytes at the end. With
// a number of epochs as well it waits after that many, to be killed.
import { NeuralNetwork } from '@graft-ml/deep-adaptation';
import { fileCheckpoints } from '@graft-ml/deep-adaptation/node';

const [folder, wait] = process.argv.slice(2);
const store = fileCheckpoints(folder);
let epochs = 0;
const checkpoints = {
  load: (stage) => store.load(stage),
  save: async (stage, state) => {
    await store.save(stage, state);
    process.stdout.write(`epoch ${++epochs}\n`);
    if (epochs === Number(wait)) await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
};
const x = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i % 7) / 7]);
const y = x.map(([a, b]) => (a * b > 0 ? 'same' : 'other'));
const options = { epochs: 8, batchSize: 16, optimizer: 'adam', patience: 6 };
const model = await new NeuralNetwork(options, { checkpoints }).fit({ x, y }, { seed: 2 });
const { featureWeights, headWeights } = model.parts;
for (const { data } of [...featureWeights, ...headWeights])
  process.stdout.write(`${Buffer.from(data.buffer).toString('hex')}\n`);
