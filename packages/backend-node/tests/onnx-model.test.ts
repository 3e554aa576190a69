import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { denseMatrix } from '@graft-ml/core';
import { loadOnnxModel } from '../src/index.js';
import { encodeModel, type OnnxFloat } from '../src/internal/onnx-encoder.js';

/** y = max(0, x), with the dimensions as given. */
const relu = (shape: readonly (number | string)[], type: OnnxFloat = 'float32'): Uint8Array =>
  encodeModel({
    operator: 'Relu',
    inputs: [{ name: 'x', type, shape }],
    output: { name: 'y', type, shape },
  });

const rows = denseMatrix(3, 4, Float64Array.of(1, -2, 3, -4, -1, 2, -3, 4, 0, 1, 0, -1));
const expected = [1, 0, 3, 0, 0, 2, 0, 4, 0, 1, 0, 0];

describe('a model of ONNX', () => {
  it.each(['float32', 'float64'] as const)(
    'turns rows into features in batches, %s',
    async (type) => {
      const model = await loadOnnxModel(relu(['n', 2, 2], type));
      expect(model.input).toEqual({ name: 'x', type, shape: ['n', 2, 2] });
      const done: unknown[] = [];
      const features = await model.extract(rows, {
        batchSize: 2,
        onProgress: (progress) => done.push(progress),
      });
      expect([features.rows, features.columns]).toEqual([3, 4]);
      expect(Array.from(features.data)).toEqual(expected);
      expect(done).toEqual([
        { stage: 'features', done: 2, total: 3 },
        { stage: 'features', done: 3, total: 3 },
      ]);
      await model.dispose();
      await expect(model.extract(rows)).rejects.toMatchObject({ code: 'DISPOSED' });
    },
  );

  it('fills up the last batch where the batch is fixed', async () => {
    const model = await loadOnnxModel(relu([2, 4]));
    const features = await model.extract(rows);
    expect(Array.from(features.data)).toEqual(expected);
    await model.dispose();
  });

  it('takes the size of a sample from the caller where the model leaves it free', async () => {
    await expect(loadOnnxModel(relu(['n', 'w']))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    const model = await loadOnnxModel(relu(['n', 'w']), { sampleShape: [4] });
    expect(Array.from((await model.extract(rows)).data)).toEqual(expected);
    await model.dispose();
  });

  it('stops between batches', async () => {
    const model = await loadOnnxModel(relu(['n', 4]));
    const controller = new AbortController();
    const run = model.extract(rows, {
      batchSize: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
    await model.dispose();
  });

  it('is read from a path and from a file URL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graft-onnx-'));
    try {
      const file = join(folder, 'relu.onnx');
      writeFileSync(file, relu(['n', 4]));
      for (const source of [file, pathToFileURL(file), pathToFileURL(file).href]) {
        const model = await loadOnnxModel(source);
        expect(model.outputs).toEqual(['y']);
        await model.dispose();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what is refused', () => {
  it('says what to do about a damaged model, a missing file and another signature', async () => {
    const bytes = relu(['n', 4]);
    const noise = Uint8Array.from({ length: 2000 }, (_, k) => (k * 7919) % 256);
    const page = new TextEncoder().encode('<!doctype html><title>Not found</title>');
    for (const damaged of [bytes.subarray(0, 40), new Uint8Array(0), noise, page]) {
      await expect(loadOnnxModel(damaged)).rejects.toMatchObject({
        code: 'INVALID_ARTEFACT',
        message: expect.stringContaining('Fetch or export the file again') as string,
      });
    }
    await expect(loadOnnxModel('no-such-file.onnx')).rejects.toMatchObject({ code: 'IO' });
    await expect(loadOnnxModel(bytes, { sampleShape: [5] })).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
    const two = encodeModel({
      operator: 'Add',
      inputs: ['a', 'b'].map((name) => ({ name, type: 'float32', shape: ['n', 4] })),
      output: { name: 'y', type: 'float32', shape: ['n', 4] },
    });
    await expect(loadOnnxModel(two)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('names rows of another width, an unknown output and a batch of nothing', async () => {
    const model = await loadOnnxModel(relu(['n', 4]));
    const narrow = denseMatrix(1, 3, new Float64Array(3));
    await expect(model.extract(narrow)).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    await expect(model.extract(rows, { output: 'z' })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    await expect(model.extract(rows, { batchSize: 0 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    await model.dispose();
  });

  it('gives no features for no rows', async () => {
    const model = await loadOnnxModel(relu(['n', 4]));
    const features = await model.extract(denseMatrix(0, 4, new Float64Array(0)));
    expect(features.rows).toBe(0);
    await model.dispose();
  });
});
