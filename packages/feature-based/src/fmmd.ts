import type {
  Adaptation,
  FittedState,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  stackRows,
  step,
  TransferError,
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { unlabelledSource } from './internal/class-discrepancy.js';
import {
  linearScores,
  quadraticScores,
  squaredMeanGaps,
  squaredMomentGaps,
} from './internal/feature-discrepancy.js';
import {
  FittedSelection,
  restoreSelection,
  selectedFeatures,
} from './internal/fitted-selection.js';

export interface FmmdOptions {
  /** Features with a higher score are dropped: a number in [0, 1], or `'auto'` (default): the score just below the widest gap between sorted scores. */
  readonly threshold?: number | 'auto';
  /** `'linear'` (default) looks at means, `'quadratic'`, the kernel (x·y + 1)², at means, variances and covariances. */
  readonly kernel?: 'linear' | 'quadratic';
  /** Steps of the quadratic kernel at most. At least 1, default 10000; each costs nFeatures². */
  readonly maxIterations?: number;
}

const schema: OptionSchema<FmmdOptions> = {
  threshold: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Features with a higher score are dropped; "auto" cuts at the widest gap.',
    effect: 'Larger values keep more features.',
  },
  kernel: {
    type: 'choice',
    values: ['linear', 'quadratic'],
    default: 'linear',
    description: 'Whether means alone are compared, or second moments too.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 10000,
    description: 'Steps of the quadratic kernel at most.',
  },
};

/** Drops the features in which source and target differ most (feature selection by maximum mean discrepancy, f-MMD).
 *
 * Setting   unsupervised · sources are stacked into one · same features · needs no labels
 * Solves    max_w MMD²_w(source, target)   subject to w ≥ 0, ‖w‖ ≤ 1;  the w are scores, large where domains differ
 * linear    MMD² = Σⱼ wⱼ·δⱼ², δ = the difference of means;  w = δ²/‖δ²‖
 * quadratic MMD² = wᵀQw + 2·Σⱼ wⱼ·δⱼ², Q_ij = (difference of E[xᵢxⱼ])²;  w ← (Qw + δ²)/‖Qw + δ²‖ until it stays
 * Keeps     features with wⱼ ≤ `threshold`
 * Shapes    x [n, nFeatures] → [n, features kept], alike for both domains; sparse rows stay sparse
 * Assumes   the shift sits in few features, and the others suffice for the task. Features on one scale: z-score them first.
 * Errors    INVALID_OPTION where `threshold` leaves no feature; NUMERICAL for values whose squares overflow.
 * Paper     uguroglu2011
 * Example   const { problem } = await new MmdFeatureSelection().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class MmdFeatureSelection implements ProblemStrategy<FittedSelection> {
  static readonly id = 'feature-based/fmmd';
  static readonly summary = 'f-MMD: drops the features in which source and target differ most.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<FmmdOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: FmmdOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('MmdFeatureSelection', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedSelection>> {
    const method = MmdFeatureSelection;
    const problem = prepareProblem(method, input, run);
    const { kernel, maxIterations, threshold } = this.options;
    const source = {
      x: stackRows(problem.sources.map(({ x }) => x)),
      weights: unlabelledSource(problem).weights,
    };
    const { target } = problem;
    const gaps = squaredMeanGaps(source, target);
    const { scores, discrepancy, iterations, converged } =
      kernel === 'linear'
        ? linearScores(gaps)
        : quadraticScores(
            gaps,
            squaredMomentGaps(this.#linearAlgebra, source, target),
            maxIterations,
          );
    await step(run, method.name, { stage: 'scoring features', done: 1, total: 1 });
    const bound = threshold === 'auto' ? belowWidestGap(scores) : threshold;
    const kept = Int32Array.from(scores.keys()).filter((j) => scores[j] <= bound);
    if (kept.length === 0) throw nothingKept(bound, scores);
    const fitted = new FittedSelection(method, kept, scores, {
      warnings: [],
      iterations,
      converged,
      stopReason: converged ? 'the scores stay' : 'maxIterations reached',
      facts: { threshold: bound, discrepancy, dropped: scores.length - kept.length },
    });
    const features = selectedFeatures(target.features, kept);
    return { problem: await transformProblem(problem, fitted, features, run), fitted };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedSelection {
    return restoreSelection(MmdFeatureSelection, state);
  }
}

/** The score just below the widest gap between sorted scores, or the largest where all are equal. */
function belowWidestGap(scores: Float64Array): number {
  const sorted = scores.slice().sort();
  let bound = sorted[sorted.length - 1];
  let widest = 0;
  for (let j = 0; j + 1 < sorted.length; j++) {
    const gap = sorted[j + 1] - sorted[j];
    if (gap > widest) {
      widest = gap;
      bound = sorted[j];
    }
  }
  return bound;
}

function nothingKept(bound: number, scores: Float64Array): TransferError {
  const least = scores.reduce((low, score) => Math.min(low, score), Infinity);
  return new TransferError({
    code: 'INVALID_OPTION',
    who: 'MmdFeatureSelection',
    message: `"threshold" is ${bound}, but every feature scores at least ${least}. Raise it, or leave it at "auto".`,
    details: { option: 'threshold', constraint: `at least ${least}`, received: bound },
  });
}
