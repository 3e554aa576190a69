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
import type * as tensorflow from '@tensorflow/tfjs-core';
import { CheckpointsToken } from './checkpoints.js';
import { domainHeadOf } from './internal/domain-head.js';
import { fitAdapted } from './internal/fit-adapted.js';
import type { DeepDependencies } from './dependencies.js';
import { domainLoss, reverseGradient } from './internal/losses.js';
import { NetworkToken } from './network-design.js';
import { NetworkModel } from './network-model.js';
import { type AdaptationOptions, adaptationSchema } from './training-options.js';

export interface DomainAdversarialNetworkOptions extends AdaptationOptions {
  /** Units of the domain head's hidden layer. A whole number ≥ 1, default 64. */
  readonly domainUnits?: number;
}

const schema: OptionSchema<DomainAdversarialNetworkOptions> = {
  ...adaptationSchema(1),
  domainUnits: {
    type: 'integer',
    atLeast: 1,
    default: 64,
    description: 'Units of the hidden layer of the domain head.',
  },
};

/** DANN: a network whose features do not tell which domain a row is of.
 *
 * Setting   labelled source, unlabelled target · same features · makes a model
 * Solves    min_{F,Y} max_D ℓ(source) − λ_p·ℓ_D,  in one step by a layer that reverses gradients:  ∂/∂F = ∂ℓ − λ_p·∂ℓ_D
 * where     ℓ_D = (mean −log σ(D(F(xs))) + mean −log(1 − σ(D(F(xt))))) / 2;  λ_p = λ·(2/(1+e^(−10p)) − 1), λ = `adaptationWeight`
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → logits [n, classes] or values
 * Assumes   classes keep their shares: where they do not, equal features mean wrong labels
 * Errors    NUMERICAL where training diverges; MISSING_DEPENDENCY without a tensor engine; INVALID_OPTION for a network that does not fit
 * Paper     ganin2016
 * Example   const model = await new DomainAdversarialNetwork().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class DomainAdversarialNetwork implements ParameterStrategy<NetworkModel> {
  static readonly id = 'deep-adaptation/dann';
  static readonly summary = 'DANN: a network whose features do not give the domain away.';
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
  readonly options: Required<DomainAdversarialNetworkOptions>;
  readonly #dependencies: DeepDependencies;

  constructor(options?: DomainAdversarialNetworkOptions, dependencies: DeepDependencies = {}) {
    this.options = resolveOptions('DomainAdversarialNetwork', schema, options);
    this.#dependencies = dependencies;
  }

  async fit(problem: ProblemInput, run?: RunOptions): Promise<NetworkModel> {
    const { options } = this;
    return fitAdapted(DomainAdversarialNetwork, problem, {
      options,
      dependencies: this.#dependencies,
      run,
      noted: 'domain loss',
      term(fit) {
        const { tf } = fit;
        const domainHead = domainHeadOf(fit, options.domainUnits);
        return {
          variables: domainHead.variables,
          loss({ source, target }, weight) {
            const sides = [
              domainLoss(tf, domainHead.apply(reverseGradient(tf, source, weight)), 'source'),
              domainLoss(tf, domainHead.apply(reverseGradient(tf, target, weight)), 'target'),
            ];
            const loss = tf.div<tensorflow.Scalar>(tf.addN(sides), 2);
            return { loss, noted: loss };
          },
        };
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): NetworkModel {
    return NetworkModel.read(DomainAdversarialNetwork, state, context);
  }
}
