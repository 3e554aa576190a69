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
import { boostSources } from './internal/multi-source-boosting.js';
import { pooledRows } from './internal/pooled-rows.js';
import { sourceFactor } from './internal/source-factor.js';
import { chanceWarning } from './internal/transfer-boosting.js';

export interface MultiSourceTrAdaBoostOptions {
  /** M, a whole number ≥ 1, default 20, at most the number of source rows. More rounds fit the target rows closer. */
  readonly nRounds?: number;
  /** Which sources the chosen model takes weight from where it contradicts them: `'all'` (default) or the `'chosen'` one. */
  readonly updates?: 'all' | 'chosen';
}

const schema: OptionSchema<MultiSourceTrAdaBoostOptions> = {
  nRounds: {
    type: 'integer',
    atLeast: 1,
    default: 20,
    description: 'M, how many models are chosen at most.',
    effect: 'More fit the target rows closer.',
  },
  updates: {
    type: 'choice',
    values: ['all', 'chosen'],
    default: 'all',
    description: 'Which sources the chosen model takes weight from where it contradicts them.',
  },
};

/** TrAdaBoost that asks every source in every round and takes the one that helps the target most.
 *
 * Setting   inductive: labelled target rows · any number of sources of unknown relevance · same features and labels · classification
 * Per round w ← w / Σw;   for each source k  hₖ fitted with w on its rows and the target's;   eₖ = Σ_T w·[hₖ ≠ y] / Σ_T w
 *           hₜ the hₖ of least error eₜ;   αₜ = ½·ln((1 − eₜ)/eₜ)
 *           source w ← w·exp(−αS·|hₜ − y|),   target w ← w·exp(αₜ·|hₜ − y|),   labels ±1;   αS = ½·ln(1 + √(2·ln(n/M))),  n source rows
 * Predicts  argmax_c Σₜ αₜ·[hₜ(x) = c], for two classes the sign of Σₜ αₜ·hₜ(x)
 * Turns     round, of two classes, an hₜ with eₜ > ½: −hₜ with 1 − eₜ, so that sources with flipped labels help too
 * Stops     after M = `nRounds`; when eₜ = 0 (it then counts as 1e-10); when eₜ ≥ ½ still
 * Shapes    sources [nSource, nFeatures] and target.labelled [n, nFeatures] → classes and vote shares [rows, classes]
 * Assumes   at least one source is related to the target. Costs M fits per source.
 * Errors    UNSUPPORTED where a target label is one that no source has; INVALID_OPTION for M > n.
 * Paper     yao2010, algorithm 1. More than two classes are ours: |h − y| is 2 for a wrong row, 0 for a right one.
 * Example   const model = await new MultiSourceTrAdaBoost().fit({ sources, target: { x: xt, labelled } });
 */
export class MultiSourceTrAdaBoost implements ParameterStrategy<BoostedClassifier> {
  static readonly id = 'instance-based/multi-source-tradaboost';
  static readonly summary =
    'MultiSourceTrAdaBoost: boosting that picks the most helpful source in every round.';
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
  readonly options: Required<MultiSourceTrAdaBoostOptions>;
  readonly #learner: Learner;

  /** `learner` is fitted once per source in every round; default a {@link DecisionTree} of depth 2. */
  constructor(
    options?: MultiSourceTrAdaBoostOptions,
    dependencies: { readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('MultiSourceTrAdaBoost', schema, options);
    this.#learner = dependencies.learner ?? new DecisionTree({ maxDepth: 2 });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<BoostedClassifier> {
    const who = 'MultiSourceTrAdaBoost';
    const { nRounds, updates } = this.options;
    const rows = pooledRows(who, prepareProblem(MultiSourceTrAdaBoost, input, run));
    const sourceRate = -Math.log(sourceFactor(who, rows.nSource, nRounds, 'log-of-ratio')) / 2;
    const learner = this.#learner;
    const boosting = await boostSources({ who, rows, learner, nRounds, sourceRate, updates, run });
    const { models, errors, rates, chosen, sourceShares, weights, stopReason } = boosting;
    return new BoostedClassifier(MultiSourceTrAdaBoost, {
      task: rows.task as ClassificationTask,
      models,
      votes: Float64Array.from(rates),
      soft: false,
      diagnostics: {
        warnings: chanceWarning(errors, 0),
        iterations: models.length,
        stopReason,
        facts: {
          sourceRate,
          chosen,
          errors,
          rates,
          sourceShares,
          finalTargetWeights: Array.from(weights.subarray(rows.nSource)),
        },
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): BoostedClassifier {
    return BoostedClassifier.read(MultiSourceTrAdaBoost, state, context);
  }
}
