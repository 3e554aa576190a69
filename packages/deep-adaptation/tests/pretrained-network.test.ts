import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as layers from '@tensorflow/tfjs-layers';
import type { io } from '@tensorflow/tfjs-core';
import { loadPretrainedNetwork } from '@graft-ml/deep-adaptation';
import { describeWith } from '../../../tools/testing/golden.js';
import { testBackend, type TensorFlow } from './support/tensors.js';

/** A small image model as files: doubles the pixels, sums windows, then a head. */
async function smallModel(tf: TensorFlow): Promise<{ json: string; weights: ArrayBuffer }> {
  const model = layers.sequential({
    layers: [
      layers.layers.conv2d({
        inputShape: [4, 4, 1],
        filters: 2,
        kernelSize: 2,
        strides: 2,
        name: 'windows',
        weights: [tf.tensor4d([1, -1, 1, -1, 1, -1, 1, -1], [2, 2, 1, 2]), tf.tensor1d([0, 0.5])],
      }),
      layers.layers.globalAveragePooling2d({ name: 'pooled' } as never),
      layers.layers.dense({ units: 3, name: 'head' }),
    ],
  });
  let saved: io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  model.dispose();
  const json = JSON.stringify({
    format: 'layers-model',
    modelTopology: saved!.modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: saved!.weightSpecs }],
  });
  return { json, weights: saved!.weightData as ArrayBuffer };
}

const image = Array.from({ length: 16 }, (_, p) => p);
const folder = mkdtempSync(join(tmpdir(), 'graft-network-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('loadPretrainedNetwork', () => {
  it('reads files, a path and an address alike, and cuts at the layer that is asked for', async () => {
    const { tensors: tf } = await testBackend();
    const { json, weights } = await smallModel(tf);
    const path = join(folder, 'model.json');
    writeFileSync(path, json);
    writeFileSync(join(folder, 'weights.bin'), new Uint8Array(weights));
    const files = { model: new Blob([json]), weights: [new Blob([weights])] };
    for (const source of [files, path, pathToFileURL(path), pathToFileURL(path).href]) {
      const network = await loadPretrainedNetwork(source, { layer: 'pooled' });
      expect(network.sampleShape).toEqual([4, 4, 1]);
      const features = await network.extract([image, image.map(() => 1)]);
      // The mean over four windows of their sums: 120 / 4, and minus that plus the bias.
      expect(Array.from(features.data)).toEqual([30, -29.5, 4, -3.5]);
      network.dispose();
    }
  });

  it('takes the last layer by default, works in batches, reports progress and stops', async () => {
    const { tensors: tf } = await testBackend();
    const { json, weights } = await smallModel(tf);
    const before = tf.memory().numTensors;
    const network = await loadPretrainedNetwork({
      model: new Blob([json]),
      weights: [new Blob([weights])],
    });
    const images = Array.from({ length: 5 }, (_, i) => image.map((v) => v + i));
    const seen: number[] = [];
    const whole = await network.extract(images);
    const parts = await network.extract(images, {
      batchSize: 2,
      onProgress: ({ done }) => seen.push(done),
    });
    expect(parts).toEqual(whole);
    expect(whole.columns).toBe(3);
    expect(seen).toEqual([2, 4, 5]);
    const controller = new AbortController();
    const stopped = network.extract(images, {
      batchSize: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(network.extract([[1, 2]])).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    network.dispose();
    await expect(network.extract(images)).rejects.toMatchObject({ code: 'DISPOSED' });
    const files = { model: new Blob([json]), weights: [new Blob([weights])] };
    for (const layer of [1, -2]) {
      const cut = await loadPretrainedNetwork(files, { layer });
      expect((await cut.extract(images)).columns).toBe(2);
      cut.dispose();
    }
    await expect(loadPretrainedNetwork(files, { layer: 3 })).rejects.toThrow('no layer "3"');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what is wrong with a model', async () => {
    const { tensors: tf } = await testBackend();
    const { json, weights } = await smallModel(tf);
    const from = (model: string, ...bytes: ArrayBuffer[]) =>
      loadPretrainedNetwork({
        model: new Blob([model]),
        weights: bytes.map((part) => new Blob([part])),
      });
    await expect(from('{', weights)).rejects.toMatchObject({ code: 'INVALID_ARTEFACT' });
    await expect(from('{}', weights)).rejects.toThrow(
      '"modelTopology" or "weightsManifest" is missing',
    );
    await expect(from(json, weights.slice(8))).rejects.toThrow(
      /the weights have \d+ bytes, model.json speaks of \d+/,
    );
    await expect(from(json)).rejects.toThrow(
      'names "weights.bin", which is not among the files given',
    );
    const broken = json.replace('"Conv2D"', '"NoSuchLayer"');
    await expect(from(broken, weights)).rejects.toMatchObject({ code: 'INVALID_ARTEFACT' });
    await expect(loadPretrainedNetwork(join(folder, 'nowhere.json'))).rejects.toMatchObject({
      code: 'IO',
    });
    const misspelt = loadPretrainedNetwork(
      { model: new Blob([json]), weights: [new Blob([weights])] },
      { layer: 'poled' },
    );
    await expect(misspelt).rejects.toThrow('there is no layer "poled". Did you mean pooled?');
  });
});

describeWith(['data', 'mobilenet_v1_0.25_224', 'model.json'], 'MobileNet v1', (file) => {
  it('gives 256 features of an image', async () => {
    const network = await loadPretrainedNetwork(file, { layer: 'global_average_pooling2d_1' });
    expect(network.sampleShape).toEqual([224, 224, 3]);
    const pixels = Float64Array.from({ length: 224 * 224 * 3 }, (_, p) => Math.sin(p / 50));
    const { columns, data } = await network.extract({
      rows: 1,
      columns: pixels.length,
      data: pixels,
    });
    expect(columns).toBe(256);
    expect(data.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(Math.max(...data)).toBeGreaterThan(0.1);
    network.dispose();
  });
});
