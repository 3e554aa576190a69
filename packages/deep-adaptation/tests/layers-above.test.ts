import {
  DeepCoral,
  FineTuning,
  loadPretrainedNetwork,
  type PretrainedNetwork,
} from '@graft-ml/deep-adaptation';
import { stateFromJson } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import * as layers from '@tensorflow/tfjs-layers';
import { describeWith } from '../../../tools/testing/golden.js';
import { applyNetwork } from '../src/internal/plain-network.js';
import { TensorNetwork } from '../src/internal/tensor-network.js';
import { planNetwork } from '../src/network-design.js';
import { MemoryCheckpoints } from './support/memory-checkpoints.js';
import { bars, filesOf, smallImageNetwork } from './support/small-image-network.js';
import { testBackend } from './support/tensors.js';
import { share } from './support/two-columns.js';

const images = bars(48, 1);
const others = bars(40, 2);
const options = { epochs: 30, batchSize: 16, learningRate: 0.05, extractorRate: 1 } as const;

/** What the layers above a cut make of the features below it, in float64. */
async function above(network: PretrainedNetwork, x: number[][], last?: string) {
  const { design, weights } = await network.layersAbove(last);
  const below = await network.extract(x);
  const planned = planNetwork(design, below.columns, 'test');
  return applyNetwork(referenceLinearAlgebra, planned, weights, below);
}

/** Largest difference of two tables. */
const gap = (a: { data: Float64Array }, b: { data: Float64Array }) =>
  Math.max(...a.data.map((value, p) => Math.abs(value - b.data[p]!)));

