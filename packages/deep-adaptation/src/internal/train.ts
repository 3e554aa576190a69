import { type CheckpointStore } from '../checkpoints.js';
import {
  type JsonObject,
  type RunOptions,
  type StateArray,
  StateReader,
  step,
  TransferError,
} from '@graft-ml/core';
import type { RandomSource } from '@graft-ml/numerics';
import type * as tensorflow from '@tensorflow/tfjs-core';
import type { TrainingOptions } from '../training-options.js';
import { type BatchStream, batchStream } from './batches.js';
import { Optimizer, type ParameterGroup } from './optimizer.js';
import type { TensorFlow } from './tensor-network.js';
import { subset, type TrainingSet } from './training-set.js';

/** Tensors of one step. */
export interface Batch {
  readonly x: tensorflow.Tensor2D;
  /** One-hot classes or values; [n, 0] without labels. */
  readonly y: tensorflow.Tensor2D;
  readonly weights: tensorflow.Tensor1D;
  /** Decides what is dropped in a step of training; absent where nothing is. */
  readonly noise?: number;
}

export interface Step {
  readonly source: Batch;
  /** Absent where training looks at labelled rows alone. */
  readonly target?: Batch;
  /** p, from 0 at the first step to 1 after the last. */
  readonly progress: number;
  /** Notes a part of the loss for the history, averaged over the epoch. */
  note(name: string, value: tensorflow.Scalar): void;
}

/** Something to go down on, with what is to be changed for it. Every step takes all objectives in turn. */
export interface Objective {
  readonly groups: readonly ParameterGroup[];
  loss(step: Step): tensorflow.Scalar;
}

export interface Training {
  readonly who: string;
  readonly tf: TensorFlow;
  /** Names the stage in progress reports and checkpoints. */
  readonly stage: string;
  readonly source: TrainingSet;
  readonly target?: TrainingSet;
  readonly objectives: readonly Objective[];
  /** A loss on held-out rows to stop by; smaller is better. */
  readonly validation?: () => tensorflow.Scalar;
  readonly options: Required<TrainingOptions>;
  readonly random: RandomSource;
  readonly run: RunOptions | undefined;
  readonly checkpoints: CheckpointStore | undefined;
}

export interface Trained {
  readonly steps: number;
  readonly stopReason: string;
  /** One record per epoch. */
  readonly history: readonly JsonObject[];
}

/** Runs the epochs of one stage. Variables hold the outcome; nothing else is left in the engine.
 *
 * Errors: `NUMERICAL` where a loss is not finite; `ABORTED`; `INVALID_ARTEFACT` for a checkpoint of another training.
 */
export async function train(training: Training): Promise<Trained> {
  const { tf, objectives, options } = training;
  const decay = { kind: options.optimizer, weightDecay: options.weightDecay };
  const optimizers = objectives.map(({ groups }) => new Optimizer(tf, groups, decay));
  const course = new Course(training, optimizers);
  try {
    await course.resume();
    while (course.stopReason === undefined) await course.epoch();
    course.restoreBest();
    return { steps: course.steps, stopReason: course.stopReason, history: course.history };
  } finally {
    course.dispose();
  }
}

class Course {
  readonly history: JsonObject[] = [];
  stopReason: string | undefined;
  steps = 0;
  readonly #training: Training;
  readonly #optimizers: readonly Optimizer[];
  readonly #variables: readonly tensorflow.Variable[];
  readonly #source: BatchStream;
  readonly #target: BatchStream | undefined;
  #best:
    | { readonly value: number; readonly epoch: number; readonly weights: tensorflow.Tensor[] }
    | undefined;

  constructor(training: Training, optimizers: readonly Optimizer[]) {
    const { source, target, options, random } = training;
    this.#training = training;
    this.#optimizers = optimizers;
    this.#variables = [...new Set(optimizers.flatMap(({ variables }) => variables))];
    this.#source = batchStream(source.rows, options.batchSize, random.stream('source rows'));
    this.#target =
      target && batchStream(target.rows, options.batchSize, random.stream('target rows'));
  }

