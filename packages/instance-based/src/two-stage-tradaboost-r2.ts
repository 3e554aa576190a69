import type {
  FittedState,
  LabelledRows,
  Learner,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Warning,
} from '@graft-ml/core';
import { LearnerToken, prepareProblem, resolveOptions } from '@graft-ml/core';
import { contentFolds, RidgeRegression, splitsOf } from '@graft-ml/learners';
import { BoostedRegression } from './boosted-regression.js';
import { pooledRows } from './internal/pooled-rows.js';
import { boostInTwoStages } from './internal/two-stages.js';

export interface TwoStageTrAdaBoostR2Options {
  /** S, a whole number ≥ 2, default 10: how many shares of the target's weight are tried. More try finer ones. */
  readonly nSteps?: number;
  /** Rounds of the boosting inside each step: a whole number ≥ 1, default 10. More fit the target rows closer. */
  readonly nRounds?: number;
  /** Into how many parts the labelled target rows are divided to judge a step. A whole number ≥ 2, default 5. */
  readonly nFolds?: number;
  /** `'paper'` (default) or `'adapt'`, which begins the schedule one step later and judges steps by single models. */
  readonly variant?: 'paper' | 'adapt';
}

const schema: OptionSchema<TwoStageTrAdaBoostR2Options> = {
  nSteps: {
    type: 'integer',
    atLeast: 2,
    default: 10,
    description: "S, how many shares of the target's weight are tried.",
    effect: 'More try finer ones.',
  },
  nRounds: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'How many rounds the boosting inside each step has at most.',
    effect: 'More fit the target rows closer.',
  },
  nFolds: {
    type: 'integer',
    atLeast: 2,
    default: 5,
    description: 'Into how many parts the labelled target rows are divided to judge a step.',
    effect: 'More judge boostings of nearly all rows, and take longer.',
  },
  variant: {
    type: 'choice',
    values: ['paper', 'adapt'],
    default: 'paper',
    description:
      'The schedule, the judge and the factor e/(1 − e) of the paper, or those of the library adapt.',
  },
};

/** Boosting for regression that first finds how much to trust the source, by cross-validation, and then boosts on the target alone.
 *
 * Setting   inductive: labelled target rows · any number of sources, taken together · same features · regression
 * Stage 1   for t = 1 … S: judge AdaBoost.R2′ by cross-validation on the target rows;  h fitted with w on all rows;
 *           dᵢ = |h(xᵢ) − yᵢ| / max;  source w ← w·β^d, β such that the target's share becomes s + (t/(S − 1))·(1 − s)
 * Stage 2   AdaBoost.R2′ with the weights of the best step:  e = Σ w·d / Σ w over all rows;  βₜ = e/(1 − e);
 *           target w ← w·βₜ^(1 − d), scaled to the share it had;  source weights stay
 * Predicts  the median of the rounds' models, weighted by ln(1/βₜ)
 * Shapes    sources [nSource, nFeatures] and target.labelled [n, nFeatures] → values [rows]
 * Assumes   enough labelled target rows to judge by; with fewer than two different ones the first step is taken, with a warning.
 *           Costs S·(nFolds·nRounds + 1) fits.
 * Paper     pardoe2010, algorithm Two-stage TrAdaBoost.R2. Parts go by what rows hold, so their order does not matter.
 * Example   const model = await new TwoStageTrAdaBoostR2().fit({ source: { x: xs, y }, target: { x: xt, labelled }, task: 'regression' });
 */
export class TwoStageTrAdaBoostR2 implements ParameterStrategy<BoostedRegression> {
  static readonly id = 'instance-based/two-stage-tradaboost-r2';
  static readonly summary =
    'Two-stage TrAdaBoost.R2: finds how far to trust the source, then boosts on the target.';
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
  readonly options: Required<TwoStageTrAdaBoostR2Options>;
  readonly #learner: Learner;

  /** `learner` is fitted in every round; default {@link RidgeRegression}. */
  constructor(
    options?: TwoStageTrAdaBoostR2Options,
    dependencies: { readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('TwoStageTrAdaBoostR2', schema, options);
    this.#learner = dependencies.learner ?? new RidgeRegression();
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<BoostedRegression> {
    const who = 'TwoStageTrAdaBoostR2';
    const { nSteps, nRounds, nFolds, variant } = this.options;
    const problem = prepareProblem(TwoStageTrAdaBoostR2, input, run);
    const rows = pooledRows(who, problem);
    const folds = foldsOf(problem.target.labelled!, nFolds, run?.seed);
    const { best, ...stages } = await boostInTwoStages({
      who,
      rows,
      learner: this.#learner,
      nSteps: folds ? nSteps : 1,
      nRounds,
      folds: folds ?? [],
      variant,
      run,
    });
    const { models, votes, errors, firstVoter, stopReason } = best;
    return new BoostedRegression(TwoStageTrAdaBoostR2, {
      models: models.slice(firstVoter),
      votes: Float64Array.from(votes.slice(firstVoter)),
      diagnostics: {
        warnings: folds ? [] : [unjudged(rows.y.length - rows.nSource)],
        iterations: models.length,
        stopReason,
        facts: { ...stages, errors },
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): BoostedRegression {
    return BoostedRegression.read(TwoStageTrAdaBoostR2, state, context);
  }
}

/** The fold of each row, or nothing where all rows are equal or there is only one. */
function foldsOf({ x }: LabelledRows, nFolds: number, seed?: number): Int32Array | undefined {
  if (x.rows < 2) return undefined;
  const folds = contentFolds(x, Math.min(nFolds, x.rows), seed);
  return splitsOf(folds).length < 2 ? undefined : folds;
}

function unjudged(rows: number): Warning {
  return {
    code: 'NOT_JUDGED',
    message: `${rows === 1 ? 'one labelled target row' : 'equal labelled target rows'} cannot be held out, so the source keeps its weight. Label more rows.`,
  };
}
