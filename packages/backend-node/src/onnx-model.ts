import {
  TransferError,
  denseMatrix,
  step,
  type DenseMatrix,
  type FloatType,
  type RunOptions,
} from '@graft-ml/core';
import { firstLine, loadEngine } from '@graft-ml/backend-wasm-simd/tensors';
import type { InferenceSession } from 'onnxruntime-node';
import type { OnnxSession, TensorClass } from './internal/onnx-session.js';
import { readModel } from './internal/read-model.js';

/** One input or output of a model. */
export interface OnnxSignature {
  readonly name: string;
  readonly type: FloatType;
  /** The first dimension is the batch; a name stands for a size that is free. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxModelOptions {
  /** Native threads. Default 1. */
  readonly threads?: number;
  /** What the caller is going to feed: the shape of one sample. A model whose input differs is refused, and free dimensions of
   * the model are set to it. */
  readonly sampleShape?: readonly number[];
}

export interface ExtractOptions extends RunOptions {
  /** Samples at a time: 1 or more, default 32. A model with a fixed batch keeps its own. */
  readonly batchSize?: number;
  /** Which output to take. Default the first. */
  readonly output?: string;
}

/** Reads an ONNX model from a file, a `file:` URL or bytes, and checks that it has one input of floats, samples first.
 *
 * Errors: `MISSING_DEPENDENCY` without onnxruntime-node, `IO` for a file that cannot be read, `INVALID_ARTEFACT` for one that
 * is no ONNX model or a damaged one, `UNSUPPORTED` for a signature that cannot take rows.
 *
 * @example
 * const model = await loadOnnxModel('mobilenet.onnx', { sampleShape: [3, 224, 224] });
 * const features = await model.extract(images, { batchSize: 16, onProgress });
 */
export async function loadOnnxModel(
  source: string | URL | Uint8Array,
  options: OnnxModelOptions = {},
): Promise<OnnxModel> {
  const who = 'loadOnnxModel';
  const bytes = await readModel(source, who);
  const runtime = await loadEngine(
    who,
    'onnxruntime-node',
    () => import('onnxruntime-node'),
    '1.30.0',
  );
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(bytes, {
      intraOpNumThreads: options.threads ?? 1,
    });
  } catch (cause) {
    throw new TransferError({
      code: 'INVALID_ARTEFACT',
      who,
      message: `this is no ONNX model, or a damaged one (${firstLine(cause)}). Fetch or export the file again.`,
      details: { bytes: bytes.length },
      cause,
    });
  }
  const input = sampleSignature(session, options.sampleShape, who);
  return new OnnxModel(session, runtime.Tensor, input);
}

/** A model that turns rows into features; made by `loadOnnxModel`. */
export class OnnxModel {
  /** What it takes, with the dimensions that were free as far as they are known. */
  readonly input: OnnxSignature;
  readonly outputs: readonly string[];
  #session: OnnxSession | undefined;
  readonly #Tensor: TensorClass;

  /** @internal Use `loadOnnxModel`. */
  constructor(session: OnnxSession, tensor: TensorClass, input: OnnxSignature) {
    this.#session = session;
    this.#Tensor = tensor;
    this.input = input;
    this.outputs = session.outputNames;
  }

