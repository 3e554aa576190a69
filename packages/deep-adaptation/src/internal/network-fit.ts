import {
  type DenseMatrix,
  type Diagnostics,
  type LinearAlgebra,
  type RunOptions,
  type Task,
  toDense,
  type TrainingRows,
  TransferError,
  type Warning,
} from '@graft-ml/core';
import { type RandomSource, randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import type * as tensorflow from '@tensorflow/tfjs-core';
import type { CheckpointStore } from '../checkpoints.js';
import type { DeepDependencies } from '../dependencies.js';
import { crossEntropy, squaredError } from './losses.js';
import {
  type Layer,
  type NetworkDesign,
  outputSize,
  planNetwork,
  type PretrainedLayers,
} from '../network-design.js';
import { headOf, NetworkModel } from '../network-model.js';
import type { TrainingOptions } from '../training-options.js';
import { tensorsOf } from './default-backend.js';
import { type TensorFlow, TensorNetwork } from './tensor-network.js';
import { asBatch, type Batch, train, type Trained, type Training } from './train.js';
import {
  identityScaling,
  outputsOf,
  type Scaling,
  scalingOf,
  sortedMatrix,
  sortedRows,
  subset,
  type TrainingSet,
  trainingSet,
  unlabelledSet,
} from './training-set.js';
import type { StartingPoint } from './starting-point.js';
import { initialWeights, type WeightArray, weightShapes } from './weights.js';

/** Everything a deep method works with while it fits: the engine, the rows and the network in it. */
export class NetworkFit {
  readonly who: string;
  readonly tf: TensorFlow;
  readonly random: RandomSource;
  readonly task: Task;
  readonly nFeatures: number;
  readonly design: NetworkDesign;
  readonly layers: readonly Layer[];
  readonly nHidden: number;
  readonly scaling: Scaling;
  readonly valueScaling: Scaling;
  readonly features: TensorNetwork;
  readonly head: TensorNetwork;
  readonly linearAlgebra: LinearAlgebra;
  /** Whether the head begins with random weights. */
  readonly headIsNew: boolean;
  readonly #options: Required<TrainingOptions>;
  readonly #checkpoints: CheckpointStore | undefined;
  readonly #run: RunOptions | undefined;
  readonly #source: TrainingSet;
  readonly #target: TrainingSet | undefined;
  readonly #owned: { dispose(): void }[] = [];

  /** Uploads nothing but the first weights. Call {@link NetworkFit.dispose} whatever happens afterwards. */
  static async start(setup: {
    readonly who: string;
    readonly rows: TrainingRows;
    readonly target?: DenseMatrix;
    readonly options: Required<TrainingOptions>;
    readonly dependencies: DeepDependencies;
    readonly run: RunOptions | undefined;
    readonly start?: StartingPoint;
    readonly design?: NetworkDesign;
  }): Promise<NetworkFit> {
    const { who, dependencies } = setup;
    const { columns } = setup.rows.x;
    const given = dependencies.network;
    const pretrained = given && 'weights' in given ? given : undefined;
    const design = setup.design ??
      (given && 'weights' in given ? given.design : given) ?? [
        { type: 'dense', units: setup.options.hiddenUnits } as const,
      ];
    // Before anything is loaded: a network that does not fit the rows is refused here.
    const layers = planNetwork(design, columns, who);
    const start = setup.start ?? (pretrained && startOf(pretrained, layers, columns, who));
    const tf = await tensorsOf(dependencies.backend, who);
    const linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    const settled = { ...setup, design, layers, tf, linearAlgebra };
    return new NetworkFit(start ? { ...settled, start } : settled);
  }

  private constructor(setup: {
    readonly who: string;
    readonly rows: TrainingRows;
    readonly target?: DenseMatrix;
    readonly options: Required<TrainingOptions>;
    readonly dependencies: DeepDependencies;
    readonly run: RunOptions | undefined;
    readonly start?: StartingPoint;
    readonly design: NetworkDesign;
    readonly layers: readonly Layer[];
    readonly tf: TensorFlow;
    readonly linearAlgebra: LinearAlgebra;
  }) {
    const { who, tf, options, layers, run, start, design, linearAlgebra } = setup;
    const rows = sortedRows(setup.rows);
    const x = toDense(rows.x);
    this.who = who;
    this.tf = tf;
    this.task = rows.task;
    this.design = design;
    this.layers = layers;
    this.nFeatures = x.columns;
    this.nHidden = outputSize(layers, x.columns);
    this.random = randomSource(run?.seed ?? 0);
    this.linearAlgebra = linearAlgebra;
    this.#options = options;
    this.#checkpoints = setup.dependencies.checkpoints;
    this.#run = run;
    this.scaling =
      start?.scaling ??
      (options.standardize ? scalingOf(x, rows.weights) : identityScaling(x.columns));
    this.valueScaling =
      start?.valueScaling ??
      (rows.task.kind === 'regression'
        ? scalingOf({ ...x, columns: 1, data: rows.y }, rows.weights)
        : identityScaling(1));
    this.#source = trainingSet(rows, this.scaling, this.valueScaling);
    this.#target = setup.target && unlabelledSet(sortedMatrix(setup.target), this.scaling);
    const first = this.random.stream('weights');
    this.features = this.network(
      layers,
      start?.featureWeights ?? initialWeights(layers, first.stream('features')),
    );
    this.headIsNew = start?.headWeights === undefined;
    const headLayers = headOf(this.nHidden, outputsOf(rows.task));
    this.head = this.network(
      headLayers,
      start?.headWeights ?? initialWeights(headLayers, first.stream('head')),
    );
  }

  /** A network that is disposed of with the rest. */
  network(layers: readonly Layer[], weights: readonly WeightArray[]): TensorNetwork {
    const made = new TensorNetwork(this.tf, layers, weights);
    this.#owned.push(made);
    return made;
  }

  /** The values of variables as they are now, disposed of with the rest. */
  starts(variables: readonly tensorflow.Variable[]): tensorflow.Tensor[] {
    const values = variables.map((variable) => this.tf.clone(variable));
    this.#owned.push(...values);
    return values;
  }

  /** First weights of another part of the network, drawn from a stream of its own. */
  drawn(layers: readonly Layer[], name: string): WeightArray[] {
    return initialWeights(layers, this.random.stream('weights').stream(name));
  }

  /** The task's loss of features. */
  taskLoss(features: tensorflow.Tensor2D, { y, weights }: Batch): tensorflow.Scalar {
    const outputs = this.head.apply(features);
    return this.task.kind === 'classification'
      ? crossEntropy(this.tf, outputs, y, weights)
      : squaredError(this.tf, outputs, y, weights);
  }

  /** Trains for a stage, with options `changed` for it; a tenth of the rows is held out where training may stop early. */
  async train(
    stage: string,
    objectives: Training['objectives'],
    changed: Partial<TrainingOptions> = {},
  ): Promise<Trained> {
    const options = { ...this.#options, ...changed };
    const heldOut = options.patience > 0;
    const [source, sourceOut] = heldOut ? this.#split(this.#source, 'source') : [this.#source];
    const [target, targetOut] =
      heldOut && this.#target ? this.#split(this.#target, 'target') : [this.#target];
    const validation = sourceOut && this.#validation(sourceOut, targetOut);
    return train({
      who: this.who,
      tf: this.tf,
      stage,
      source: source!,
      ...(target ? { target } : {}),
      objectives,
      ...(validation ? { validation } : {}),
      options,
      random: this.random.stream('batches'),
      run: this.#run,
      checkpoints: this.#checkpoints,
    });
  }

  /** The fitted network as plain numbers. */
  async model(
    origin: { readonly id: string },
    diagnostics: Diagnostics,
    features = this.features,
  ): Promise<NetworkModel> {
    const parts = {
      task: this.task,
      nFeatures: this.nFeatures,
      design: this.design,
      featureWeights: await features.weights(),
      headWeights: await this.head.weights(),
      scaling: this.scaling,
      valueScaling: this.valueScaling,
    };
    return new NetworkModel(origin, parts, this.linearAlgebra, diagnostics);
  }

  dispose(): void {
    for (const part of this.#owned) part.dispose();
  }

  #split(set: TrainingSet, name: string): [TrainingSet, TrainingSet] {
    const order = this.random.stream('held out').stream(name).permutation(set.rows);
    // Always a row on each side; a single row is on both.
    const count = Math.max(1, Math.floor(set.rows / 10));
    const rest = set.rows > count ? order.subarray(count) : order;
    return [subset(set, rest.slice().sort()), subset(set, order.slice(0, count).sort())];
  }

  #validation(source: TrainingSet, target: TrainingSet | undefined): () => tensorflow.Scalar {
    const { tf } = this;
    if (this.#options.selection === 'source-loss' || !target || this.task.kind === 'regression') {
      return () => {
        const batch = asBatch(tf, source);
        return this.taskLoss(this.features.apply(batch.x), batch);
      };
    }
    return () => {
      const logits = this.head.apply(this.features.apply(asBatch(tf, target).x));
      const logs = tf.logSoftmax(logits);
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logs), logs), 1)));
    };
  }
}

/** Layers that were trained before, as they are: their weights know the scale of the columns. */
function startOf(
  { weights }: PretrainedLayers,
  layers: readonly Layer[],
  columns: number,
  who: string,
): StartingPoint {
  const expected = layers.flatMap(weightShapes);
  const fits =
    weights.length === expected.length &&
    expected.every((shape, k) => shape.join() === weights[k]!.shape.join());
  if (fits) return { featureWeights: weights, scaling: identityScaling(columns) };
  const text = (shapes: readonly (readonly number[])[]): string =>
    shapes.map((shape) => `[${shape.join(', ')}]`).join(' ');
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"network": its design has weights of ${text(expected)}; received ${text(weights.map(({ shape }) => shape))}.`,
    details: { argument: 'network', expected, received: weights.map(({ shape }) => shape) },
  });
}

/** Diagnostics of trained stages, one after the other. */
export function trainingDiagnostics(
  trained: Trained,
  warnings: readonly Warning[],
  facts: Diagnostics['facts'] = {},
): Diagnostics {
  return {
    warnings,
    iterations: trained.steps,
    stopReason: trained.stopReason,
    facts: { ...facts, history: trained.history },
  };
}
