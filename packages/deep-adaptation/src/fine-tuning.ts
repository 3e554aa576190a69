import type {
  FittedState,
  LabelledInput,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  Setting,
  TransferProblem,
} from '@graft-ml/core';
import {
  checkAborted,
  ComputeBackendToken,
  decodeLabels,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  trainingRows,
  TransferError,
} from '@graft-ml/core';
import { CheckpointsToken } from './checkpoints.js';
import type { DeepDependencies } from './dependencies.js';
import { NetworkFit } from './internal/network-fit.js';
import type { ParameterGroup } from './internal/optimizer.js';
import {
  forgetting,
  givenModel,
  type SourceModels,
  startingPoint,
} from './internal/source-network.js';
import { sourceObjective } from './internal/source-objective.js';
import type { Trained } from './internal/train.js';
import { NetworkToken } from './network-design.js';
import { NetworkModel } from './network-model.js';
import { NeuralNetwork } from './neural-network.js';
import { type TrainingOptions, trainingOptionsOf, trainingSchema } from './training-options.js';

export interface FineTuningOptions extends TrainingOptions {
  /** What is trained, and when. `'fine-tune'` (default): everything from the first step; `'extract'`: the head alone;
   * `'head-first'`: half of the epochs the head, then everything; `'gradual'`: the head, then one layer more at a time. */
  readonly mode?: 'fine-tune' | 'extract' | 'head-first' | 'gradual';
  /** Learning rate of the extractor's last layer as a share of the head's. In (0, 1], default 0.1. */
  readonly extractorRate?: number;
  /** Learning rate of each layer as a share of the layer above it. In (0, 1], default 1. */
  readonly layerDecay?: number;
  /** α in [0, ∞), default 0: pull of what was transferred towards where it started (L2-SP). */
  readonly startingPointWeight?: number;
}

const schema: OptionSchema<FineTuningOptions> = {
  ...trainingSchema,
  mode: {
    type: 'choice',
    values: ['fine-tune', 'extract', 'head-first', 'gradual'],
    default: 'fine-tune',
    description: 'What is trained, and when.',
  },
  extractorRate: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 0.1,
    description: "Learning rate of the extractor's last layer as a share of the head's.",
  },
  layerDecay: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 1,
    description: 'Learning rate of each layer as a share of the layer above it.',
  },
  startingPointWeight: {
    type: 'number',
    atLeast: 0,
    default: 0,
    description: 'Pull of what was transferred towards where it started (L2-SP).',
    effect: 'Larger values forget less and learn less.',
  },
};

/** Fine-tuning: a network trained on the source goes on with the few labelled rows of the target.
 *
 * Setting   source network, pretrained layers or labelled source, few labelled target rows; label sets may differ · same features · makes a model
 * Solves    min_θ Σ ℓ(f_θ(x), y) / n + α/2·‖w − w₀‖²      over labelled target rows; w: transferred weights that are trained, w₀: their start
 * where     layer l below the top learns at η·r·dˡ (r = `extractorRate`, d = `layerDecay`), the head at η; frozen layers not at all
 * Shapes    x [n, nFeatures] of labelled target rows → logits [n, classes of the target] or values
 * Assumes   what the source's first layers compute is worth keeping. Columns are scaled as the source's were.
 * Errors    INVALID_DATA for labelled rows alone without a network to start from; UNSUPPORTED for a source model that is no network; SHAPE_MISMATCH for one of other features; NUMERICAL where training diverges
 * Paper     yosinski2014; L2-SP li2018; gradual unfreezing and rates by layer howard2018; head first kumar2022
 * Example   const source = await new NeuralNetwork().fit({ x: xs, y: ys });
 *           const model = await new FineTuning({ mode: 'gradual' }).fit(problem, { sourceModels: [source] });
 *           const other = await new FineTuning({}, { network: await pretrained.layersAbove() }).fit({ x, y });
 */