  async epoch(): Promise<void> {
    const { tf, who, stage, options, run } = this.#training;
    const { epochs, learningRate } = options;
    const sums = new Map<string, tensorflow.Scalar>();
    const add = (name: string, value: tensorflow.Scalar): void => {
      const sum = sums.get(name);
      sums.set(name, tf.keep(sum ? tf.add<tensorflow.Scalar>(sum, value) : tf.clone(value)));
      sum?.dispose();
    };
    try {
      for (let k = 0; k < this.#source.perPass; k++) {
        const progress = this.steps / (epochs * this.#source.perPass);
        const rate = learningRate / (1 + 10 * progress) ** 0.75;
        this.#step(progress, rate, add);
        this.steps++;
      }
      const record: Record<string, number> = { epoch: this.history.length + 1 };
      for (const [name, sum] of sums) record[name] = (await sum.data())[0]! / this.#source.perPass;
      this.#checkFinite(record);
      await this.#select(record);
      this.history.push(record);
    } finally {
      for (const sum of sums.values()) sum.dispose();
    }
    const done = this.history.length;
    if (done >= epochs) this.stopReason ??= `all ${epochs} epochs are done`;
    await this.#save();
    await step(run, who, { stage, done, total: epochs });
  }

  #step(
    progress: number,
    rate: number,
    add: (name: string, value: tensorflow.Scalar) => void,
  ): void {
    const { tf, objectives, source, target } = this.#training;
    // Of the step alone, as batches are, so that training can go on where it stopped.
    const random = this.#training.random.stream('noise').stream(this.steps);
    const noise = (): number => Math.floor(2 ** 40 * random.uniform());
    tf.tidy(() => {
      const batches = {
        source: { ...batchOf(tf, source, this.#source.at(this.steps)), noise: noise() },
        ...(target && this.#target
          ? { target: { ...batchOf(tf, target, this.#target.at(this.steps)), noise: noise() } }
          : {}),
      };
      objectives.forEach(({ loss }, k) => {
        this.#optimizers[k]!.step(() => loss({ ...batches, progress, note: add }), rate);
      });
    });
  }

  #checkFinite(record: Readonly<Record<string, number>>): void {
    const broken = Object.keys(record).find((name) => !Number.isFinite(record[name]));
    if (broken === undefined) return;
    const { who, options } = this.#training;
    throw new TransferError({
      code: 'NUMERICAL',
      who,
      message: `the ${broken} is ${record[broken]} in epoch ${record['epoch']}. Lower learningRate (now ${options.learningRate}), or standardize the features.`,
      details: { epoch: record['epoch'], part: broken },
    });
  }

  /** Keeps the best weights so far and stops when none better came for long enough. */
  async #select(record: Record<string, number>): Promise<void> {
    const { tf, validation, options } = this.#training;
    if (!validation || options.patience === 0) return;
    const scalar = tf.tidy(validation);
    const value = (await scalar.data())[0]!;
    scalar.dispose();
    record['validation'] = value;
    const epoch = record['epoch']!;
    if (!this.#best || value < this.#best.value) {
      this.#forgetBest();
      this.#best = { value, epoch, weights: this.#variables.map((variable) => tf.clone(variable)) };
    } else if (epoch - this.#best.epoch >= options.patience) {
      this.stopReason = `${options.selection} has not improved for ${options.patience} epochs; the weights are those of epoch ${this.#best.epoch}`;
    }
  }

  restoreBest(): void {
    this.#best?.weights.forEach((weights, k) => this.#variables[k]!.assign(weights));
  }

  async resume(): Promise<void> {
    const { checkpoints, stage } = this.#training;
    const state = await checkpoints?.load(stage);
    if (!state) return;
    const reader = new StateReader(state, checkpointId, 1);
    const { who, tf } = this.#training;
    if (JSON.stringify(reader.value('training')) !== JSON.stringify(this.#fingerprint())) {
      throw new TransferError({
        code: 'INVALID_ARTEFACT',
        who,
        message: `the checkpoint of stage "${stage}" belongs to another training: options, seed or rows differ. Hand in an empty store, or repeat that training.`,
        details: { stage },
      });
    }
    tf.tidy(() => {
      this.#variables.forEach((variable, k) => {
        const data = reader.array(`variable ${k}`, ...variable.shape);
        variable.assign(tf.tensor(Float32Array.from(data), variable.shape, 'float32'));
      });
    });
    const counts = reader.value('optimizerSteps') as readonly number[];
    this.#optimizers.forEach((optimizer, k) => {
      const slots = optimizer.slotShapes.map((shape, s) => ({
        shape,
        data: reader.array(`optimizer ${k} slot ${s}`, ...shape),
      }));
      optimizer.load({ steps: counts[k]!, slots });
    });
    this.steps = reader.number('steps', true);
    this.history.push(...(reader.value('history') as readonly JsonObject[]));
    const stopReason = reader.value('stopReason');
    if (typeof stopReason === 'string') this.stopReason = stopReason;
    if (reader.has('bestValue')) {
      this.#best = {
        value: reader.number('bestValue'),
        epoch: reader.number('bestEpoch', true),
        weights: this.#variables.map(({ shape }, k) =>
          tf.tensor(Float32Array.from(reader.array(`best ${k}`, ...shape)), shape, 'float32'),
        ),
      };
    }
  }

  async #save(): Promise<void> {
    const { checkpoints, stage } = this.#training;
    if (!checkpoints) return;
    const arrays: Record<string, StateArray> = {};
    const put = async (name: string, tensor: tensorflow.Tensor): Promise<void> => {
      arrays[name] = { shape: tensor.shape, data: Float64Array.from(await tensor.data()) };
    };
    for (const [k, variable] of this.#variables.entries()) await put(`variable ${k}`, variable);
    for (const [k, weights] of (this.#best?.weights ?? []).entries())
      await put(`best ${k}`, weights);
    const optimizerSteps: number[] = [];
    for (const [k, optimizer] of this.#optimizers.entries()) {
      const saved = await optimizer.save();
      optimizerSteps.push(saved.steps);
      saved.slots.forEach((slot, s) => (arrays[`optimizer ${k} slot ${s}`] = slot));
    }
    await checkpoints.save(stage, {
      id: checkpointId,
      version: 1,
      values: {
        training: this.#fingerprint(),
        steps: this.steps,
        optimizerSteps,
        history: this.history,
        stopReason: this.stopReason ?? null,
        ...(this.#best ? { bestValue: this.#best.value, bestEpoch: this.#best.epoch } : {}),
      },
      arrays,
      parts: {},
    });
  }

  /** What two trainings must have in common for one to go on where the other stopped. */
  #fingerprint(): JsonObject {
    const { who, options, run, source, target } = this.#training;
    return {
      who,
      options,
      seed: run?.seed ?? 0,
      source: sketch(source),
      target: target ? sketch(target) : null,
      variables: this.#variables.map(({ shape }) => shape),
    };
  }

  #forgetBest(): void {
    for (const weights of this.#best?.weights ?? []) weights.dispose();
  }

  dispose(): void {
    this.#forgetBest();
    for (const optimizer of this.#optimizers) optimizer.dispose();
  }
}

const checkpointId = 'deep-adaptation/checkpoint';

/** Size and sum of a set: enough to tell it from another. */
function sketch({ rows, columns, x, y }: TrainingSet): JsonObject {
  const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
  return { rows, columns, sumOfColumns: sum(x), sumOfLabels: sum(y) };
}

function batchOf(tf: TensorFlow, set: TrainingSet, chosen: Int32Array): Batch {
  return asBatch(tf, subset(set, chosen));
}

/** A whole set as tensors. */
export function asBatch(
  tf: TensorFlow,
  { rows, columns, outputs, x, y, weights }: TrainingSet,
): Batch {
  return {
    x: tf.tensor2d(x, [rows, columns]),
    y: tf.tensor2d(y, [rows, outputs]),
    weights: tf.tensor1d(weights),
  };
}
