import type {
  ClassificationTask,
  DenseMatrix,
  Diagnostics,
  FittedState,
  LabelledInput,
  Learner,
  LinearAlgebra,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  checkAborted,
  checkRows,
  denseMatrix,
  LinearAlgebraToken,
  Model,
  resolveOptions,
  StateReader,
} from '@graft-ml/core';
import { referenceLinearAlgebra, softmaxRows } from '@graft-ml/numerics';
import { checkFinite } from './internal/check.js';
import { largestColumn } from './internal/class-choice.js';
import { classMeans, shrunkCovariance, withinRows } from './internal/class-moments.js';
import { classRows } from './internal/class-rows.js';
import { type Gaussian, gaussianOf, squaredMahalanobis } from './internal/gaussian.js';
import { readClassification, taskValue } from './internal/task-state.js';
import { missingClasses } from './internal/warnings.js';

export interface QuadraticDiscriminantOptions {
  /** How far each covariance is drawn towards a multiple of the identity. In [0, 1], default 0.01, so that classes with few rows have one at all; 0 is the published rule. */
  readonly shrinkage?: number;
}

const schema: OptionSchema<QuadraticDiscriminantOptions> = {
  shrinkage: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    default: 0.01,
    description: 'How far each covariance is drawn towards a multiple of the identity.',
    effect: 'Larger values steady it where rows are few.',
  },
};

/** Bayes' rule for Gaussian classes, each with its own covariance (QDA).
 *
 * Setting   learner · classification · row weights count as copies
 * Solves    score_c = log p_c − ½·log det S_c − ½·(x − m_c)ᵀ·S_c⁻¹·(x − m_c);  probabilities are their softmax
 * where     p_c = W_c / Σ w;  S_c = (1 − s)·C_c + s·tr(C_c)/d·I,  C_c = Σ_{i∈c} wᵢ·(xᵢ − m_c)(xᵢ − m_c)ᵀ / W_c,  s = `shrinkage`
 * Shapes    x [n, nFeatures], y [n] → probabilities [rows, classes]; sparse rows are made dense
 * Assumes   Gaussian classes and, for small `shrinkage`, many more rows than features in each.
 * Errors    NUMERICAL where a covariance is singular: raise `shrinkage`; also where all rows of a class are equal.
 * Paper     cover1965
 * Example   const model = await new QuadraticDiscriminant().fit({ x, y });
 */
export class QuadraticDiscriminant implements Learner<QuadraticDiscriminantModel> {
  static readonly id = 'learners/quadratic-discriminant';
  static readonly summary = 'QDA: Gaussian classes, each with its own covariance.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'nothing',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<QuadraticDiscriminantOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: QuadraticDiscriminantOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('QuadraticDiscriminant', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(
    data: ProblemInput | LabelledInput,
    run?: RunOptions,
  ): Promise<QuadraticDiscriminantModel> {
    checkAborted(run, 'QuadraticDiscriminant');
    const rows = classRows('QuadraticDiscriminant', data);
    const means = classMeans(rows);
    const classes: GaussianClass[] = [];
    for (let c = 0; c < rows.nClasses; c++) {
      if (rows.totals[c] === 0) continue;
      const within = withinRows(rows, means, c);
      const { shrinkage } = this.options;
      const covariance = shrunkCovariance(this.#linearAlgebra, within, rows.totals[c], shrinkage);
      const mean = means.data.slice(c * rows.x.columns, (c + 1) * rows.x.columns);
      const logPrior = Math.log(rows.totals[c] / rows.total);
      const gaussian = gaussianOf(this.#linearAlgebra, mean, covariance);
      classes.push({ class: c, gaussian, logPrior });
    }
    const diagnostics = { warnings: missingClasses(rows) };
    return new QuadraticDiscriminantModel(rows.task, classes, this.#linearAlgebra, diagnostics);
  }

  static restore(state: FittedState, context: RestoreContext): QuadraticDiscriminantModel {
    const reader = new StateReader(state, QuadraticDiscriminant.id, 1);
    const classOf = reader.array('classOf', -1);
    const logPriors = reader.array('logPriors', classOf.length);
    const halves = reader.array('halfLogDeterminants', classOf.length);
    const classes = Array.from(classOf, (c, k) => {
      const mean = reader.array(`mean ${k}`, -1);
      const whitening = reader.matrix(`whitening ${k}`, mean.length, mean.length);
      const gaussian = { mean, whitening, halfLogDeterminant: halves[k] };
      return { class: c, gaussian, logPrior: logPriors[k] };
    });
    const task = readClassification(state, reader);
    return new QuadraticDiscriminantModel(task, classes, context.linearAlgebra, { warnings: [] });
  }
}

/** One class: score = logPrior − half log determinant − ½·squared distance in its metric. */
interface GaussianClass {
  readonly class: number;
  readonly gaussian: Gaussian;
  readonly logPrior: number;
}

/** A fitted quadratic discriminant. */
export class QuadraticDiscriminantModel extends Model {
  readonly diagnostics: Diagnostics;
  readonly task: ClassificationTask;
  readonly nFeatures: number;
  readonly #classes: readonly GaussianClass[];
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    task: ClassificationTask,
    classes: readonly GaussianClass[],
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics,
  ) {
    super();
    this.task = task;
    this.nFeatures = classes[0]?.gaussian.mean.length ?? 0;
    this.#classes = classes;
    this.#linearAlgebra = linearAlgebra;
    this.diagnostics = diagnostics;
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return largestColumn(this.#scores(x));
  }

  override async predictProba(x: MatrixInput, _run?: RunOptions): Promise<DenseMatrix> {
    return softmaxRows(this.#scores(x));
  }

  override toState(): FittedState {
    const d = this.nFeatures;
    return {
      id: QuadraticDiscriminant.id,
      version: 1,
      values: { classes: taskValue(this.task) },
      arrays: Object.fromEntries([
        ['classOf', vector(this.#classes.map((gaussian) => gaussian.class))],
        ['logPriors', vector(this.#classes.map(({ logPrior }) => logPrior))],
        [
          'halfLogDeterminants',
          vector(this.#classes.map(({ gaussian }) => gaussian.halfLogDeterminant)),
        ],
        ...this.#classes.flatMap(({ gaussian: { mean, whitening } }, k) => [
          [`mean ${k}`, { shape: [d], data: mean }],
          [`whitening ${k}`, { shape: [d, d], data: whitening.data }],
        ]),
      ]),
      parts: {},
    };
  }

  /** Log density plus log share [rows, classes]; −∞ for a class without rows. */
  #scores(x: MatrixInput): DenseMatrix {
    const rows = checkRows('QuadraticDiscriminant', x, this.nFeatures);
    const nClasses = this.task.classes.length;
    const size = rows.rows * nClasses;
    const scores = denseMatrix(rows.rows, nClasses, new Float64Array(size).fill(-Infinity));
    for (const { class: c, gaussian, logPrior } of this.#classes) {
      const squares = squaredMahalanobis(this.#linearAlgebra, gaussian, rows);
      checkFinite(squares, 'QuadraticDiscriminant', 'a distance');
      for (let i = 0; i < rows.rows; i++) {
        const score = logPrior - gaussian.halfLogDeterminant - squares[i] / 2;
        scores.data[i * nClasses + c] = score;
      }
    }
    return scores;
  }
}

function vector(values: readonly number[]): { shape: number[]; data: Float64Array } {
  return { shape: [values.length], data: Float64Array.from(values) };
}
