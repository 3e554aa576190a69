import {
  type DenseMatrix,
  denseMatrix,
  isTransferError,
  type MatrixInput,
  step,
  toDense,
  toMatrix,
  TransferError,
} from '@graft-ml/core';
import type * as tensorflow from '@tensorflow/tfjs-core';
import type { FeatureOptions, PretrainedNetwork } from '../pretrained-network.js';
import type { PretrainedLayers } from '../network-design.js';
import type { TensorFlow } from './tensor-network.js';

const who = 'PretrainedNetwork';

/** What both kinds of model come down to. */
export interface Runner {
  /** The batch first; null where a size is free. */
  readonly inputShape: readonly (number | null)[];
  run(batch: tensorflow.Tensor): tensorflow.Tensor;
  /** Absent where layers cannot be told apart. */
  readonly layersAbove?: (last: string | undefined, who: string) => Promise<PretrainedLayers>;
  dispose(): void;
}

/** A pretrained network on a tensor engine. */
export class FrozenNetwork implements PretrainedNetwork {
  readonly sampleShape: readonly number[];
  readonly #tf: TensorFlow;
  readonly #runner: Runner;
  #disposed = false;

  constructor(tf: TensorFlow, runner: Runner, sampleShape: readonly number[]) {
    this.#tf = tf;
    this.#runner = runner;
    this.sampleShape = sampleShape;
  }

  async extract(samples: MatrixInput, options: FeatureOptions = {}): Promise<DenseMatrix> {
    this.#checkAlive();
    const { rows, columns, data } = toDense(toMatrix(samples, who, 'samples'));
    const width = this.sampleShape.reduce((a, b) => a * b, 1);
    if (rows > 0 && columns !== width) {
      throw new TransferError({
        code: 'SHAPE_MISMATCH',
        who,
        message: `takes samples of ${this.sampleShape.join(' × ')}, that is ${width} columns; received ${columns}.`,
        details: { argument: 'samples', expected: width, received: columns },
      });
    }
    const { batchSize = 16 } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new TransferError({
        code: 'INVALID_OPTION',
        who,
        message: `"batchSize" must be an integer in [1, ∞); received ${batchSize}.`,
        details: { option: 'batchSize', received: batchSize },
      });
    }
    let features = new Float64Array(0);
    let outputs = 0;
    for (let start = 0; start < rows; start += batchSize) {
      const count = Math.min(batchSize, rows - start);
      const batch = Float32Array.from(data.subarray(start * width, (start + count) * width));
      const values = await this.#run(batch, count);
      if (start === 0) {
        outputs = values.length / count;
        features = new Float64Array(rows * outputs);
      }
      features.set(values, start * outputs);
      await step(options, who, { stage: 'features', done: start + count, total: rows });
    }
    return denseMatrix(rows, outputs, features);
  }

  async layersAbove(last?: string): Promise<PretrainedLayers> {
    this.#checkAlive();
    const { layersAbove } = this.#runner;
    if (layersAbove) return layersAbove(last, who);
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message:
        'the layers of a graph model cannot be told apart, so none can be trained. Convert the model as a layers model.',
      details: { capability: 'layersAbove' },
    });
  }

  dispose(): void {
    if (!this.#disposed) this.#runner.dispose();
    this.#disposed = true;
  }

  #checkAlive(): void {
    if (!this.#disposed) return;
    throw new TransferError({ code: 'DISPOSED', who, message: 'was disposed of. Load it again.' });
  }

  async #run(batch: Float32Array, count: number): Promise<Float32Array> {
    const tf = this.#tf;
    const result = this.#features(tf.tensor(batch, [count, ...this.sampleShape], 'float32'));
    try {
      return (await result.data()) as Float32Array;
    } finally {
      result.dispose();
    }
  }

  /** Disposes of the batch. Operations that the engine lacks and shapes that do not fit show here only. */
  #features(batch: tensorflow.Tensor): tensorflow.Tensor {
    try {
      return this.#tf.tidy(() => this.#runner.run(batch));
    } catch (cause) {
      if (isTransferError(cause)) throw cause;
      throw new TransferError({
        code: 'INVALID_ARTEFACT',
        who: 'PretrainedNetwork',
        message: `the network cannot be run: ${reasonOf(cause)}. Fetch its files again, or convert it for TensorFlow.js 4.22.`,
        cause,
      });
    } finally {
      batch.dispose();
    }
  }
}

/** What the engine says, as a part of a sentence: it prints whole models on occasion. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const line = text.split('\n')[0]!.trim().replace(/\.$/, '');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
