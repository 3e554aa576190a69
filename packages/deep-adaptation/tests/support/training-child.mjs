// Trains a small network with checkpoints in the folder given, tells each epoch, and prints the weights' bytes at the end.
import { NeuralNetwork } from '@graft-ml/deep-adaptation';
import { fileCheckpoints } from '@graft-ml/deep-adaptation/node';

const x = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i % 7) / 7]);
const y = x.map(([a, b]) => (a * b > 0 ? 'same' : 'other'));
const options = { epochs: 8, batchSize: 16, optimizer: 'adam', patience: 6 };
const checkpoints = fileCheckpoints(process.argv[2]);
const model = await new NeuralNetwork(options, { checkpoints }).fit(
  { x, y },
  { seed: 2, onProgress: ({ done }) => process.stdout.write(`epoch ${done}\n`) },
);
const { featureWeights, headWeights } = model.parts;
for (const { data } of [...featureWeights, ...headWeights])
  process.stdout.write(`${Buffer.from(data.buffer).toString('hex')}\n`);
