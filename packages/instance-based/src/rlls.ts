import type {
  Adaptation,
  FittedState,
  Learner,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import {
  labelledSources,
  LearnerToken,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
} from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { FittedPriorShift } from './fitted-prior-shift.js';
import { type ConfusionOptions, confusionSchema } from './internal/confusion-options.js';
import {
  adaptClasses,
  askBlackBox,
  classCount,
  classShares,
  type ClassShift,
  clippedWeights,
  confusionOf,
  priorShift,
} from './internal/label-shift.js';
import { solveRegularizedShift } from './internal/regularized-shift.js';

export interface RllsOptions extends ConfusionOptions {
  /** λ in (0, ∞), default 0.01. Larger values believe less in a shift. */
  readonly regularization?: number;
  /** γ in [0, 1], default 1: how much of the shift that was found is applied. 0 makes all weights equal. */
  readonly strength?: number;
}

const schema: OptionSchema<RllsOptions> = {
  ...confusionSchema,
  regularization: {
    type: 'number',
    above: 0,
    default: 0.01,
    description: 'λ, what a squared deviation of the class weights from 1 costs.',
    effect: 'Larger values believe less in a shift.',
  },
  strength: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    default: 1,
    description: 'γ, how much of the shift that was found is applied.',
    effect: 'Smaller values make weights more even.',
  },
};

/** BBSE that holds class weights near 1 where few rows speak for a shift (regularized learning under label shift).
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · classification
 * Solves    min_θ ‖C·θ − (μ − C·1)‖² + λ·‖θ‖²,   C_ij = P_S(predicted i, label j) out of fold,   μ_i = P_T(predicted i)
 * Weights   w = 1 + γ·θ, clipped at 0, each source row w(y), scaled to mean 1;   λ = `regularization`, γ = `strength`
 * Shapes    xs [nSource, nFeatures], ys, xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   P(X|Y) is the same in both domains
 * Paper     azizzadenesheli2019; they take norms where squares stand here, as does the common implementation.
 * Example   const { problem } = await new Rlls({ strength: 0.5 }).fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class Rlls implements ProblemStrategy<FittedPriorShift> {
  static readonly id = 'instance-based/rlls';
  static readonly summary = 'RLLS: class weights as by BBSE, held near 1 where rows are few.';
  static readonly setting = priorShift;
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken, linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<RllsOptions>;
  readonly #learner: Learner;
  readonly #linearAlgebra: LinearAlgebra;

  /** `learner` is the black box; default {@link LogisticRegression}. */
  constructor(
    options?: RllsOptions,
    dependencies: { readonly learner?: Learner; readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('Rlls', schema, options);
    this.#learner = dependencies.learner ?? new LogisticRegression();
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedPriorShift>> {
    const who = 'Rlls';
    const problem = prepareProblem(Rlls, input, run);
    const { nFolds, predictions, regularization, strength } = this.options;
    const soft = predictions === 'soft';
    const shifts: ClassShift[] = [];
    for (const source of labelledSources(problem, who)) {
      const said = await askBlackBox(who, this.#learner, problem, source, nFolds, soft, run);
      const sourcePrior = classShares(source, classCount(problem));
      const { confusion, mu } = confusionOf(said, source);
      const theta = solveRegularizedShift(this.#linearAlgebra, confusion, mu, regularization);
      const applied = theta.map((value) => strength * value);
      shifts.push({
        sourcePrior,
        classWeights: clippedWeights(applied, sourcePrior),
        warnings: [],
        facts: { unclippedWeights: Array.from(applied, (value) => 1 + value) },
      });
      const [done, total] = [shifts.length, problem.sources.length];
      await step(run, who, { stage: 'estimating class shares', done, total });
    }
    return adaptClasses(Rlls, problem, shifts);
  }

  static restore(state: FittedState, _context: RestoreContext): FittedPriorShift {
    return FittedPriorShift.read(Rlls, state);
  }
}
