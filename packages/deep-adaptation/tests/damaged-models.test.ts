import * as layers from '@tensorflow/tfjs-layers';
import type { io } from '@tensorflow/tfjs-core';
import { loadPretrainedNetwork } from '@graft-ml/deep-adaptation';
import { testBackend } from './support/tensors.js';

interface ModelJson {
  format: string;
  modelTopology: { node?: { name: string; op: string }[] };
  weightsManifest: {
    paths: string[];
    weights: { name: string; shape: number[]; dtype: string }[];
  }[];
}

let dense: ModelJson;
let weights: ArrayBuffer;

/** y = x · w in both formats, with 8 weights. */
beforeAll(async () => {
  const { tensors: tf } = await testBackend();
  const model = layers.sequential({
    layers: [layers.layers.dense({ units: 2, inputShape: [4], useBias: false, name: 'y' })],
  });
  let saved: io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler((artifacts) => {
    saved = artifacts;
    return Promise.resolve({
      modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' },
    });
  });
  await model.save(handler);
  model.dispose();
  weights = new Float32Array(8).fill(1).buffer;
  dense = manifest('layers-model', saved!.modelTopology as object, 'y/kernel');
});

function manifest(format: string, modelTopology: object, name: string): ModelJson {
  const entry = { name, shape: [4, 2], dtype: 'float32' };
  return { format, modelTopology, weightsManifest: [{ paths: ['w.bin'], weights: [entry] }] };
}

const float = { type: 'DT_FLOAT' };
const graph = manifest(
  'graph-model',
  {
    node: [
      {
        name: 'x',
        op: 'Placeholder',
        attr: { dtype: float, shape: { shape: { dim: [{ size: '-1' }, { size: '4' }] } } },
      },
      { name: 'w', op: 'Const', attr: { dtype: float } },
      { name: 'y', op: 'MatMul', input: ['x', 'w'], attr: { T: float } },
    ],
    versions: {},
  },
  'w',
);

/** Loads a model after `damage` and runs it. */
async function run(model: ModelJson, damage: (copy: ModelJson) => void): Promise<number[]> {
  const copy = structuredClone(model);
  damage(copy);
  const files = { model: new Blob([JSON.stringify(copy)]), weights: [new Blob([weights])] };
  const network = await loadPretrainedNetwork(files);
  try {
    return Array.from((await network.extract([[1, 2, 3, 4]])).data);
  } finally {
    network.dispose();
  }
}

const entry = (model: ModelJson): ModelJson['weightsManifest'][number]['weights'][number] =>
  model.weightsManifest[0]!.weights[0]!;

it('runs both formats as long as they are whole', async () => {
  const nothing = (): void => undefined;
  expect(await run(dense, nothing)).toEqual([10, 10]);
  expect(await run(graph, nothing)).toEqual([10, 10]);
});

describe.each([
  ['layers', () => dense],
  ['graph', () => graph],
])('a damaged model of the %s format is refused with what to do:', (_, model) => {
  it.each<[string, (copy: ModelJson) => void, RegExp]>([
    ['a weight without a shape', (copy) => Reflect.deleteProperty(entry(copy), 'shape'), /shapes/],
    [
      'no list of weights',
      ({ weightsManifest: [group] }) => Reflect.deleteProperty(group!, 'weights'),
      /"weights"/,
    ],
    ['an unknown type', (copy) => (entry(copy).dtype = 'float9'), /float9/],
    ['another type', (copy) => (entry(copy).dtype = 'int32'), /int32.*float32|float32.*int32/],
    ['another shape', (copy) => (entry(copy).shape = [2, 4]), /shape/i],
    ['weights of another name', (copy) => (entry(copy).name = 'z'), /"w"|z/],
    ['no topology to speak of', (copy) => (copy.modelTopology = {}), /could not be built/],
  ])('%s', async (_name, damage, reason) => {
    const failure = run(model(), damage);
    await expect(failure).rejects.toMatchObject({
      code: 'INVALID_ARTEFACT',
      message: expect.stringMatching(/(again|4\.22)|converter\.$/) as string,
    });
    await expect(failure).rejects.toThrow(reason);
  });
});

it('names an operation that the engine does not know, in a sentence', async () => {
  const damage = (copy: ModelJson): void => {
    copy.modelTopology.node![2]!.op = 'NoSuchOp';
  };
  const failure = run(graph, damage);
  await expect(failure).rejects.toMatchObject({ code: 'INVALID_ARTEFACT' });
  await expect(failure).rejects.toThrow(/cannot be run: Unknown op 'NoSuchOp'/);
});
