import type {
  FittedState,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { ComputeBackendToken, LinearAlgebraToken, resolveOptions } from '@graft-ml/core';
import { CheckpointsToken } from './checkpoints.js';
import { fitAdapted } from './internal/fit-adapted.js';
import type { DeepDependencies } from './dependencies.js';
import { correlationDiscrepancy } from './internal/losses.js';
import { NetworkToken } from './network-design.js';
import { NetworkModel } from './network-model.js';
import { type AdaptationOptions, adaptationSchema } from './training-options.js';

export type DeepCoralOptions = AdaptationOptions;

const schema: OptionSchema<DeepCoralOptions> = adaptationSchema(100);

/** Deep CORAL: a network whose features have the same covariance in both domains.
 *
 * Setting   labelled source, unlabelled target · same features · makes a model
 * Solves    min_θ ℓ(source) + λ_p·‖C_S − C_T‖²_F / (4·d²)      C: covariances of features over n − 1, per batch
 * where     λ_p = λ·(2/(1+e^(−10p)) − 1), λ = `adaptationWeight`, d = number of features
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → logits [n, classes] or values
 * Assumes   classes keep their shares; what differs between domains shows in second moments of the features
 * Errors    NUMERICAL where training diverges; MISSING_DEPENDENCY without a tensor engine; INVALID_OPTION for a network that does not fit
 * Paper     sun2016deep
 * Example   const model = await new DeepCoral().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class DeepCoral implements ParameterStrategy<NetworkModel> {
  static readonly id = 'deep-adaptation/deep-coral';
  static readonly summary = 'Deep CORAL: a network whose features covary alike in both domains.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
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
  readonly options: Required<DeepCoralOptions>;
  readonly #dependencies: DeepDependencies;

  constructor(options?: DeepCoralOptions, dependencies: DeepDependencies = {}) {
    this.options = resolveOptions('DeepCoral', schema, options);
    this.#dependencies = dependencies;
  }

  async fit(problem: ProblemInput, run?: RunOptions): Promise<NetworkModel> {
    return fitAdapted(DeepCoral, problem, {
      options: this.options,
      dependencies: this.#dependencies,
      run,
      noted: 'covariance distance',
      term: ({ tf }) => ({
        variables: [],
        loss({ source, target }, weight) {
          const noted = correlationDiscrepancy(tf, source, target);
          return { loss: tf.mul(noted, weight), noted };
        },
      }),
    });
  }

  static restore(state: FittedState, context: RestoreContext): NetworkModel {
    return NetworkModel.read(DeepCoral, state, context);
  }
}
