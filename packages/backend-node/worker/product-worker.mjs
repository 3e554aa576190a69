// Multiplies matrices with ONNX Runtime while the thread that asked is waiting. Messages: a product to compute; answers go
// through `port` before `signal` wakes the other side.
import { parentPort, workerData } from 'node:worker_threads';

const { engine, port, signal, threads } = workerData;
const sessions = new Map();

try {
  const module = await import(engine);
  const runtime = module.default ?? module;
  parentPort.on('message', (product) => {
    void answer(runtime, product);
  });
  parentPort.postMessage({ ready: true });
} catch (error) {
  parentPort.postMessage({ problem: String(error?.message ?? error) });
}

async function answer(runtime, product) {
  try {
    const data = await multiply(runtime, product);
    // What the matrices came in goes back with the product, to be used again.
    const buffers = [product.a, product.b].flatMap((matrix) =>
      matrix ? [matrix.data.buffer] : [],
    );
    port.postMessage({ data, buffers }, [data.buffer, ...buffers]);
  } catch (error) {
    port.postMessage({ problem: String(error?.message ?? error) });
  }
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

async function multiply({ InferenceSession, Tensor }, { key, model, type, a, b, rows, columns }) {
  if (!sessions.has(key)) {
    const options = { intraOpNumThreads: threads, executionMode: 'sequential' };
    sessions.set(key, await InferenceSession.create(model, options));
  }
  const Values = type === 'float64' ? Float64Array : Float32Array;
  // An array of our own can be handed over without another copy.
  const data = new Values(rows * columns);
  const first = new Tensor(type, a.data, [a.rows, a.columns]);
  const second = b ? new Tensor(type, b.data, [b.rows, b.columns]) : first;
  const c = new Tensor(type, data, [rows, columns]);
  await sessions.get(key).run({ a: first, b: second }, { c });
  return data;
}
