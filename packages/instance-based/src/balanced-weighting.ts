import type {
  Adaptation,
  FittedState,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { prepareProblem, resolveOptions } from '@graft-ml/core';
import { FittedWeights } from './fitted-weights.js';
import { poolTarget } from './internal/pool-target.js';

export interface BalancedWeightingOptions {
  /** γ in (0, 1), default 0.5: what part of all weight the labelled target rows get together. More trusts the sources less. */
  readonly targetShare?: number;
}

const schema: OptionSchema<BalancedWeightingOptions> = {
  targetShare: {
    type: 'number',
    above: 0,
    below: 1,
    default: 0.5,
    description: 'γ, the part of all weight that the labelled target rows get together.',
    effect: 'More trusts the sources less.',
  },
};

/** Pools source and labelled target rows and gives each side its share of the weight, however many rows it has.
 *
 * Setting   inductive: labelled target rows · any number of sources, taken together · same features and labels
 * Weights   source ∝ nT·(1 − γ), target ∝ nS·γ, scaled to mean 1 over all rows      γ = `targetShare`; source weights from before are kept in proportion
 * so that   the learner minimizes (1 − γ)·mean source loss + γ·mean target loss
 * Shapes    sources [nSource, nFeatures] → one source more, the target's labelled rows; rows pass unchanged
 * Assumes   that mixture of the two losses is near the target's own: source labels are wrong in places, not everywhere
 * Errors    UNSUPPORTED where a target label is one that no source has.
 * Paper     wu2004; their C_p/C_a is γ/(1 − γ).
 * Example   const { problem } = await new BalancedWeighting().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class BalancedWeighting implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/balanced-weighting';
  static readonly summary =
    'Balanced weighting: source and labelled target rows count in a fixed proportion.';
  static readonly setting: Setting = {
    role: 'instance',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<BalancedWeightingOptions>;

  constructor(options?: BalancedWeightingOptions) {
    this.options = resolveOptions('BalancedWeighting', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const prepared = prepareProblem(BalancedWeighting, input, run);
    const { targetShare } = this.options;
    const { problem, summary } = poolTarget('BalancedWeighting', prepared, targetShare);
    return { problem, fitted: new FittedWeights(BalancedWeighting, summary) };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(BalancedWeighting, state);
  }
}
