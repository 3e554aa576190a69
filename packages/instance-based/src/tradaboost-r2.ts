import type {
  FittedState,
  Learner,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { LearnerToken, prepareProblem, resolveOptions } from '@graft-ml/core';
import { RidgeRegression } from '@graft-ml/learners';
import { BoostedRegression } from './boosted-regression.js';
import { pooledRows } from './internal/pooled-rows.js';
import { boostRegression, transferUpdate } from './internal/regression-boosting.js';
import { sourceFactor } from './internal/source-factor.js';

export interface TrAdaBoostR2Options {
  /** N, a whole number ≥ 1, default 10. More rounds take more weight from misleading source rows, and fit the target rows closer. */
  readonly nRounds?: number;
  /** `'paper'` (default): βₜ = e/(1 − e). `'adapt'`: βₜ = e/(2 − e). */
  readonly variant?: 'paper' | 'adapt';
}

const schema: OptionSchema<TrAdaBoostR2Options> = {
  nRounds: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'N, how many models are fitted at most.',
    effect: 'More take more weight from misleading source rows and fit the target rows closer.',
  },
  variant: {
    type: 'choice',
    values: ['paper', 'adapt'],
    default: 'paper',
    description: 'How the error of a round becomes βₜ: e/(1 − e) as in the paper, or e/(2 − e).',
  },
};

/** TrAdaBoost for regression: source rows lose weight by how far models miss them, target rows gain it.
 *
 * Setting   inductive: labelled target rows · any number of sources, taken together · same features · regression
 * Per round w ← w / Σw;   hₜ fitted with w on all rows;   dᵢ = |hₜ(xᵢ) − yᵢ| / max over all rows
 *           eₜ = Σ_T w·d / Σ_T w;   βₜ = eₜ / (1 − eₜ);   source w ← w·β^d,   target w ← w·βₜ^−d
 *           β = 1 / (1 + √(2·ln(n)/N)),  n source rows
 * Predicts  the median of hₜ(x), t ≥ ⌈N/2⌉, weighted by ln(1/βₜ)
 * Stops     after N = `nRounds`, when a round fits the target exactly, or when eₜ ≥ ½
 * Shapes    sources [nSource, nFeatures] and target.labelled [n, nFeatures] → values [rows]
 * Assumes   some source rows have values as the target would. It may keep too little of the source: TwoStageTrAdaBoostR2 is calmer.
 * Paper     pardoe2010, algorithm TrAdaBoost.R2.
 * Example   const model = await new TrAdaBoostR2().fit({ source: { x: xs, y }, target: { x: xt, labelled }, task: 'regression' });
 */
export class TrAdaBoostR2 implements ParameterStrategy<BoostedRegression> {
  static readonly id = 'instance-based/tradaboost-r2';
  static readonly summary = 'TrAdaBoost.R2: TrAdaBoost for regression.';
  static readonly setting: Setting = {
    role: 'instance',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['regression'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken };
  /** Methods whose models its own contain by default. */
  static readonly parts = [RidgeRegression];

  readonly produces = 'model';
  readonly options: Required<TrAdaBoostR2Options>;
  readonly #learner: Learner;

  /** `learner` is fitted in every round; default {@link RidgeRegression}. */
  constructor(options?: TrAdaBoostR2Options, dependencies: { readonly learner?: Learner } = {}) {
    this.options = resolveOptions('TrAdaBoostR2', schema, options);
    this.#learner = dependencies.learner ?? new RidgeRegression();
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<BoostedRegression> {
    const who = 'TrAdaBoostR2';
    const { nRounds, variant } = this.options;
    const rows = pooledRows(who, prepareProblem(TrAdaBoostR2, input, run));
    const { nSource, weights } = rows;
    const beta = sourceFactor(who, nSource, nRounds, 'log-over-rounds');
    const boosting = await boostRegression({
      who,
      rows,
      learner: this.#learner,
      nRounds,
      variant,
      update: transferUpdate(nSource, beta),
      judgedFrom: nSource,
      voters: 'late',
      weights,
      run,
    });
    const { models, votes, errors, firstVoter, sourceShares, stopReason } = boosting;
    return new BoostedRegression(TrAdaBoostR2, {
      models: models.slice(firstVoter),
      votes: Float64Array.from(votes.slice(firstVoter)),
      diagnostics: {
        warnings: [],
        iterations: models.length,
        stopReason,
        facts: {
          beta,
          errors,
          votes,
          sourceShares,
          finalSourceWeights: Array.from(boosting.weights.subarray(0, nSource)),
          finalTargetWeights: Array.from(boosting.weights.subarray(nSource)),
        },
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): BoostedRegression {
    return BoostedRegression.read(TrAdaBoostR2, state, context);
  }
}
