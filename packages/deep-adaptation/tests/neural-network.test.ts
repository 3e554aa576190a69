import { isTransferError, stateFromJson } from '@graft-ml/core';
import { NetworkModel, NeuralNetwork } from '@graft-ml/deep-adaptation';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { MemoryCheckpoints } from './support/memory-checkpoints.js';
import { share, twoColumns } from './support/two-columns.js';
import { testBackend } from './support/tensors.js';

const { problem } = twoColumns('none', 6, 120);
const rows = { x: problem.source!.x as number[][], y: problem.source!.y as number[] };

describe('NeuralNetwork', () => {
  it('learns classes', async () => {
    const model = await new NeuralNetwork({ epochs: 30, learningRate: 0.1 }).fit(rows);
    expect(share(await model.predict(rows.x), rows.y)).toBeGreaterThan(0.97);
    expect(model.diagnostics.iterations).toBe(60);
    expect(model.diagnostics.stopReason).toBe('all 30 epochs are done');
  });

  it('gives the same weights for the same seed and others for another', async () => {
    const fit = (seed: number) =>
      new NeuralNetwork({ epochs: 3, batchSize: 20 }).fit(rows, { seed });
    const [a, b, c] = [await fit(1), await fit(1), await fit(2)];
    expect(a.parts.headWeights).toEqual(b.parts.headWeights);
    expect(a.parts.headWeights).not.toEqual(c.parts.headWeights);
  });

  it('goes on where it was interrupted and comes to the same weights, bit for bit', async () => {
    const options = { epochs: 6, batchSize: 20, optimizer: 'adam', patience: 5 } as const;
    const whole = await new NeuralNetwork(options).fit(rows, { seed: 4 });
    const checkpoints = new MemoryCheckpoints();
    const controller = new AbortController();
    const stop = {
      seed: 4,
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => {
        if (done === 3) controller.abort();
      },
    };
    const first = new NeuralNetwork(options, { checkpoints }).fit(rows, stop);
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    expect(checkpoints.saves).toBe(3);
    const second = await new NeuralNetwork(options, { checkpoints }).fit(rows, { seed: 4 });
    expect(checkpoints.saves).toBe(6);
    expect(second.parts).toEqual(whole.parts);
    expect(second.diagnostics).toEqual(whole.diagnostics);
  });

  it('refuses the checkpoint of another training', async () => {
    const checkpoints = new MemoryCheckpoints();
    await new NeuralNetwork({ epochs: 1 }, { checkpoints }).fit(rows);
    const other = new NeuralNetwork({ epochs: 1, learningRate: 0.5 }, { checkpoints }).fit(rows);
    await expect(other).rejects.toMatchObject({ code: 'INVALID_ARTEFACT' });
  });

  it('stops early on rows it holds out, with the best weights', async () => {
    const options = { epochs: 400, patience: 3, learningRate: 0.2 };
    const checkpoints = new MemoryCheckpoints();
    const model = await new NeuralNetwork(options, { checkpoints }).fit(rows, { seed: 1 });
    const { arrays } = (await checkpoints.load('source'))!;
    expect(model.parts.featureWeights[0]!.data).toEqual(arrays['best 0']!.data);
    expect(arrays['best 0']!.data).not.toEqual(arrays['variable 0']!.data);
    const { stopReason, facts } = model.diagnostics;
    expect(stopReason).toMatch(
      /^source-loss has not improved for 3 epochs; the weights are those of epoch \d+$/,
    );
    const history = facts!['history'] as readonly { epoch: number; validation: number }[];
    const best = history.reduce((a, b) => (b.validation < a.validation ? b : a));
    expect(history.length).toBe(best.epoch + 3);
  });

  it('leaves no tensors behind, whether it ends or is interrupted', async () => {
    const { tensors: tf } = await testBackend();
    await new NeuralNetwork({ epochs: 1 }).fit(rows);
    const before = tf.memory().numTensors;
    await new NeuralNetwork({ epochs: 3, patience: 1, batchSize: 16 }).fit(rows);
    expect(tf.memory().numTensors).toBe(before);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await new NeuralNetwork()
      .fit(rows, { signal: controller.signal, onProgress })
      .catch((error: unknown) => {
        expect(isTransferError(error, 'ABORTED')).toBe(true);
      });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses to go on with a loss that is no number', async () => {
    const wild = new NeuralNetwork({ learningRate: 1e30, epochs: 5 }).fit(rows);
    await expect(wild).rejects.toMatchObject({ code: 'NUMERICAL' });
    await expect(wild).rejects.toThrow(
      /loss is .* in epoch \d+. Lower learningRate \(now 1e\+30\)/,
    );
  });

  it('takes a convolutional network', async () => {
    // A bright bar, upright or lying.
    const x = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 25 }, (_, p) =>
        Number(i % 2 ? p % 5 === i % 5 : Math.floor(p / 5) === i % 5),
      ),
    );
    const y = x.map((_, i) => (i % 2 ? 'upright' : 'lying'));
    const network = [
      { type: 'image', height: 5, width: 5, channels: 1 },
      { type: 'convolution', filters: 4, size: 3 },
      { type: 'max-pooling', size: 2 },
    ] as const;
    const model = await new NeuralNetwork(
      { epochs: 60, learningRate: 0.05, standardize: false },
      { network },
    ).fit({ x, y });
    expect(share(await model.predict(x), y)).toBe(1);
    const state = stateFromJson(JSON.parse(JSON.stringify(model)));
    const restored = NeuralNetwork.restore(state, {
      linearAlgebra: referenceLinearAlgebra,
      restore: () => model,
    });
    expect(await restored.predict(x)).toEqual(y);
    expect((await restored.features(x)).columns).toBe(16);
    expect(restored).toBeInstanceOf(NetworkModel);
  });

  it.each([
    [
      [{ type: 'image', height: 2, width: 2, channels: 1 }],
      /layer 0 of the network, "image", makes 4 values/,
    ],
    [[{ type: 'dense', units: 0 }], /needs a whole "units" of at least 1; received 0/],
    [
      [
        { type: 'image', height: 1, width: 2, channels: 1 },
        { type: 'max-pooling', size: 2 },
      ],
      /looks at windows of 2, but the image is 1 × 2/,
    ],
  ] as const)(
    'refuses a network that does not fit before anything is loaded: %j',
    async (network, message) => {
      const fit = new NeuralNetwork({}, { network, backend: { id: 'none' } as never }).fit(rows);
      await expect(fit).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      await expect(fit).rejects.toThrow(message);
    },
  );

  it('says what to do about a backend that cannot train', async () => {
    const { linearAlgebra, declaration } = await testBackend();
    const backend = {
      id: 'numbers-only',
      declaration,
      linearAlgebra,
      threads: 1,
      gradients: false,
      notes: [],
      dispose: () => undefined,
    };
    const fit = new NeuralNetwork({}, { backend }).fit(rows);
    await expect(fit).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(fit).rejects.toThrow('the backend "numbers-only" has no tensors');
  });
});