export class FineTuning implements ParameterStrategy<NetworkModel> {
  static readonly id = 'deep-adaptation/fine-tuning';
  static readonly summary =
    'Fine-tuning: a network of the source goes on with the few labels of the target.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = {
    backend: ComputeBackendToken,
    network: NetworkToken,
    linearAlgebra: LinearAlgebraToken,
    checkpoints: CheckpointsToken,
  };

  readonly produces = 'model';
  readonly options: Required<FineTuningOptions>;
  readonly #dependencies: DeepDependencies;

  constructor(options?: FineTuningOptions, dependencies: DeepDependencies = {}) {
    this.options = resolveOptions('FineTuning', schema, options);
    this.#dependencies = dependencies;
  }

  async fit(input: ProblemInput | LabelledInput, run?: SourceModels): Promise<NetworkModel> {
    const method = FineTuning;
    checkAborted(run, method.name);
    const problem = 'target' in input ? prepareProblem(method, input, run) : undefined;
    const rows = trainingRows(
      method.name,
      problem ? targetRows(problem) : (input as LabelledInput),
      method.setting.tasks,
      problem ? 1 : 2,
    );
    const start = problem
      ? await this.#sourceNetwork(problem, run)
      : this.#givenNetwork(rows.x.columns, run);
    const { options } = this;
    const fit = await NetworkFit.start({
      who: method.name,
      rows,
      options,
      dependencies: this.#dependencies,
      run,
      ...(start ? { start: startingPoint(start, rows.task), design: start.parts.design } : {}),
    });
    try {
      const trained = await this.#train(fit);
      const { steps, stopReason } = trained[trained.length - 1]!;
      const history = trained.flatMap((stage) => stage.history);
      const model = await fit.model(method, { warnings: [] });
      const kept =
        problem && start ? await forgetting(problem, start, model) : { headKept: !fit.headIsNew };
      const facts = { ...kept, trainedShare: this.#trainedShare(fit), history };
      const diagnostics = { warnings: [], iterations: steps, stopReason, facts };
      return new NetworkModel(method, model.parts, fit.linearAlgebra, diagnostics);
    } finally {
      fit.dispose();
    }
  }

  static restore(state: FittedState, context: RestoreContext): NetworkModel {
    return NetworkModel.read(FineTuning, state, context);
  }

  /** The network to start from: handed in, or trained on the sources with the same options. */
  async #sourceNetwork(
    problem: TransferProblem,
    run: SourceModels | undefined,
  ): Promise<NetworkModel> {
    const { columns } = problem.target.x;
    return (
      givenModel(columns, run) ??
      new NeuralNetwork(trainingOptionsOf(this.options), this.#dependencies).fit(problem, run)
    );
  }

  /** The network handed in for labelled rows without a source; undefined where it came as `network`, weights and all. */
  #givenNetwork(columns: number, run: SourceModels | undefined): NetworkModel | undefined {
    const model = givenModel(columns, run);
    const { network } = this.#dependencies;
    if (model || (network && 'weights' in network)) return model;
    throw new TransferError({
      code: 'INVALID_DATA',
      who: 'FineTuning',
      message:
        'labelled rows alone need a network to start from: layersAbove of a pretrained network as { network }, or a trained one as "sourceModels". Or give a problem with a labelled source.',
      details: { argument: 'network', reason: 'missing' },
    });
  }

  async #train(fit: NetworkFit): Promise<Trained[]> {
    const { mode, epochs } = this.options;
    const depth = fit.features.variablesByLayer.filter(({ length }) => length > 0).length;
    const open = {
      'fine-tune': [depth],
      extract: [0],
      'head-first': [0, depth],
      gradual: range(depth + 1),
    };
    const stages = open[mode];
    const trained: Trained[] = [];
    for (const [k, layers] of stages.entries()) {
      const objective = sourceObjective(fit, this.#groups(fit, layers));
      const share = Math.max(1, Math.round(epochs / stages.length));
      trained.push(
        await fit.train(`fine-tuning ${k + 1} of ${stages.length}`, [objective], { epochs: share }),
      );
    }
    return trained;
  }

  /** Share of all weights that were trained at last. */
  #trainedShare({ features, head }: NetworkFit): number {
    const count = (variables: ParameterGroup['variables']): number =>
      variables.reduce((sum, { size }) => sum + size, 0);
    const all = count(features.variables) + count(head.variables);
    return this.options.mode === 'extract' ? count(head.variables) / all : 1;
  }

  /** The head, and the `open` layers next to it. */
  #groups(fit: NetworkFit, open: number): ParameterGroup[] {
    const { extractorRate, layerDecay, startingPointWeight: weight } = this.options;
    const layers = fit.features.variablesByLayer.filter(({ length }) => length > 0).reverse();
    const anchor = (variables: ParameterGroup['variables']): Pick<ParameterGroup, 'anchor'> =>
      weight > 0 ? { anchor: { weight, values: fit.starts(variables) } } : {};
    return [
      {
        variables: fit.head.variables,
        rate: 1,
        ...(fit.headIsNew ? {} : anchor(fit.head.variables)),
      },
      ...layers.slice(0, open).map((variables, depth) => ({
        variables,
        rate: extractorRate * layerDecay ** depth,
        ...anchor(variables),
      })),
    ];
  }
}

function targetRows({ target: { task, labelled } }: TransferProblem): LabelledInput {
  return { x: labelled!.x, y: decodeLabels(task, labelled!.y), task };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k);
}
