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
import { bandwidths, kernelDiscrepancy, linearDiscrepancy } from './internal/losses.js';
import { NetworkToken } from './network-design.js';
import { NetworkModel } from './network-model.js';
import { type AdaptationOptions, adaptationSchema } from './training-options.js';

export interface DeepAdaptationNetworkOptions extends AdaptationOptions {
  /** `'multiple'` (default): five Gaussian kernels around the mean distance of the batch, as in DAN; `'linear'`: distance of
   * means alone, as in DDC. */
  readonly kernel?: 'multiple' | 'linear';
}

const schema: OptionSchema<DeepAdaptationNetworkOptions> = {
  ...adaptationSchema(1),
  kernel: {
    type: 'choice',
    values: ['multiple', 'linear'],
    default: 'multiple',
    description: 'Five Gaussian kernels (DAN), or the distance of means alone (DDC).',
  },
};

/** DAN and DDC: a network whose features have the same distribution in both domains, by maximum mean discrepancy.
 *
 * Setting   labelled source, unlabelled target · same features · makes a model
 * Solves    min_θ ℓ(source) + λ_p·MMD²(F(xs), F(xt))      biased estimate per batch
 * where     k(x, y) = Σ_γ exp(−γ‖x−y‖²), γ·(mean squared distance of the batch) ∈ {1/4, 1/2, 1, 2, 4} and held constant; or
 *           MMD² = ‖mean F(xs) − mean F(xt)‖² with `kernel: 'linear'`;  λ_p = λ·(2/(1+e^(−10p)) − 1), λ = `adaptationWeight`
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → logits [n, classes] or values
 * Assumes   classes keep their shares; the linear form sees means only
 * Errors    NUMERICAL where training diverges; MISSING_DEPENDENCY without a tensor engine; INVALID_OPTION for a network that does not fit
 * Paper     long2015; linear: tzeng2014
 * Example   const model = await new DeepAdaptationNetwork().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class DeepAdaptationNetwork implements ParameterStrategy<NetworkModel> {
  static readonly id = 'deep-adaptation/dan';
  static readonly summary = 'DAN, DDC: a network whose features agree in maximum mean discrepancy.';
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
  readonly options: Required<DeepAdaptationNetworkOptions>;
  readonly #dependencies: DeepDependencies;

  constructor(options?: DeepAdaptationNetworkOptions, dependencies: DeepDependencies = {}) {
    this.options = resolveOptions('DeepAdaptationNetwork', schema, options);
    this.#dependencies = dependencies;
  }

  async fit(problem: ProblemInput, run?: RunOptions): Promise<NetworkModel> {
    const { kernel } = this.options;
    return fitAdapted(DeepAdaptationNetwork, problem, {
      options: this.options,
      dependencies: this.#dependencies,
      run,
      noted: 'discrepancy',
      term: ({ tf }) => ({
        variables: [],
        loss({ source, target }, weight) {
          const noted =
            kernel === 'linear'
              ? linearDiscrepancy(tf, source, target)
              : kernelDiscrepancy(tf, source, target, bandwidths(tf, source, target));
          return { loss: tf.mul(noted, weight), noted };
        },
      }),
    });
  }

  static restore(state: FittedState, context: RestoreContext): NetworkModel {
    return NetworkModel.read(DeepAdaptationNetwork, state, context);
  }
}
