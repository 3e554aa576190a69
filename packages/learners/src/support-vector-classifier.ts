import type {
  Diagnostics,
  FittedState,
  Kernel,
  LabelledInput,
  Learner,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Warning,
} from '@graft-ml/core';
import {
  checkAborted,
  denseMatrix,
  LinearAlgebraToken,
  resolveOptions,
  selectRows,
  step,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { type ClassRows, classRows } from './internal/class-rows.js';
import { chooseKernel, type KernelOptions, kernelSchema } from './internal/kernel-choice.js';
import { expansionOver } from './internal/kernel-expansion.js';
import { KernelRows } from './internal/kernel-rows.js';
import {
  calibratePair,
  outOfFoldScores,
  type PairCalibration,
} from './internal/pair-calibration.js';
import { type Separation, separatePair } from './internal/separate-pair.js';
import {
  makeMachine,
  restoreMachine,
  type SupportVectorModel,
} from './internal/support-vector-model.js';
import { missingClasses, notConverged } from './internal/warnings.js';
import { contentFolds } from './splitters/folds.js';

export interface SupportVectorClassifierOptions extends KernelOptions {
  /** λ in (0, ∞), default 1; the C of other libraries is 1 / λ. Larger values widen the margin. */
  readonly regularization?: number;
  /** How scores become probabilities: not (`'none'`, default), by a sigmoid (`'platt'`) or by a rising curve (`'isotonic'`). Either takes five more fits. */
  readonly calibration?: 'none' | 'platt' | 'isotonic';
  /** How far optimality may be violated, in (0, ∞), default 1e-6. Larger values are faster. */
  readonly tolerance?: number;
}

const schema: OptionSchema<SupportVectorClassifierOptions> = {
  ...kernelSchema,
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ; the C of other libraries is 1 / λ.',
    effect: 'Larger values widen the margin.',
  },
  calibration: {
    type: 'choice',
    values: ['none', 'platt', 'isotonic'],
    default: 'none',
    description:
      'How scores become probabilities; a sigmoid or a rising curve take five more fits.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'How far the conditions of optimality may be violated.',
    effect: 'Larger values are faster.',
  },
};

/** Support vector machine with a kernel (C-SVM), one class against one.
 *
 * Setting   learner · classification · row weights count as copies
 * Solves    per pair of classes  min_{f,b} Σ wᵢ·max(0, 1 − tᵢ·(f(xᵢ) + b)) + λ/2·‖f‖²_k      t = +1 for the first class, −1 for the second
 * by        its dual, 0 ≤ aᵢ ≤ wᵢ / λ, solved by SMO; f = Σ tᵢ·aᵢ·k(xᵢ, ·); every pair votes, ties to the smaller class
 * Shapes    x [n, nFeatures], y [n] → predictions [rows]; with `calibration` probabilities [rows, classes]; sparse rows stay sparse
 * Assumes   features of like scale, and a kernel in which classes part.
 * Errors    INVALID_DATA where rows of one class only carry weight; NUMERICAL where kernel values overflow.
 * Paper     cortes1995; fan2005 for the solver, platt1999 and wu2004 for probabilities.
 * Example   const model = await new SupportVectorClassifier({ gamma: 0.5 }).fit({ x, y });
 */
export class SupportVectorClassifier implements Learner<SupportVectorModel> {
  static readonly id = 'learners/support-vector-classifier';
  static readonly summary = 'Kernel SVM: widest margin between every two classes.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'nothing',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<SupportVectorClassifierOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: SupportVectorClassifierOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('SupportVectorClassifier', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<SupportVectorModel> {
    checkAborted(run, 'SupportVectorClassifier');
    const rows = classRows('SupportVectorClassifier', data, 2);
    const { task, x } = rows;
    const kernel = chooseKernel(this.options, x, rows.weights);
    const pairs = pairsOf(rows.totals);
    const coefficients = denseMatrix(pairs.length, x.rows);
    const intercepts = new Float64Array(pairs.length);
    const calibrations: PairCalibration[] = [];
    const solutions: Separation[] = [];
    for (const [k, pair] of pairs.entries()) {
      const { members, solution, calibration } = this.#fitPair(rows, kernel, pair, run?.seed);
      members.forEach((i, t) => {
        coefficients.data[k * x.rows + i] = solution.coefficients[t];
      });
      intercepts[k] = solution.intercept;
      solutions.push(solution);
      calibrations.push(...calibration);
      const done = k + 1;
      const total = pairs.length;
      await step(run, 'SupportVectorClassifier', { stage: 'separating pairs', done, total });
    }
    const expansion = expansionOver(kernel, x, coefficients, intercepts);
    const parts = { task, pairs, expansion, calibrations };
    return makeMachine(SupportVectorClassifier, parts, this.#linearAlgebra, {
      ...diagnosticsOf(solutions, missingClasses(rows)),
      facts: {
        kktResiduals: solutions.map(({ kktResidual }) => kktResidual),
        dualObjectives: solutions.map(({ objective }) => objective),
        supportVectors: expansion.vectors.rows,
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): SupportVectorModel {
    return restoreMachine(SupportVectorClassifier, state, context);
  }

  #fitPair(
    rows: ClassRows,
    kernel: Kernel,
    [first, second]: readonly [number, number],
    seed = 0,
  ): { members: Int32Array; solution: Separation; calibration: PairCalibration[] } {
    const { x, y } = rows;
    const { regularization, calibration, tolerance } = this.options;
    const weightOf = (i: number) => (rows.weights ? rows.weights[i] : 1);
    const members = Int32Array.from(y.keys()).filter(
      (i) => weightOf(i) > 0 && (y[i] === first || y[i] === second),
    );
    const own = selectRows(x, members);
    const similarity = new KernelRows(this.#linearAlgebra, kernel, own);
    const signs = Int8Array.from(members, (i) => (y[i] === first ? 1 : -1));
    const weights = Float64Array.from(members, weightOf);
    const upper = weights.map((weight) => weight / regularization);
    const all = Int32Array.from(members.keys());
    const solution = separatePair(similarity, all, signs, upper, tolerance);
    if (calibration === 'none') return { members, solution, calibration: [] };
    const folds = contentFolds(own, Math.min(5, own.rows), seed);
    const scores = outOfFoldScores(similarity, signs, upper, folds, tolerance);
    return { members, solution, calibration: [calibratePair(calibration, scores, signs, weights)] };
  }
}

/** What the solver says about all pairs. */
function diagnosticsOf(solutions: readonly Separation[], warnings: Warning[]): Diagnostics {
  for (const { converged, iterations, kktResidual } of solutions) {
    if (converged) continue;
    const why = `the violation is still ${kktResidual.toExponential(1)}`;
    warnings.push(notConverged('SupportVectorClassifier', iterations, why));
  }
  const converged = solutions.every((solution) => solution.converged);
  return {
    warnings,
    iterations: solutions.reduce((sum, { iterations }) => sum + iterations, 0),
    converged,
    stopReason: converged
      ? 'every pair is optimal to the tolerance'
      : 'a pair did not converge; see the warnings',
  };
}

/** Every two classes with weight, smaller first: (0, 1), (0, 2), …, (1, 2), … */
function pairsOf(totals: Float64Array): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let a = 0; a < totals.length; a++) {
    for (let b = a + 1; b < totals.length; b++) {
      if (totals[a] > 0 && totals[b] > 0) pairs.push([a, b]);
    }
  }
  return pairs;
}
