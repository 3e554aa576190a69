import type {
  Adaptation,
  FittedState,
  Learner,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import {
  labelledSources,
  LearnerToken,
  prepareProblem,
  resolveOptions,
  step,
} from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { FittedPriorShift } from './fitted-prior-shift.js';
import {
  adaptClasses,
  classCount,
  classShares,
  type ClassShift,
  posteriorsOf,
  priorShift,
} from './internal/label-shift.js';
import { priorByEm } from './internal/prior-by-em.js';
import { quiet } from './internal/pooled-rows.js';

export interface EmPriorShiftOptions {
  /** A whole number ≥ 1, default 1000. */
  readonly maxIterations?: number;
  /** Stops once no share moves by more than this. In [0, ∞), default 1e-8. */
  readonly tolerance?: number;
}

const schema: OptionSchema<EmPriorShiftOptions> = {
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

/** Weighs source rows by how much more frequent their class is in the target, with the target's shares found by EM.
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · classification
 * Repeats   qᵢ(c) ∝ P_S(c | xᵢ)·p(c)/p_S(c) on the target rows;   p(c) ← mean qᵢ(c);   P_S by a classifier of the source
 * Weights   w = p(y)/p_S(y), scaled to mean 1
 * Stops     when no share moves by more than `tolerance`: at the maximum of the likelihood of the target rows
 * Shapes    xs [nSource, nFeatures], ys, xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   P(X|Y) is the same in both domains, and the classifier's probabilities are calibrated
 * Errors    UNSUPPORTED for a classifier without probabilities.
 * Paper     saerens2002.
 * Example   const { problem, fitted } = await new EmPriorShift().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class EmPriorShift implements ProblemStrategy<FittedPriorShift> {
  static readonly id = 'instance-based/em-prior-shift';
  static readonly summary =
    "EM prior shift: weighs classes by the target's shares, found by expectation maximization.";
  static readonly setting = priorShift;
  static readonly schema = schema;
  static readonly needs = { classifier: LearnerToken };

  readonly produces = 'problem';
  readonly options: Required<EmPriorShiftOptions>;
  readonly #classifier: Learner;

  constructor(options?: EmPriorShiftOptions, dependencies: { readonly classifier?: Learner } = {}) {
    this.options = resolveOptions('EmPriorShift', schema, options);
    this.#classifier = dependencies.classifier ?? new LogisticRegression();
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedPriorShift>> {
    const who = 'EmPriorShift';
    const problem = prepareProblem(EmPriorShift, input, run);
    const shifts: ClassShift[] = [];
    let iterations = 0;
    let converged = true;
    for (const source of labelledSources(problem, who)) {
      const model = await this.#classifier.fit({ ...problem, sources: [source] }, quiet(run));
      const posteriors = await posteriorsOf(who, model, problem.target.x, run);
      const sourcePrior = classShares(source, classCount(problem));
      const found = priorByEm(posteriors, sourcePrior, this.options);
      const classWeights = found.prior.map((share, c) =>
        sourcePrior[c] > 0 ? share / sourcePrior[c] : 0,
      );
      const warnings = found.converged ? [] : [notConverged(source.name)];
      const facts = { logLikelihood: found.logLikelihood };
      shifts.push({ sourcePrior, classWeights, warnings, facts });
      iterations = Math.max(iterations, found.iterations);
      converged &&= found.converged;
      const [done, total] = [shifts.length, problem.sources.length];
      await step(run, who, { stage: 'estimating class shares', done, total });
    }
    const { tolerance } = this.options;
    return adaptClasses(EmPriorShift, problem, shifts, {
      iterations,
      converged,
      stopReason: converged
        ? `no share moved by more than ${tolerance}`
        : 'the iterations were used up',
    });
  }

  static restore(state: FittedState, _context: RestoreContext): FittedPriorShift {
    return FittedPriorShift.read(EmPriorShift, state);
  }
}

function notConverged(name: string) {
  return {
    code: 'NOT_CONVERGED',
    message: `the class shares seen from "${name}" still moved when the iterations ran out. Raise "maxIterations".`,
  };
}
