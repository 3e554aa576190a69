import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { TransferError } from '@graft-ml/core';
import { firstLine, missingEngine } from '@graft-ml/backend-wasm-simd/tensors';
import { encodeModel, type OnnxFloat } from './onnx-encoder.js';
import { waitForAnswer, watch } from './wait-for-answer.js';

const engineName = 'onnxruntime-node';

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

export interface NativeProductsOptions {
  readonly threads: number;
  readonly who: string;
  /** Address of ONNX Runtime. Default: where the package's name leads to. */
  readonly engine?: string;
  /** Milliseconds that a product of so many multiplications may take before its thread is given up. Default: a minute, and a
   * second for each 10⁸, of which one thread does 10¹⁰ in that time. */
  readonly patience?: (multiplications: number) => number;
}

/** Starts the thread. Throws `MISSING_DEPENDENCY` where ONNX Runtime is not installed or does not load.
 *
 * A product throws `OUT_OF_MEMORY` where it has no room, and `DISPOSED` when the thread ended or kept silent for too long.
 */
export async function startNativeProducts({
  threads,
  who,
  engine = locateEngine(who),
  patience = (multiplications) => 60_000 + multiplications / 1e5,
}: NativeProductsOptions): Promise<NativeProducts> {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1: answers, port2: port } = new MessageChannel();
  const worker = new Worker(new URL('../../worker/product-worker.mjs', import.meta.url), {
    workerData: { engine, port, signal, threads },
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
    throw missingEngine(who, engineName, cause, '1.30.0');
  }
  // The copies of the last product: memory that was written to before is written to sooner.
  let spare: ArrayBuffer[] = [];
  let ended: string | undefined;
  worker.on('error', (cause) => (ended = firstLine(cause)));
  worker.on('exit', (code) => (ended ??= `exit code ${code}`));
  watch(worker);
  // Only now: a worker that is not waited for lets the process end while it starts.
  worker.unref();
  answers.unref();

  return {
    threads,
    stop,
    multiply(a, b, transposeA, transposeB) {
      if (ended !== undefined) throw threadEnded(ended);
      const type: OnnxFloat = a.data instanceof Float64Array ? 'float64' : 'float32';
      const rows = transposeA ? a.columns : a.rows;
      const columns = transposeB ? b.rows : b.columns;
      const key = `${type} ${transposeA} ${transposeB}`;
      const model = productModel(type, transposeA, transposeB);
      const first = copied(a, spare);
      const second = a === b ? undefined : copied(b, spare);
      const buffers = second ? [first.data.buffer, second.data.buffer] : [first.data.buffer];
      Atomics.store(signal, 0, 0);
      worker.postMessage({ key, model, type, a: first, b: second, rows, columns }, buffers);
      const most = patience(a.rows * a.columns * columns);
      const outcome = waitForAnswer(signal, worker, most);
      if (outcome !== 'answered') {
        ended =
          outcome === 'ended' ? 'in the middle of a product' : `silent for ${most / 1000} seconds`;
        stop();
        throw threadEnded(ended);
      }
      const { message } = receiveMessageOnPort(answers) as { message: Answer<typeof a.data> };
      spare = message.buffers ?? [];
      if (message.data) return message.data;
      throw failed([a.rows, a.columns], [b.rows, b.columns], message.problem!);
    },
  };
}

interface Answer<Values> {
  readonly data?: Values;
  /** What the matrices were sent in. */
  readonly buffers?: ArrayBuffer[];
  readonly problem?: string;
}

/** A copy that may be given away, in one of the spare buffers where one has the right size. */
function copied<Values extends Float32Array | Float64Array>(
  { rows, columns, data }: Rows<Values>,
  spare: ArrayBuffer[],
): { rows: number; columns: number; data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> } {
  const at = spare.findIndex(({ byteLength }) => byteLength === data.byteLength);
  try {
    const buffer = spare.splice(at, at < 0 ? 0 : 1)[0] ?? new ArrayBuffer(data.byteLength);
    const copy = data instanceof Float64Array ? new Float64Array(buffer) : new Float32Array(buffer);
    copy.set(data);
    return { rows, columns, data: copy };
  } catch (cause) {
    throw failed([rows, columns], [], firstLine(cause));
  }
}

function failed(a: readonly number[], b: readonly number[], problem: string): TransferError {
  const memory = /alloc|memory|array length/i.test(problem);
  const matrices = [a, b]
    .filter(({ length }) => length > 0)
    .map((shape) => `[${shape.join(', ')}]`);
  return new TransferError({
    code: memory ? 'OUT_OF_MEMORY' : 'UNSUPPORTED',
    who: 'NativeLinearAlgebra',
    message: `ONNX Runtime could not multiply ${matrices.join(' and ')} (${problem}). ${memory ? 'Use fewer rows at a time.' : 'Load the wasm-simd backend, which multiplies without it.'}`,
    details: { a, b },
  });
}

function threadEnded(reason: string): TransferError {
  return new TransferError({
    code: 'DISPOSED',
    who: 'NativeLinearAlgebra',
    message: `the thread of ONNX Runtime is gone (${reason}), and so is the product. Load the backend again, or load wasm-simd, which needs no such thread.`,
    details: { engine: engineName, reason },
  });
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
    return pathToFileURL(createRequire(import.meta.url).resolve(engineName)).href;
  } catch (cause) {
    throw missingEngine(who, engineName, cause, '1.30.0');
  }
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
