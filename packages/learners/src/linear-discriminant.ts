import type {
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
  denseMatrix,
  LinearAlgebraToken,
  resolveOptions,
  StateReader,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { classMeans, shrunkCovariance, withinRows } from './internal/class-moments.js';
import { type ClassRows, classRows } from './internal/class-rows.js';
import {
  classesOfScores,
  type LinearParts,
  linearPartsFromState,
  LinearPredictor,
} from './internal/linear-model.js';
import { probabilitiesOfLogits } from './internal/logits.js';
import { transposed } from './internal/transposed.js';
import { missingClasses } from './internal/warnings.js';

export interface LinearDiscriminantOptions {
  /** How far the covariance is drawn towards a multiple of the identity. In [0, 1], default 0. More steady it where rows are few. */
  readonly shrinkage?: number;
}

const schema: OptionSchema<LinearDiscriminantOptions> = {
  shrinkage: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    default: 0,
    description: 'How far the covariance is drawn towards a multiple of the identity.',
    effect: 'Larger values steady it where rows are few.',
  },
};

/** Bayes' rule for Gaussian classes that share one covariance (LDA).
 *
 * Setting   learner · classification · row weights count as copies
 * Solves    score_c = m_cᵀ·S⁻¹·x − ½·m_cᵀ·S⁻¹·m_c + log p_c;  probabilities are their softmax
 * where     p_c = Σ_{i∈c} w / Σ w;  S = (1 − s)·C + s·tr(C)/d·I,  C = Σᵢ wᵢ·(xᵢ − m_yᵢ)(xᵢ − m_yᵢ)ᵀ / Σ w,  s = `shrinkage`
 * Shapes    x [n, nFeatures], y [n] → one output for two classes, else one per class; sparse rows are made dense
 * Assumes   classes with the same covariance, roughly Gaussian.
 * Errors    NUMERICAL where S is singular: raise `shrinkage`, or reduce the features. INVALID_DATA with one class only.
 * Paper     fisher1936; rao1948
 * Example   const model = await new LinearDiscriminant({ shrinkage: 0.1 }).fit({ x, y });
 */
export class LinearDiscriminant implements Learner<LinearDiscriminantModel> {
  static readonly id = 'learners/linear-discriminant';
  static readonly summary = 'LDA: Gaussian classes with a common covariance.';
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
  readonly options: Required<LinearDiscriminantOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: LinearDiscriminantOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('LinearDiscriminant', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(
    data: ProblemInput | LabelledInput,
    run?: RunOptions,
  ): Promise<LinearDiscriminantModel> {
    checkAborted(run, 'LinearDiscriminant');
    const rows = classRows('LinearDiscriminant', data, 2);
    const linearAlgebra = this.#linearAlgebra;
    const means = classMeans(rows);
    const scatter = withinRows(rows, means);
    const within = shrunkCovariance(linearAlgebra, scatter, rows.total, this.options.shrinkage);
    const directions = linearAlgebra.solvePositiveDefinite(within, transposed(means));
    const parts = twoClassesAsOne(discriminantParts(rows, means, directions));
    const axes = discriminantAxes(linearAlgebra, rows, means, within);
    return new LinearDiscriminantModel(parts, axes, { warnings: missingClasses(rows) });
  }

  static restore(state: FittedState, _context: RestoreContext): LinearDiscriminantModel {
    const parts = linearPartsFromState(LinearDiscriminant, state);
    const reader = new StateReader(state, LinearDiscriminant.id, 1);
    const axes = reader.matrix('axes', parts.coefficients.columns);
    const shares = reader.array('shares', axes.columns);
    return new LinearDiscriminantModel(parts, { axes, shares }, { warnings: [] });
  }
}

/** Directions that separate class means best. */
interface Axes {
  /** [nFeatures, at most classes − 1], unit variance within classes. */
  readonly axes: DenseMatrix;
  /** Share of the variance between classes along each axis, descending. */
  readonly shares: Float64Array;
}

/** A fitted linear discriminant. */
export class LinearDiscriminantModel extends LinearPredictor {
  /** Directions that separate class means best [nFeatures, at most classes − 1], of unit variance within classes. */
  readonly axes: DenseMatrix;
  /** Share of the variance between classes along each axis, descending. */
  readonly shares: Float64Array;

  constructor(parts: LinearParts, { axes, shares }: Axes, diagnostics: Diagnostics) {
    super(LinearDiscriminant, parts, diagnostics);
    this.axes = axes;
    this.shares = shares;
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return classesOfScores(this.scores(x));
  }

  override async predictProba(x: MatrixInput, _run?: RunOptions): Promise<DenseMatrix> {
    return probabilitiesOfLogits(this.scores(x));
  }

  override toState(): FittedState {
    const state = super.toState();
    const { rows, columns, data } = this.axes;
    const axes = { shape: [rows, columns], data };
    const shares = { shape: [columns], data: this.shares };
    return { ...state, arrays: { ...state.arrays, axes, shares } };
  }
}

// Stands for −∞ in the intercept of a class without rows, which artefacts could not hold.
const never = -1e300;

function discriminantParts(
  { task, totals, total }: ClassRows,
  means: DenseMatrix,
  directions: DenseMatrix,
): LinearParts {
  const coefficients = transposed(directions);
  const { rows: nClasses, columns: d } = coefficients;
  const intercepts = new Float64Array(nClasses);
  for (let c = 0; c < nClasses; c++) {
    let square = 0;
    for (let p = c * d; p < (c + 1) * d; p++) square += coefficients.data[p] * means.data[p];
    intercepts[c] = totals[c] > 0 ? Math.log(totals[c] / total) - square / 2 : never;
  }
  return { task, coefficients, intercepts };
}

/** The score of the second class less that of the first, where there are two. */
function twoClassesAsOne(parts: LinearParts): LinearParts {
  const { coefficients, intercepts } = parts;
  if (intercepts.length !== 2) return parts;
  const d = coefficients.columns;
  const difference = denseMatrix(1, d);
  for (let j = 0; j < d; j++) {
    difference.data[j] = coefficients.data[d + j] - coefficients.data[j];
  }
  return {
    ...parts,
    coefficients: difference,
    intercepts: Float64Array.of(intercepts[1] - intercepts[0]),
  };
}

/** Pairs of B·v = λ·S·v with the largest λ, B = Σ_c p_c·(m_c − m)(m_c − m)ᵀ. */
function discriminantAxes(
  linearAlgebra: LinearAlgebra,
  { totals, total }: ClassRows,
  means: DenseMatrix,
  within: DenseMatrix,
): Axes {
  const { rows: nClasses, columns: d, data } = means;
  const spread = denseMatrix(nClasses, d);
  let present = 0;
  for (let c = 0; c < nClasses; c++) if (totals[c] > 0) present++;
  for (let j = 0; j < d; j++) {
    let mean = 0;
    for (let c = 0; c < nClasses; c++) mean += (totals[c] / total) * data[c * d + j];
    for (let c = 0; c < nClasses; c++) {
      spread.data[c * d + j] = Math.sqrt(totals[c] / total) * (data[c * d + j] - mean);
    }
  }
  const between = linearAlgebra.crossProduct(spread);
  const count = Math.min(d, present - 1);
  const { values, vectors } = linearAlgebra.eigenGeneralized(between, within, { count });
  const sum = values.reduce((a, b) => a + b, 0);
  return { axes: vectors, shares: values.map((value) => (sum > 0 ? value / sum : 0)) };
}
