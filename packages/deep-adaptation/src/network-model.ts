import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  JsonValue,
  LinearAlgebra,
  MatrixInput,
  RestoreContext,
  RunOptions,
  StateArray,
  Task,
} from '@graft-ml/core';
import { checkRows, denseMatrix, Model, StateReader, toDense, TransferError } from '@graft-ml/core';
import { argmaxRows, softmaxRows } from '@graft-ml/numerics';
import { applyNetwork } from './internal/plain-network.js';
import { readTask, taskValue } from './internal/task-state.js';
import { outputsOf, scaled, type Scaling } from './internal/training-set.js';
import { type WeightArray, weightShapes } from './internal/weights.js';
import { type Layer, type NetworkDesign, outputSize, planNetwork } from './network-design.js';

/** What a trained network consists of. */
export interface NetworkParts {
  readonly task: Task;
  readonly nFeatures: number;
  readonly design: NetworkDesign;
  /** Kernel and bias of each layer of the feature extractor that has them. */
  readonly featureWeights: readonly WeightArray[];
  /** Kernel [features, outputs] and bias [outputs] of the task head. */
  readonly headWeights: readonly WeightArray[];
  readonly scaling: Scaling;
  /** Mean and deviation of a regression's values; 0 and 1 for classes. */
  readonly valueScaling: Scaling;
}

/** A trained network: feature extractor and task head. It is plain numbers: it predicts in float64 on Graft's linear algebra,
 * with no tensor engine installed, whichever engine it was trained on. */
export class NetworkModel extends Model {
  readonly task: Task;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  readonly parts: NetworkParts;
  /** Absent where it was trained on values. */
  override readonly predictProba?: (x: MatrixInput, run?: RunOptions) => Promise<DenseMatrix>;
  readonly #id: string;
  readonly #layers: readonly Layer[];
  readonly #linearAlgebra: LinearAlgebra;

  /** @param origin the method that made it and can read it back */
  constructor(
    origin: { readonly id: string },
    parts: NetworkParts,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.task = parts.task;
    this.nFeatures = parts.nFeatures;
    this.parts = parts;
    this.diagnostics = diagnostics;
    this.#id = origin.id;
    this.#layers = planNetwork(parts.design, parts.nFeatures, 'NetworkModel');
    this.#linearAlgebra = linearAlgebra;
    if (parts.task.kind === 'classification')
      this.predictProba = async (x, run) => softmaxRows(await this.scores(x, run));
  }

  /** What the feature extractor makes of rows: [n, features]. */
  async features(x: MatrixInput, _run?: RunOptions): Promise<DenseMatrix> {
    const rows = toDense(checkRows('NetworkModel', x, this.nFeatures));
    const { scaling, featureWeights } = this.parts;
    return applyNetwork(this.#linearAlgebra, this.#layers, featureWeights, scaled(rows, scaling));
  }

  /** Logits [n, classes], or values [n, 1] on the scale of the labels. */
  async scores(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    const features = await this.features(x, run);
    const { headWeights, valueScaling } = this.parts;
    const head = headOf(features.columns, outputsOf(this.task));
    const scores = applyNetwork(this.#linearAlgebra, head, headWeights, features);
    if (this.task.kind === 'classification') return scores;
    const [mean, deviation] = [valueScaling.means[0]!, valueScaling.deviations[0]!];
    return denseMatrix(
      scores.rows,
      1,
      scores.data.map((value) => mean + deviation * value),
    );
  }

  async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    const scores = await this.scores(x, run);
    return this.task.kind === 'regression' ? scores.data : Float64Array.from(argmaxRows(scores));
  }

  override toState(): FittedState {
    const { task, nFeatures, design, featureWeights, headWeights, scaling, valueScaling } =
      this.parts;
    const arrays: Record<string, StateArray> = {};
    featureWeights.forEach((array, k) => (arrays[`features ${k}`] = array));
    headWeights.forEach((array, k) => (arrays[`head ${k}`] = array));
    for (const [name, { means, deviations }] of [
      ['columns', scaling],
      ['values', valueScaling],
    ] as const) {
      arrays[`${name} means`] = { shape: [means.length], data: means };
      arrays[`${name} deviations`] = { shape: [deviations.length], data: deviations };
    }
    const values = { task: taskValue(task), nFeatures, design: designValue(design) };
    return { id: this.#id, version: 1, values, arrays, parts: {} };
  }

  /** Reads what {@link NetworkModel.toState} wrote for `origin`. Errors: `INVALID_ARTEFACT`. */
  static read(
    origin: { readonly id: string },
    state: FittedState,
    { linearAlgebra }: RestoreContext,
  ): NetworkModel {
    const reader = new StateReader(state, origin.id, 1);
    const task = readTask(reader);
    const nFeatures = reader.number('nFeatures', true);
    const design = readDesign(origin.id, reader.value('design'), nFeatures);
    const layers = planNetwork(design, nFeatures, origin.id);
    const read = (name: string, shapes: readonly (readonly number[])[]): WeightArray[] =>
      shapes.map((shape, k) => ({ shape, data: reader.array(`${name} ${k}`, ...shape) }));
    const scaling = (name: string, size: number): Scaling => ({
      means: reader.array(`${name} means`, size),
      deviations: reader.array(`${name} deviations`, size),
    });
    const head = headOf(outputSize(layers, nFeatures), outputsOf(task));
    return new NetworkModel(
      origin,
      {
        task,
        nFeatures,
        design,
        featureWeights: read('features', layers.flatMap(weightShapes)),
        headWeights: read('head', head.flatMap(weightShapes)),
        scaling: scaling('columns', nFeatures),
        valueScaling: scaling('values', 1),
      },
      linearAlgebra,
    );
  }
}

/** The one linear layer of a task head. */
export function headOf(inputs: number, outputs: number): Layer[] {
  return planNetwork([{ type: 'dense', units: outputs, activation: 'linear' }], inputs, 'head');
}

function designValue(design: NetworkDesign): JsonValue {
  return design.map((layer) => ({ ...layer }));
}

function readDesign(who: string, value: JsonValue, nFeatures: number): NetworkDesign {
  try {
    const design = value as NetworkDesign;
    planNetwork(design, nFeatures, who);
    return design;
  } catch (cause) {
    throw new TransferError({
      code: 'INVALID_ARTEFACT',
      who,
      message: 'cannot be read back: "design" is not a network for its number of features.',
      cause,
    });
  }
}
