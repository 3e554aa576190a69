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
import { LearnerToken, prepareProblem, resolveOptions, step, trainingRows } from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { classCount, classShares, posteriorsOf, priorShift } from './internal/label-shift.js';
import { priorByEm } from './internal/prior-by-em.js';
import { quiet } from './internal/pooled-rows.js';
import { PriorCorrectedModel } from './prior-corrected-model.js';

export interface PosteriorCorrectionOptions {
  /** A whole number ≥ 1, default 1000. */
  readonly maxIterations?: number;
  /** Stops once no share moves by more than this. In [0, ∞), default 1e-8. */
  readonly tolerance?: number;
}

const schema: OptionSchema<PosteriorCorrectionOptions> = {
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 1000,
    description: 'How many iterations of EM at most.',
  },
  tolerance: {
    type: 'number',
    atLeast: 0,
    default: 1e-8,
    description: 'Stops once no share of a class moves by more than this.',
    effect: 'Smaller values take longer.',
  },
};

/** Fits a classifier on the sources once and corrects its probabilities for the target's shares of the classes.
 *
 * Setting   unsupervised · any number of sources, taken together · same features · classification
 * Predicts  P_T(c | x) ∝ P_S(c | x)·p_T(c)/p_S(c),   p_T by EM on the unlabelled target rows as in EmPriorShift
 * Shapes    sources [nSource, nFeatures], xt [nTarget, nFeatures] → classes and probabilities [rows, classes]
 * Assumes   P(X|Y) is the same in both domains, and the classifier's probabilities are calibrated
 * Errors    UNSUPPORTED for a learner without probabilities.
 * Paper     saerens2002. `correctModel` does the same for any fitted model and any shares.
 * Example   const model = await new PosteriorCorrection().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class PosteriorCorrection implements ParameterStrategy<PriorCorrectedModel> {
  static readonly id = 'instance-based/posterior-correction';
  static readonly summary =
    "Posterior correction: a source classifier, corrected for the target's class shares.";
  static readonly setting: Setting = priorShift;
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken };
  /** Methods whose models its own contain by default. */
  static readonly parts = [LogisticRegression];

  readonly produces = 'model';
  readonly options: Required<PosteriorCorrectionOptions>;
  readonly #learner: Learner;

  /** `learner` makes the model that is corrected; default {@link LogisticRegression}. */
  constructor(
    options?: PosteriorCorrectionOptions,
    dependencies: { readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('PosteriorCorrection', schema, options);
    this.#learner = dependencies.learner ?? new LogisticRegression();
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<PriorCorrectedModel> {
    const who = 'PosteriorCorrection';
    const problem = prepareProblem(PosteriorCorrection, input, run);
    const model = await this.#learner.fit(problem, quiet(run));
    await step(run, who, { stage: 'fitting the source classifier', done: 1, total: 2 });
    const posteriors = await posteriorsOf(who, model, problem.target.x, run);
    const rows = trainingRows(who, problem, ['classification']);
    const sourcePrior = classShares({ ...problem.sources[0], ...rows }, classCount(problem));
    const found = priorByEm(posteriors, sourcePrior, this.options);
    await step(run, who, { stage: 'estimating class shares', done: 2, total: 2 });
    const { iterations, converged } = found;
    return new PriorCorrectedModel(
      model,
      { sourcePrior, targetPrior: found.prior },
      {
        warnings: converged ? [] : [notConverged],
        iterations,
        converged,
        stopReason: converged
          ? `no share moved by more than ${this.options.tolerance}`
          : 'the iterations were used up',
        facts: {
          sourcePrior: Array.from(sourcePrior),
          targetPrior: Array.from(found.prior),
          logLikelihood: found.logLikelihood,
        },
      },
    );
  }

  static restore(state: FittedState, context: RestoreContext): PriorCorrectedModel {
    return PriorCorrectedModel.read(state, context);
  }
}

const notConverged = {
  code: 'NOT_CONVERGED',
  message: 'the class shares still moved when the iterations ran out. Raise "maxIterations".',
};
