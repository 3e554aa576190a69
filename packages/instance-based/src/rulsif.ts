import type {
  Adaptation,
  FittedState,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import { LinearAlgebraToken, prepareProblem, resolveOptions, StateReader } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { FittedKernelRatio, readExpansions } from './fitted-kernel-ratio.js';
import { readSummary } from './fitted-weights.js';
import { covariateShift } from './internal/covariate-shift.js';
import { fitLeastSquaresRatio } from './internal/fit-least-squares-ratio.js';

export interface RulsifOptions {
  /** α in [0, 1), default 0.1: the ratio is to the mixture α·target + (1 − α)·source, so that no weight exceeds 1/α. 0 is uLSIF. */
  readonly relative?: number;
  /** γ of the kernel exp(−γ‖x − c‖²), in (0, ∞); `'cv'` (default) tries eight around `'median'`. Larger values follow finer detail. */
  readonly gamma?: number | 'cv' | 'median';
  /** λ in (0, ∞); `'cv'` (default) tries 0.001 to 10. Larger values give more even weights. */
  readonly regularization?: number | 'cv';
  /** How many target rows are centres, chosen by content. A whole number ≥ 1, default 100. */
  readonly nCentres?: number;
}

const schema: OptionSchema<RulsifOptions> = {
  relative: {
    type: 'number',
    atLeast: 0,
    below: 1,
    default: 0.1,
    description: 'α, the share of the target in the mixture that the ratio is to.',
    effect: 'Larger values bound the weights by 1/α and correct less.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['cv', 'median'],
    default: 'cv',
    description: 'γ of the kernel exp(−γ‖x − c‖²), or how to find it.',
    effect: 'Larger values follow finer detail.',
  },
  regularization: {
    type: 'number',
    above: 0,
    words: ['cv'],
    default: 'cv',
    description: 'λ, the penalty on squared coefficients.',
    effect: 'Larger values give more even weights.',
  },
  nCentres: {
    type: 'integer',
    atLeast: 1,
    default: 100,
    description: 'How many target rows are centres of kernels.',
  },
};

/** Weighs source rows by a bounded density ratio fitted in closed form (relative least-squares importance fitting).
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · needs no labels
 * Solves    min_θ ½·(α·mean_t r(x)² + (1 − α)·mean_s r(x)²) − mean_t r(x) + λ/2·‖θ‖²     r(x) = Σ_c θc·exp(−γ‖x − c‖²)
 * closed    θ = (H + λI)⁻¹·h,  H = α·mean_t φ·φᵀ + (1 − α)·mean_s φ·φᵀ, h = mean_t φ;  then negative θ are set to 0
 * estimates p_t / (α·p_t + (1 − α)·p_s), at most 1/α;  α = `relative`
 * finds     γ and λ by the same objective on five held-out parts of both samples
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   P(Y|X) is the same in both domains; for α > 0 the correction is partial, which is the price of bounded weights
 * Errors    INVALID_DATA where all rows are equal and γ is to be found; NUMERICAL where no source row is near a centre
 * Paper     yamada2011.
 * Example   const { problem, fitted } = await new Rulsif({ relative: 0.5 }).fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class Rulsif implements ProblemStrategy<FittedKernelRatio> {
  static readonly id = 'instance-based/rulsif';
  static readonly summary = 'RuLSIF: fits a density ratio that cannot exceed 1/α, in closed form.';
  static readonly setting = covariateShift;
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<RulsifOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: RulsifOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('Rulsif', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedKernelRatio>> {
    const problem = prepareProblem(Rulsif, input, run);
    return fitLeastSquaresRatio(Rulsif, problem, this.#linearAlgebra, this.options, run);
  }

  static restore(state: FittedState, context: RestoreContext): FittedKernelRatio {
    const reader = new StateReader(state, Rulsif.id, 1);
    const summary = readSummary(reader);
    const expansions = readExpansions(reader, summary);
    return new FittedKernelRatio(Rulsif, summary, expansions, context.linearAlgebra);
  }
}
