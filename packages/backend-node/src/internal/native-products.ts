import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { TransferError } from '@graft-ml/core';
import { firstLine } from '@graft-ml/backend-wasm-simd/tensors';
import { encodeModel, type OnnxFloat } from './onnx-encoder.js';

export interface Rows<Values extends Float32Array | Float64Array> {
  readonly rows: number;
  readonly columns: number;
  readonly data: Values;
}

/** Products of dense matrices by ONNX Runtime, asked for and answered within one call.
 *
 * ONNX Runtime answers later; linear algebra answers at once. So it runs on a thread of its own, and the calling thread sleeps
 * until the answer is there, as it would have computed until then.
 */
export interface NativeProducts {
  readonly threads: number;
  multiply<Values extends Float32Array | Float64Array>(
    a: Rows<Values>,
    b: Rows<Values>,
    transposeA: boolean,
    transposeB: boolean,
  ): Values;
  stop(): void;
}

/** Starts the thread. Throws `MISSING_DEPENDENCY` where ONNX Runtime is not installed or does not load. */
export async function startNativeProducts(threads: number, who: string): Promise<NativeProducts> {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1: answers, port2: port } = new MessageChannel();
  const worker = new Worker(new URL('../../worker/product-worker.mjs', import.meta.url), {
    workerData: { engine: locateEngine(who), port, signal, threads },
    transferList: [port],
  });
  const stop = (): void => {
    answers.close();
    void worker.terminate();
  };
  try {
    await started(worker);
  } catch (cause) {
    stop();
    throw missingEngine(who, cause);
  }
  // Only now: a worker that is not waited for lets the process end while it starts.
  worker.unref();
  answers.unref();

  return {
    threads,
    stop,
    multiply(a, b, transposeA, transposeB) {
      const type: OnnxFloat = a.data instanceof Float64Array ? 'float64' : 'float32';
      const rows = transposeA ? a.columns : a.rows;
      const columns = transposeB ? b.rows : b.columns;
      const first = sent(a);
      const second = a === b ? undefined : sent(b);
      const key = `${type} ${transposeA} ${transposeB}`;
      const model = productModel(type, transposeA, transposeB);
      const buffers = [first, ...(second ? [second] : [])].map(({ data }) => data.buffer);
      Atomics.store(signal, 0, 0);
      worker.postMessage({ key, model, type, a: first, b: second, rows, columns }, buffers);
      Atomics.wait(signal, 0, 0);
      const { message } = receiveMessageOnPort(answers) as {
        message: { readonly data?: typeof a.data; readonly problem?: string };
      };
      if (message.data) return message.data;
      throw new TransferError({
        code: 'OUT_OF_MEMORY',
        who: 'NativeLinearAlgebra',
        message: `ONNX Runtime could not multiply [${rows}, ${a.columns}] matrices (${message.problem}). Use fewer rows at a time.`,
        details: { rows, columns },
      });
    },
  };
}

/** A copy, which the other thread may keep. */
function sent<Values extends Float32Array | Float64Array>({
  rows,
  columns,
  data,
}: Rows<Values>): { rows: number; columns: number; data: { buffer: ArrayBuffer } } {
  return { rows, columns, data: data.slice() as { buffer: ArrayBuffer } & Values };
}

function productModel(type: OnnxFloat, transposeA: boolean, transposeB: boolean): Uint8Array {
  const value = (name: string): { name: string; type: OnnxFloat; shape: string[] } => ({
    name,
    type,
    shape: [`${name}0`, `${name}1`],
  });
  return encodeModel({
    operator: 'Gemm',
    inputs: [value('a'), value('b')],
    output: value('c'),
    attributes: { transA: Number(transposeA), transB: Number(transposeB) },
  });
}

function locateEngine(who: string): string {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve('onnxruntime-node')).href;
  } catch (cause) {
    throw missingEngine(who, cause);
  }
}

function missingEngine(who: string, cause: unknown): TransferError {
  return new TransferError({
    code: 'MISSING_DEPENDENCY',
    who,
    message: `could not load "onnxruntime-node" (${firstLine(cause)}). Run "npm install onnxruntime-node@1.30.0".`,
    details: { engine: 'onnxruntime-node' },
    cause,
  });
}

function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', ({ problem }: { readonly problem?: string }) => {
      if (problem === undefined) resolve();
      else reject(new Error(problem));
    });
  });
}
