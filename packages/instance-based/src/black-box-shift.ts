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
  Warning,
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
  surplus,
} from './internal/label-shift.js';

export type BlackBoxShiftOptions = ConfusionOptions;

const schema: OptionSchema<BlackBoxShiftOptions> = confusionSchema;

/** Weighs source rows by how much more frequent their class is in the target, read off a learner's mistakes (BBSE).
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · classification
 * Solves    C·w = μ,   C_ij = P_S(predicted i, label j) out of fold,   μ_i = P_T(predicted i)
 * then      w clipped at 0, each source row w(y), scaled to mean 1; where C is singular the w nearest to 1
 * Shapes    xs [nSource, nFeatures], ys, xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   P(X|Y) is the same in both domains. Nothing of the learner, but that it tells the classes apart: no calibration.
 * Warns     NOT_IDENTIFIABLE where C is singular: the learner confuses classes entirely
 * Paper     lipton2018.
 * Example   const { problem, fitted } = await new BlackBoxShift().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class BlackBoxShift implements ProblemStrategy<FittedPriorShift> {
  static readonly id = 'instance-based/black-box-shift';
  static readonly summary =
    "BBSE: weighs classes by the target's shares, read off a learner's confusion matrix.";
  static readonly setting = priorShift;
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken, linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<BlackBoxShiftOptions>;
  readonly #learner: Learner;
  readonly #linearAlgebra: LinearAlgebra;

  /** `learner` is the black box; default {@link LogisticRegression}. */
  constructor(
    options?: BlackBoxShiftOptions,
    dependencies: { readonly learner?: Learner; readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('BlackBoxShift', schema, options);
    this.#learner = dependencies.learner ?? new LogisticRegression();
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedPriorShift>> {
    const who = 'BlackBoxShift';
    const problem = prepareProblem(BlackBoxShift, input, run);
    const soft = this.options.predictions === 'soft';
    const { nFolds } = this.options;
    const shifts: ClassShift[] = [];
    for (const source of labelledSources(problem, who)) {
      const said = await askBlackBox(who, this.#learner, problem, source, nFolds, soft, run);
      const sourcePrior = classShares(source, classCount(problem));
      const { confusion, mu } = confusionOf(said, source);
      const { x, rank } = this.#linearAlgebra.leastSquares(confusion, surplus(confusion, mu));
      const nPresent = sourcePrior.filter((share) => share > 0).length;
      shifts.push({
        sourcePrior,
        classWeights: clippedWeights(x.data, sourcePrior),
        warnings: rank < nPresent ? [singular(source.name)] : [],
        facts: { unclippedWeights: Array.from(x.data, (value) => 1 + value) },
      });
      const [done, total] = [shifts.length, problem.sources.length];
      await step(run, who, { stage: 'estimating class shares', done, total });
    }
    return adaptClasses(BlackBoxShift, problem, shifts);
  }

  static restore(state: FittedState, _context: RestoreContext): FittedPriorShift {
    return FittedPriorShift.read(BlackBoxShift, state);
  }
}

function singular(name: string): Warning {
  return {
    code: 'NOT_IDENTIFIABLE',
    message: `the learner of "${name}" confuses some classes entirely, so their shares in the target cannot be told; of all that fit, the nearest to the source's are taken. Use a better learner, or merge the classes.`,
  };
}