  /** Features of samples [n, numbers of a sample], a batch at a time: [n, numbers of an output].
   *
   * A row is one sample in the order the model takes, for images usually channels, rows, columns. Between batches progress is
   * reported and `signal` is heard.
   */
  async extract(samples: DenseMatrix, options: ExtractOptions = {}): Promise<DenseMatrix> {
    const who = 'OnnxModel.extract';
    const session = this.#running(who);
    const output = this.#output(options.output, who);
    const shape = this.input.shape.slice(1) as number[];
    const width = shape.reduce((product, size) => product * size, 1);
    checkWidth(samples, width, shape, who);
    const fixed = typeof this.input.shape[0] === 'number' ? this.input.shape[0] : undefined;
    const batchSize = fixed ?? checkBatchSize(options.batchSize ?? 32, who);
    let features: Float64Array | undefined;
    let columns = 0;
    for (let start = 0; start < samples.rows; start += batchSize) {
      const count = Math.min(batchSize, samples.rows - start);
      const rows = fixed ?? count;
      const data = this.#values(
        samples.data.subarray(start * width, (start + count) * width),
        rows * width,
      );
      const input = new this.#Tensor(this.input.type, data, [rows, ...shape]);
      const { [output]: result } = await session.run({ [this.input.name]: input }, [output]);
      const values = result!.data as Float32Array | Float64Array;
      columns = values.length / rows;
      features ??= new Float64Array(samples.rows * columns);
      features.set(values.subarray(0, count * columns), start * columns);
      await step(options, who, { stage: 'features', done: start + count, total: samples.rows });
    }
    return denseMatrix(samples.rows, columns, features ?? new Float64Array(0));
  }

  /** Lets go of the native memory; every later call throws `DISPOSED`. */
  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.release();
  }

  #running(who: string): OnnxSession {
    if (this.#session) return this.#session;
    throw new TransferError({
      code: 'DISPOSED',
      who,
      message: 'the model was disposed of. Load it again.',
    });
  }

  #output(wanted: string | undefined, who: string): string {
    const name = wanted ?? this.outputs[0]!;
    if (this.outputs.includes(name)) return name;
    throw new TransferError({
      code: 'INVALID_OPTION',
      who,
      message: `"output" must be one of ${this.outputs.join(', ')}; received ${name}.`,
      details: { option: 'output', received: name },
    });
  }

  /** The batch in the model's type; what a fixed batch lacks stays zero. */
  #values(rows: Float64Array, length: number): Float32Array | Float64Array {
    const values =
      this.input.type === 'float32' ? new Float32Array(length) : new Float64Array(length);
    values.set(rows);
    return values;
  }
}

function sampleSignature(
  session: InferenceSession,
  sampleShape: readonly number[] | undefined,
  who: string,
): OnnxSignature {
  const refuse = (reason: string): TransferError =>
    new TransferError({
      code: 'UNSUPPORTED',
      who,
      message: `the model ${reason}. Export it with one input of floats whose first dimension is the batch.`,
      details: { capability: 'signature' },
    });
  const [input, ...others] = session.inputMetadata;
  if (!input || others.length > 0) throw refuse(`has ${session.inputMetadata.length} inputs`);
  if (!input.isTensor || (input.type !== 'float32' && input.type !== 'float64'))
    throw refuse(`takes ${input.isTensor ? input.type : 'no tensor'}`);
  if (input.shape.length < 2) throw refuse(`takes a shape of ${input.shape.length} dimensions`);
  const [batch, ...sample] = input.shape;
  const fits =
    sampleShape?.length === sample.length &&
    sample.every((size, k) => typeof size !== 'number' || size === sampleShape[k]);
  if (sampleShape && !fits) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `the model takes samples of shape [${sample.join()}]; "sampleShape" says [${sampleShape.join()}]. Resize the samples, or take another model.`,
      details: { argument: 'sampleShape', expected: sample, received: sampleShape },
    });
  }
  if (!sampleShape && sample.some((size) => typeof size !== 'number'))
    throw refuse(`leaves the size of a sample free, [${sample.join()}]: say it with "sampleShape"`);
  return { name: input.name, type: input.type, shape: [batch!, ...(sampleShape ?? sample)] };
}

function checkWidth(
  samples: DenseMatrix,
  width: number,
  shape: readonly number[],
  who: string,
): void {
  if (samples.columns === width) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `the model takes ${width} numbers a sample, [${shape.join()}]; received ${samples.columns}.`,
    details: { argument: 'samples', expected: width, received: samples.columns },
  });
}

function checkBatchSize(batchSize: number, who: string): number {
  if (Number.isInteger(batchSize) && batchSize > 0) return batchSize;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"batchSize" must be a whole number from 1; received ${batchSize}.`,
    details: { option: 'batchSize', received: batchSize },
  });
}