describe('layersAbove', () => {
  it.each([
    [false, 'first_relu'],
    [false, 'expand_bn'],
    [false, 'sum'],
    [true, 'first_relu'],
    [true, 'sum_relu'],
  ] as const)('computes what the model does, nested %s, cut at %s', async (nested, cut) => {
    const { tensors: tf } = await testBackend();
    const before = tf.memory().numTensors;
    const files = await smallImageNetwork(tf, nested);
    const whole = await loadPretrainedNetwork(files, { layer: 'pooled' });
    const network = await loadPretrainedNetwork(files, { layer: cut });
    // Only a cut after the residual's start leaves the sum without one of its parts.
    if (cut === 'expand_bn') {
      await expect(network.layersAbove()).rejects.toThrow('"sum" joins branches');
    } else {
      const expected = await whole.extract(images.x.slice(0, 5));
      expect(gap(await above(network, images.x.slice(0, 5)), expected)).toBeLessThan(1e-5);
      expect(Math.max(...expected.data)).toBeGreaterThan(0.1);
    }
    whole.dispose();
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('ends at the layer that is named', async () => {
    const { tensors: tf } = await testBackend();
    const files = await smallImageNetwork(tf);
    const network = await loadPretrainedNetwork(files, { layer: 'first_relu' });
    const whole = await loadPretrainedNetwork(files, { layer: 'sum_relu' });
    const expected = await whole.extract(images.x.slice(0, 3));
    expect(gap(await above(network, images.x.slice(0, 3), 'sum_relu'), expected)).toBeLessThan(
      1e-5,
    );
    const { design } = await network.layersAbove('sum_relu');
    expect(design.map(({ type }) => type)).toEqual([
      'image',
      'convolution',
      'depthwise-convolution',
      'convolution',
      'sum',
      'activation',
    ]);
    await expect(network.layersAbove('poled')).rejects.toThrow('Did you mean pooled?');
    await expect(network.layersAbove('head')).rejects.toThrow(
      '"head" has the activation softmax, which cannot be trained here',
    );
    network.dispose();
    whole.dispose();
    await expect(network.layersAbove()).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  it('refuses layers that have no counterpart', async () => {
    const { tensors: tf } = await testBackend();
    const { layers: make } = layers;
    const model = layers.sequential({
      layers: [
        make.conv2d({ inputShape: [8, 8, 2], filters: 2, kernelSize: 3, name: 'first' }),
        make.averagePooling2d({ poolSize: 2, name: 'averages' }),
        make.flatten({ name: 'row' }),
      ],
    });
    const network = await loadPretrainedNetwork(await filesOf(tf, model), { layer: 'first' });
    const refused = network.layersAbove();
    await expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(refused).rejects.toThrow('"averages" is of class AveragePooling2D');
    network.dispose();
    model.dispose();
  });

  it('has the outputs and derivatives of its float64 twin, by central differences', async () => {
    const { tensors: tf } = await testBackend();
    const network = await loadPretrainedNetwork(await smallImageNetwork(tf), {
      layer: 'first_relu',
    });
    const { design, weights } = await network.layersAbove();
    const below = await network.extract(images.x.slice(0, 4));
    network.dispose();
    const planned = planNetwork(design, below.columns, 'test');
    const total = (given: typeof weights) =>
      applyNetwork(referenceLinearAlgebra, planned, given, below).data.reduce((a, b) => a + b, 0);
    const tensors = new TensorNetwork(tf, planned, weights);
    const outputs = tf.tidy(() => {
      const x = tf.tensor2d(Float32Array.from(below.data), [below.rows, below.columns]);
      return tensors.apply(x).dataSync();
    });
    const expected = applyNetwork(referenceLinearAlgebra, planned, weights, below);
    expect(gap({ data: Float64Array.from(outputs) }, expected)).toBeLessThan(1e-6);
    const { grads } = tf.tidy(() => {
      const x = tf.tensor2d(Float32Array.from(below.data), [below.rows, below.columns]);
      return tf.variableGrads(() => tf.sum(tensors.apply(x)), [...tensors.variables]);
    });
    weights.forEach(({ shape, data }, k) => {
      const derived = grads[tensors.variables[k]!.name]!.dataSync();
      const scale = Math.max(...derived.map(Math.abs));
      for (const p of [0, Math.floor(data.length / 2), data.length - 1]) {
        const moved = (by: number) => {
          const changed = data.slice();
          changed[p]! += by;
          return total(weights.map((array, q) => (q === k ? { shape, data: changed } : array)));
        };
        const difference = (moved(1e-6) - moved(-1e-6)) / 2e-6;
        expect(Math.abs(derived[p]! - difference) / scale).toBeLessThan(1e-4);
      }
    });
    tf.dispose(grads);
    tensors.dispose();
  });
});

describe('FineTuning on pretrained layers', () => {
  const start = async () => {
    const { tensors: tf } = await testBackend();
    const network = await loadPretrainedNetwork(await smallImageNetwork(tf), {
      layer: 'first_relu',
    });
    const upper = await network.layersAbove();
    const [x, unseen] = [await network.extract(images.x), await network.extract(others.x)];
    network.dispose();
    return { upper, rows: { x, y: images.y }, unseen };
  };

  it('learns more than a head on the frozen network', async () => {
    const { upper, rows, unseen } = await start();
    const accuracy = async (mode: 'extract' | 'head-first' | 'gradual') => {
      const model = await new FineTuning({ ...options, mode }, { network: upper }).fit(rows);
      return share(await model.predict(unseen), others.y);
    };
    const [frozen, tuned, gradual] = [
      await accuracy('extract'),
      await accuracy('head-first'),
      await accuracy('gradual'),
    ];
    expect(tuned).toBeGreaterThan(frozen + 0.05);
    expect(gradual).toBeGreaterThan(frozen + 0.05);
  });

  it('begins with the weights it is given and keeps frozen ones bit for bit', async () => {
    const { upper, rows } = await start();
    const model = await new FineTuning(
      { ...options, epochs: 2, mode: 'extract' },
      { network: upper },
    ).fit(rows);
    const single = upper.weights.map(({ data }) => Float64Array.from(Float32Array.from(data)));
    expect(model.parts.featureWeights.map(({ data }) => data)).toEqual(single);
    expect(model.parts.scaling.means.every((mean) => mean === 0)).toBe(true);
    expect(model.diagnostics.facts!['headKept']).toBe(false);
    expect(model.diagnostics.facts!['trainedShare']).toBeLessThan(0.2);
  });

  it('is written as plain data, and predicts the same when read back', async () => {
    const { upper, rows, unseen } = await start();
    const model = await new FineTuning({ ...options, epochs: 2 }, { network: upper }).fit(rows);
    const state = stateFromJson(JSON.parse(JSON.stringify(model)));
    const restored = FineTuning.restore(state, {
      linearAlgebra: referenceLinearAlgebra,
      restore: () => model,
    });
    expect(await restored.scores(unseen)).toEqual(await model.scores(unseen));
  });

  it('goes on where it was interrupted, bit for bit, and leaves no tensors behind', async () => {
    const { tensors: tf } = await testBackend();
    const { upper, rows } = await start();
    const before = tf.memory().numTensors;
    const chosen = {
      ...options,
      epochs: 4,
      mode: 'head-first',
      startingPointWeight: 0.01,
      layerDecay: 0.5,
    } as const;
    const whole = await new FineTuning(chosen, { network: upper }).fit(rows, { seed: 3 });
    const checkpoints = new MemoryCheckpoints();
    const controller = new AbortController();
    let epochs = 0;
    const first = new FineTuning(chosen, { network: upper, checkpoints }).fit(rows, {
      seed: 3,
      signal: controller.signal,
      onProgress: () => ++epochs === 3 && controller.abort(),
    });
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    const second = await new FineTuning(chosen, { network: upper, checkpoints }).fit(rows, {
      seed: 3,
    });
    expect(checkpoints.saves).toBe(4);
    expect(second.parts).toEqual(whole.parts);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is one of many: other deep methods begin with the layers as well', async () => {
    const { upper, rows, unseen } = await start();
    const still = { epochs: 1, learningRate: 1e-12 };
    const model = await new DeepCoral(still, { network: upper }).fit({
      source: rows,
      target: { x: unseen },
    });
    model.parts.featureWeights.forEach((array, k) =>
      expect(gap(array, upper.weights[k]!)).toBeLessThan(1e-6),
    );
  });

  it('says what labelled rows alone lack, and what does not fit', async () => {
    const { upper, rows } = await start();
    const bare = new FineTuning(options).fit(rows);
    await expect(bare).rejects.toMatchObject({ code: 'INVALID_DATA' });
    await expect(bare).rejects.toThrow('labelled rows alone need a network to start from');
    const cut = { design: upper.design, weights: upper.weights.slice(1) };
    const torn = new FineTuning(options, { network: cut }).fit(rows);
    await expect(torn).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describeWith(
  ['data', 'mobilenet_v2_0.35_224_truncated_tm', 'model.json'],
  'MobileNet v2',
  (file) => {
    it('gives the same features in one pass and in two', async () => {
      await testBackend();
      const pixels = Float64Array.from({ length: 224 * 224 * 3 }, (_, p) => Math.sin(p / 50));
      const sample = { rows: 1, columns: pixels.length, data: pixels };
      const whole = await loadPretrainedNetwork(file, { layer: 0 });
      const expected = await whole.extract(sample);
      whole.dispose();
      const network = await loadPretrainedNetwork(file, { layer: 'block_13_project_BN' });
      const below = await network.extract(sample);
      const { design, weights } = await network.layersAbove();
      network.dispose();
      expect([below.columns, expected.columns]).toEqual([7 * 7 * 56, 1280]);
      const planned = planNetwork(design, below.columns, 'test');
      const features = applyNetwork(referenceLinearAlgebra, planned, weights, below);
      expect(gap(features, expected)).toBeLessThan(1e-4);
    });
  },
);
