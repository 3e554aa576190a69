import type {
  ClassificationTask,
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
import { DecisionTree } from '@graft-ml/learners';
import { BoostedClassifier } from './boosted-classifier.js';
import { pooledRows } from './internal/pooled-rows.js';
import { sourceFactor } from './internal/source-factor.js';
import { boostingFacts, boostTransfer, chanceWarning } from './internal/transfer-boosting.js';

export interface TrAdaBoostOptions {
  /** N, a whole number ≥ 1, default 10. More rounds take more weight from misleading source rows, and fit the target rows closer. */
  readonly nRounds?: number;
  /** `'paper'` (default): hard errors, βₜ = e/(1 − e). `'adapt'`: errors of probabilities, βₜ = e/(2 − e). */
  readonly variant?: 'paper' | 'adapt';
  /** L in β = 1/(1 + √(2L)): ln(n)/N (`'log-over-rounds'`, default) or ln(n/N) (`'log-of-ratio'`), which shrinks faster. */
  readonly logForm?: 'log-over-rounds' | 'log-of-ratio';
}

const schema: OptionSchema<TrAdaBoostOptions> = {
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
    description:
      'Hard errors and e/(1 − e) as in the paper, or errors of probabilities and e/(2 − e).',
  },
  logForm: {
    type: 'choice',
    values: ['log-over-rounds', 'log-of-ratio'],
    default: 'log-over-rounds',
    description: 'Whether source rows shrink by the root of ln(n)/N or of ln(n/N).',
    effect: 'The second shrinks faster.',
  },
};

/** Boosting that trusts the target: source rows that models get wrong lose weight, target rows they get wrong gain it.
 *
 * Setting   inductive: labelled target rows · any number of sources, taken together · same features and labels · classification
 * Per round w ← w / Σw;   hₜ fitted with w on all rows;   eₜ = Σ_T w·[hₜ ≠ y] / Σ_T w;   βₜ = eₜ / (1 − eₜ)
 *           source w ← w·β^[hₜ ≠ y],   target w ← w·βₜ^−[hₜ ≠ y],      β = 1 / (1 + √(2·ln(n)/N)),  n source rows
 * Predicts  argmax_c Σ_{t ≥ ⌈N/2⌉} ln(1/βₜ)·[hₜ(x) = c]; of equal classes the later, as in the paper for two
 * Stops     after N = `nRounds`, or when eₜ = 0 (it then counts as 1e-10); eₜ ≥ ½ counts as 0.499
 * Shapes    sources [nSource, nFeatures] and target.labelled [n, nFeatures] → classes and vote shares [rows, classes]
 * Assumes   some source rows are labelled as the target would, and the base learner can tell which
 * Errors    UNSUPPORTED where a target label is one that no source has; INVALID_OPTION for `'log-of-ratio'` and N > n.
 * Paper     dai2007. Weights that source rows already have are where theirs begin.
 * Example   const model = await new TrAdaBoost().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class TrAdaBoost implements ParameterStrategy<BoostedClassifier> {
  static readonly id = 'instance-based/tradaboost';
  static readonly summary = 'TrAdaBoost: boosting that takes weight from misleading source rows.';
  static readonly setting: Setting = {
    role: 'instance',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken };
  /** Methods whose models its own contain by default. */
  static readonly parts = [DecisionTree];

  readonly produces = 'model';
  readonly options: Required<TrAdaBoostOptions>;
  readonly #learner: Learner;

  /** `learner` is fitted in every round; default a {@link DecisionTree} of depth 2. */
  constructor(options?: TrAdaBoostOptions, dependencies: { readonly learner?: Learner } = {}) {
    this.options = resolveOptions('TrAdaBoost', schema, options);
    this.#learner = dependencies.learner ?? new DecisionTree({ maxDepth: 2 });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<BoostedClassifier> {
    const who = 'TrAdaBoost';
    const { nRounds, variant, logForm } = this.options;
    const rows = pooledRows(who, prepareProblem(TrAdaBoost, input, run));
    const beta = sourceFactor(who, rows.nSource, nRounds, logForm);
    const learner = this.#learner;
    const boosting = await boostTransfer({ who, rows, learner, nRounds, beta, variant, run });
    const { models, betas, errors, firstVoter, stopReason } = boosting;
    return new BoostedClassifier(TrAdaBoost, {
      task: rows.task as ClassificationTask,
      models: models.slice(firstVoter),
      votes: Float64Array.from(betas.slice(firstVoter), (value) => voteOf(value, variant)),
      soft: variant === 'adapt',
      diagnostics: {
        warnings: chanceWarning(errors, firstVoter),
        iterations: models.length,
        stopReason,
        facts: { beta, ...boostingFacts(boosting, rows.nSource) },
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): BoostedClassifier {
    return BoostedClassifier.read(TrAdaBoost, state, context);
  }
}

/** ln(1/βₜ); adapt keeps it finite and positive with a little added. */
function voteOf(beta: number, variant: 'paper' | 'adapt'): number {
  return variant === 'paper'
    ? -Math.log(beta)
    : -Math.log(beta + Number.EPSILON) + 2 * Number.EPSILON;
}
