import type {
  ClassificationTask,
  FittedState,
  LinearAlgebra,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { LinearAlgebraToken, prepareProblem, resolveOptions, trainingRows } from '@graft-ml/core';
import { SupportVectorClassifier } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { type ProgressiveMachine, progressiveMachine } from './internal/progressive-machine.js';
import { OneAgainstRestModel } from './one-against-rest-model.js';

export interface DasvmOptions {
  /** `'rbf'` (default) or `'linear'`. */
  readonly kernel?: 'rbf' | 'linear';
  /** γ of the RBF kernel, in (0, ∞), or `'scale'` (default): 1 / (nFeatures · variance of all source entries). */
  readonly gamma?: number | 'scale';
  /** λ in (0, ∞), default 1; the full cost C of a row is 1 / λ. */
  readonly regularization?: number;
  /** ρ: how many rows of each side enter and leave per iteration. A whole number ≥ 1; `'auto'` (default) is a fortieth of the larger domain. */
  readonly nSwapped?: number | 'auto';
  /** γ of the paper: in how many iterations costs reach their end. A whole number ≥ 1, default 10. */
  readonly nGrowing?: number;
  /** What target rows cost when they enter, and source rows at the end, as a part of C. In (0, 1], default 0.1. */
  readonly entryCost?: number;
  /** β: what part of the target rows may still enter or change sides at the end. In [0, 1), default 0.03. */
  readonly tolerance?: number;
  /** A whole number ≥ 1, default 200. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<DasvmOptions> = {
  kernel: {
    type: 'choice',
    values: ['rbf', 'linear'],
    default: 'rbf',
    description: 'How rows are compared.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['scale'],
    default: 'scale',
    description:
      'γ of the RBF kernel, or "scale" for 1 / (nFeatures · variance of all source entries).',
    effect: 'Larger values see only near rows.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ; the full cost C of a row is 1 / λ.',
    effect: 'Larger values widen the margin, so that more target rows are in it.',
  },
  nSwapped: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description:
      'ρ, how many rows of each side enter and leave per iteration; "auto" is a fortieth of the larger domain.',
    effect: 'Larger values move faster and less carefully.',
  },
  nGrowing: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'In how many iterations costs reach their end.',
  },
  entryCost: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 0.1,
    description:
      'What target rows cost when they enter, and source rows at the end, as a part of C.',
    effect: 'Smaller values trust new labels less.',
  },
  tolerance: {
    type: 'number',
    atLeast: 0,
    below: 1,
    default: 0.03,
    description: 'β, what part of the target rows may still enter or change sides at the end.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 200,
    description: 'After how many iterations to stop with a NOT_CONVERGED warning.',
  },
};

/** Support vector machine that lets source rows go and takes target rows in, labelled by itself (DASVM).
 *
 * Setting   unsupervised · any number of sources, taken together · same features · classification, one class against the rest
 * Start     f, a machine of the source rows
 * Repeats   the ρ unlabelled target rows nearest to either margin from inside enter with the sign of f; those whose sign f has
 *           changed since leave; the ρ source rows farthest from the boundary on either side leave;   fit f again, where
 *           source rows cost C·(1 − (1 − c)·min(1, i/γ)²),  target rows C·(c + (1 − c)·min(1, h/γ)²) after h iterations
 * Stops     without source rows, when at most β·nTarget target rows enter or change sides
 * with      C = 1/`regularization`, c = `entryCost`, ρ = `nSwapped`, γ = `nGrowing`, β = `tolerance`
 * Shapes    sources [nSource, nFeatures], xt [nTarget, nFeatures] → classes [rows]
 * Assumes   classes stay apart on the way from source to target, so that rows in the margin are on their right side
 * Errors    INVALID_DATA where source rows of one class only carry weight.
 * Paper     bruzzone2010.
 * Example   const model = await new Dasvm({ gamma: 0.5 }).fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class Dasvm implements ParameterStrategy<OneAgainstRestModel> {
  static readonly id = 'instance-based/dasvm';
  static readonly summary =
    'DASVM: a support vector machine that swaps source rows for target rows it labels itself.';
  static readonly setting: Setting = {
    role: 'instance',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };
  /** Methods whose models its own contain. */
  static readonly parts = [SupportVectorClassifier];

  readonly produces = 'model';
  readonly options: Required<DasvmOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: DasvmOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('Dasvm', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<OneAgainstRestModel> {
    const who = 'Dasvm';
    const problem = prepareProblem(Dasvm, input, run);
    const { x, y, weights, task } = trainingRows(who, problem, ['classification'], 2);
    const { kernel, gamma, regularization, nSwapped, ...options } = this.options;
    const dependencies = { linearAlgebra: this.#linearAlgebra };
    const xt = problem.target.x;
    const { classes } = task as ClassificationTask;
    const found: ProgressiveMachine[] = [];
    for (let c = 0; c < (classes.length === 2 ? 1 : classes.length); c++) {
      found.push(
        await progressiveMachine({
          ...options,
          who,
          machine: (width) => {
            const machine = { kernel, gamma: width ?? gamma, regularization } as const;
            return new SupportVectorClassifier(machine, dependencies);
          },
          xs: x,
          signs: Int8Array.from(y, (label) => (label === c ? 1 : -1)),
          sourceWeights: weights,
          xt,
          nSwapped:
            nSwapped === 'auto' ? Math.ceil(Math.max(x.rows, xt.rows) / 40) : (nSwapped as number),
          run,
        }),
      );
    }
    const converged = found.every((each) => each.converged);
    return new OneAgainstRestModel(
      Dasvm,
      { kind: 'classification', classes },
      found.map(({ model }) => model),
      {
        warnings: converged ? [] : [notThere(found)],
        iterations: Math.max(...found.map(({ iterations }) => iterations)),
        converged,
        stopReason: [...new Set(found.map(({ stopReason }) => stopReason))].join('; '),
        facts: {
          sourceRows: found.map(({ sourceRows }) => sourceRows),
          targetRows: found.map(({ targetRows }) => targetRows),
        },
      },
    );
  }

  static restore(state: FittedState, context: RestoreContext): OneAgainstRestModel {
    return OneAgainstRestModel.read(Dasvm, state, context);
  }
}

function notThere(found: readonly ProgressiveMachine[]) {
  const left = found.map(({ sourceRows }) => sourceRows).join(', ');
  return {
    code: 'NOT_CONVERGED',
    message: `the machine did not get all the way to the target; source rows left: ${left}. Raise "maxIterations", or choose a wider margin ("regularization") so that target rows are in it.`,
  };
}
