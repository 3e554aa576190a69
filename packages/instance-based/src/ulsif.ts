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

export interface UlsifOptions {
  /** γ of the kernel exp(−γ‖x − c‖²), in (0, ∞); `'cv'` (default) tries eight around `'median'`. Larger values follow finer detail. */
  readonly gamma?: number | 'cv' | 'median';
  /** λ in (0, ∞); `'cv'` (default) tries 0.001 to 10. Larger values give more even weights. */
  readonly regularization?: number | 'cv';
  /** How many target rows are centres, chosen by content. A whole number ≥ 1, default 100. */
  readonly nCentres?: number;
}

const schema: OptionSchema<UlsifOptions> = {
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

/** Weighs source rows by a density ratio fitted in closed form (unconstrained least-squares importance fitting).
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · needs no labels
 * Solves    min_θ ½·mean_s r(x)² − mean_t r(x) + λ/2·‖θ‖²       r(x) = Σ_c θc·exp(−γ‖x − c‖²), centres c among target rows
 * closed    θ = (H + λI)⁻¹·h,  H = mean_s φ·φᵀ, h = mean_t φ;  then negative θ are set to 0
 * finds     γ and λ by the leave-one-out score, which needs one factorisation for all rows
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   P(Y|X) is the same in both domains, and the source has rows wherever the target has
 * Errors    INVALID_DATA where all rows are equal and γ is to be found; NUMERICAL where no source row is near a centre
 * Paper     kanamori2009; their b centres are `nCentres`.
 * Example   const { problem, fitted } = await new Ulsif().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class Ulsif implements ProblemStrategy<FittedKernelRatio> {
  static readonly id = 'instance-based/ulsif';
  static readonly summary = 'uLSIF: fits the density ratio by least squares, in closed form.';
  static readonly setting = covariateShift;
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<UlsifOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: UlsifOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('Ulsif', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedKernelRatio>> {
    const problem = prepareProblem(Ulsif, input, run);
    return fitLeastSquaresRatio(
      Ulsif,
      problem,
      this.#linearAlgebra,
      { ...this.options, relative: 0 },
      run,
    );
  }

  static restore(state: FittedState, context: RestoreContext): FittedKernelRatio {
    const reader = new StateReader(state, Ulsif.id, 1);
    const summary = readSummary(reader);
    const expansions = readExpansions(reader, summary);
    return new FittedKernelRatio(Ulsif, summary, expansions, context.linearAlgebra);
  }
}
