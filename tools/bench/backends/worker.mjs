// `node worker.mjs ENGINE`: answers each line {"name": …} with the seconds of processor time that the work of that name takes
// on one engine, all its threads together.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { mobilenetFile, mobilenetLayer, onnxFile } from './model-files.mjs';
import { encodeModel } from '../../../packages/backend-node/dist/internal/onnx-encoder.js';
import { measurer, sampleMatrix, workloads } from './workloads.mjs';

const engine = process.argv[2];
// TensorFlow brings both itself, from where GRAFT_TFJS_NODE says.
const native =
  engine === 'tensorflow' && createRequire(import.meta.url)(process.env.GRAFT_TFJS_NODE);
const tf = native || (await import('@tensorflow/tfjs-core'));
const layers = native || (await import('@tensorflow/tfjs-layers'));

const engines = {
  'wasm-simd': async () => {
    const { wasmSimd } = await import('@graft-ml/backend-wasm-simd');
    return wasmSimd.load({ tensors: tf });
  },
  node: async () => {
    const { node } = await import('@graft-ml/backend-node');
    return node.load({ tensors: tf });
  },
  tensorflow: async () => {
    const { node } = await import('@graft-ml/backend-node');
    return node.load({ tensors: tf });
  },
  onnxruntime: async () => ({}),
  'tfjs-backend-wasm': async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    await tf.setBackend('wasm');
    return { id: 'wasm', tensors: tf, gradients: true };
  },
  'tfjs-backend-cpu': async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
    return { id: 'cpu', tensors: tf, gradients: true };
  },
};

const backend = await engines[engine]();
const { linearAlgebra } = backend;
const { NeuralNetwork, loadPretrainedNetwork } = await import('@graft-ml/deep-adaptation');
const work =
  engine === 'onnxruntime'
    ? products(await import('onnxruntime-node'))
    : workloads({ tf, layers, backend, linearAlgebra, features, NeuralNetwork });
const ask = measurer(work, () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
});

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await ask(JSON.parse(line).name).catch((error) => ({
    error: String(error?.message ?? error).split('\n')[0],
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit();

/** The network by ONNX Runtime where the backend is Node's and the model is there, by the backend's tensors otherwise. */
async function features(batchSize) {
  if (engine === 'node' && existsSync(onnxFile())) {
    const { loadOnnxModel } = await import('@graft-ml/backend-node');
    const model = await loadOnnxModel(onnxFile());
    return {
      extract: (samples) => model.extract(samples, { batchSize }),
      channelsFirst: true,
    };
  }
  const network = await loadPretrainedNetwork(mobilenetFile, { backend, layer: mobilenetLayer });
  return { extract: (samples) => network.extract(samples, { batchSize }) };
}

/** Products by ONNX Runtime itself, asked for on the thread that waits. */
function products({ default: { InferenceSession, Tensor } }) {
  const sizes = [256, 512, 1000].flatMap((size) =>
    ['float32', 'float64'].map((type) => [size, type]),
  );
  return Object.fromEntries(
    sizes.map(([size, type]) => [
      `matMul ${type}, ${size}`,
      async () => {
        const shape = ['n', 'n'];
        const values = ['a', 'b', 'c'].map((name) => ({ name, type, shape }));
        const [output] = values.splice(2);
        const bytes = encodeModel({ operator: 'Gemm', inputs: values, output });
        const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
        const { data } = sampleMatrix(size);
        const x = new Tensor(type, type === 'float32' ? Float32Array.from(data) : data, [
          size,
          size,
        ]);
        return { run: () => session.run({ a: x, b: x }) };
      },
    ]),
  );
}
