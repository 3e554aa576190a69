// `node in-node.mjs BACKEND THREADS REPEATS`: prints the times of one backend as JSON.
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { measure } from './workloads.mjs';

const [name, threads, repeats] = process.argv.slice(2);
const backend = await start(name, Number(threads));
const slow = name === 'cpu';
const results = await measure(tf, layers, backend, { repeats: Number(repeats), slow });
backend?.dispose();
process.stdout.write(`\n${JSON.stringify(results)}\n`, () => process.exit());

async function start(id, count) {
  if (id === 'cpu') {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
    return undefined;
  }
  if (id === 'wasm-simd') {
    const { wasmSimd } = await import('@graft-ml/backend-wasm-simd');
    return wasmSimd.load({ tensors: tf, threads: count });
  }
  if (id === 'node') {
    const { node } = await import('@graft-ml/backend-node');
    return node.load({ tensors: tf, threads: count });
  }
  throw new Error(`"${id}" is none of wasm-simd, node, cpu, torch.`);
}
