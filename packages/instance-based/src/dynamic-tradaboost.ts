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

export interface DynamicTrAdaBoostOptions {
  /** N, a whole number ≥ 1, default 20. More rounds take more weight from misleading source rows, and fit the target rows closer. */
  readonly nRounds?: number;
}

const schema: OptionSchema<DynamicTrAdaBoostOptions> = {
  nRounds: {
    type: 'integer',
    atLeast: 1,
    default: 20,
    description: 'N, how many models are fitted at most.',
    effect: 'More take more weight from misleading source rows and fit the target rows closer.',
  },
};

/** TrAdaBoost that does not forget good source rows: they keep their weight when target rows gain some.
 *
 * Setting   inductive: labelled target rows · any number of sources, taken together · same features and labels · classification
 * Per round as TrAdaBoost, but   source w ← C·w·β^[hₜ ≠ y],   C = 2·(1 − eₜ)
 * because   the target's weight grows by (1 − eₜ) + eₜ/βₜ = 2·(1 − eₜ) in a round, so that without C even source rows that
 *           are always right fade (weight drift)
 * Predicts  argmax_c Σ_{t ≥ ⌈N/2⌉} ln(1/βₜ)·[hₜ(x) = c]
 * Stops     after N = `nRounds`, or when eₜ = 0 (it then counts as 1e-10); eₜ ≥ ½ counts as 0.499
 * Shapes    sources [nSource, nFeatures] and target.labelled [n, nFeatures] → classes and vote shares [rows, classes]
 * Assumes   more of the source than TrAdaBoost: rows that are right by luck keep their weight too
 * Errors    UNSUPPORTED where a target label is one that no source has.
 * Paper     alstouhi2011.
 * Example   const model = await new DynamicTrAdaBoost().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class DynamicTrAdaBoost implements ParameterStrategy<BoostedClassifier> {
  static readonly id = 'instance-based/dynamic-tradaboost';
  static readonly summary = 'Dynamic-TrAdaBoost: TrAdaBoost in which good source rows do not fade.';
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
  readonly options: Required<DynamicTrAdaBoostOptions>;
  readonly #learner: Learner;

  /** `learner` is fitted in every round; default a {@link DecisionTree} of depth 2. */
  constructor(
    options?: DynamicTrAdaBoostOptions,
    dependencies: { readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('DynamicTrAdaBoost', schema, options);
    this.#learner = dependencies.learner ?? new DecisionTree({ maxDepth: 2 });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<BoostedClassifier> {
    const who = 'DynamicTrAdaBoost';
    const { nRounds } = this.options;
    const rows = pooledRows(who, prepareProblem(DynamicTrAdaBoost, input, run));
    const beta = sourceFactor(who, rows.nSource, nRounds, 'log-over-rounds');
    const boosting = await boostTransfer({
      who,
      rows,
      learner: this.#learner,
      nRounds,
      beta,
      variant: 'paper',
      correction: (error) => 2 * (1 - Math.min(1 / 2, error)),
      run,
    });
    const { models, betas, errors, firstVoter, stopReason } = boosting;
    return new BoostedClassifier(DynamicTrAdaBoost, {
      task: rows.task as ClassificationTask,
      models: models.slice(firstVoter),
      votes: Float64Array.from(betas.slice(firstVoter), (value) => -Math.log(value)),
      soft: false,
      diagnostics: {
        warnings: chanceWarning(errors, firstVoter),
        iterations: models.length,
        stopReason,
        facts: { beta, ...boostingFacts(boosting, rows.nSource) },
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): BoostedClassifier {
    return BoostedClassifier.read(DynamicTrAdaBoost, state, context);
  }
}
