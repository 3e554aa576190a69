import type {
  FittedState,
  LabelledInput,
  Learner,
  OptionSchema,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  checkAborted,
  ComputeBackendToken,
  LinearAlgebraToken,
  resolveOptions,
  trainingRows,
} from '@graft-ml/core';
import { CheckpointsToken } from './checkpoints.js';
import type { DeepDependencies } from './dependencies.js';
import { NetworkFit, trainingDiagnostics } from './internal/network-fit.js';
import { sourceObjective } from './internal/source-objective.js';
import { NetworkToken } from './network-design.js';
import { NetworkModel } from './network-model.js';
import { type TrainingOptions, trainingSchema } from './training-options.js';

export type NeuralNetworkOptions = TrainingOptions;

const schema: OptionSchema<NeuralNetworkOptions> = trainingSchema;

/** A neural network trained on labelled rows alone: what deep adaptation starts from and is compared with.
 *
 * Setting   learner · classification and regression · row weights scale losses
 * Solves    min_θ Σ wᵢ·ℓ(f_θ(xᵢ), yᵢ) / Σ wᵢ per batch + decay/2·‖kernels‖²      ℓ: cross entropy, or squared error on values brought to scale
 * Shapes    x [n, nFeatures], y [n] → logits [n, classes] or values
 * Assumes   columns of comparable scale after standardizing; float32 while training
 * Errors    NUMERICAL where training diverges; MISSING_DEPENDENCY without a tensor engine; INVALID_OPTION for a network that does not fit
 * Paper     rumelhart1986; weights he2015, glorot2010
 * Example   const model = await new NeuralNetwork({ epochs: 20 }).fit({ x, y });
 */
export class NeuralNetwork implements Learner<NetworkModel> {
  static readonly id = 'deep-adaptation/neural-network';
  static readonly summary =
    'Neural network: trained on labelled rows, the baseline of deep adaptation.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'nothing',
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
  readonly options: Required<NeuralNetworkOptions>;
  readonly #dependencies: DeepDependencies;

  constructor(options?: NeuralNetworkOptions, dependencies: DeepDependencies = {}) {
    this.options = resolveOptions('NeuralNetwork', schema, options);
    this.#dependencies = dependencies;
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<NetworkModel> {
    const who = 'NeuralNetwork';
    checkAborted(run, who);
    const rows = trainingRows(who, data, NeuralNetwork.setting.tasks, 2);
    const { options } = this;
    const fit = await NetworkFit.start({
      who,
      rows,
      options,
      dependencies: this.#dependencies,
      run,
    });
    try {
      const trained = await fit.train('source', [sourceObjective(fit)]);
      return await fit.model(NeuralNetwork, trainingDiagnostics(trained, []));
    } finally {
      fit.dispose();
    }
  }

  static restore(state: FittedState, context: RestoreContext): NetworkModel {
    return NetworkModel.read(NeuralNetwork, state, context);
  }
}
