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
  Task,
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
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { addRow } from './internal/centred.js';
import { checkFinite } from './internal/check.js';
import { classRows } from './internal/class-rows.js';
import { readTask, taskValue } from './internal/task-state.js';

/** It has none. */
export type NearestCentroidOptions = Record<never, never>;

const schema: OptionSchema<NearestCentroidOptions> = {};

/** Predicts the class whose mean is nearest.
 *
 * Setting   learner · classification · row weights count as copies
 * Solves    argmin_c ‖x − m_c‖²                       m_c = Σ wᵢ·xᵢ / Σ wᵢ over the rows of class c; ties to the smaller class
 * Shapes    x [n, nFeatures], y [n] → predictions [rows]; sparse rows stay sparse while fitting
 * Assumes   classes are round, of like spread, and features of like scale. Classes without weight are never predicted.
 * Errors    NUMERICAL where distances leave the range of float64.
 * Paper     tibshirani2002, without shrinkage.
 * Example   const model = await new NearestCentroid().fit({ x, y });
 */
export class NearestCentroid implements Learner<NearestCentroidModel> {
  static readonly id = 'learners/nearest-centroid';
  static readonly summary = 'Nearest centroid: predicts the class whose mean is nearest.';
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
  readonly options: Required<NearestCentroidOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: NearestCentroidOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('NearestCentroid', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<NearestCentroidModel> {
    checkAborted(run, 'NearestCentroid');
    const { task, x, y, weights, nClasses, totals } = classRows('NearestCentroid', data);
    const sums = new Float64Array(nClasses * x.columns);
    for (let i = 0; i < x.rows; i++) addRow(sums, x, i, weights ? weights[i] : 1, y[i] * x.columns);
    const present = Int32Array.from(totals.keys()).filter((c) => totals[c] > 0);
    const centroids = denseMatrix(present.length, x.columns);
    present.forEach((c, k) => {
      for (let j = 0; j < x.columns; j++) {
        centroids.data[k * x.columns + j] = sums[c * x.columns + j] / totals[c];
      }
    });
    checkFinite(centroids.data, 'NearestCentroid', 'a centroid');
    return new NearestCentroidModel(task, centroids, present, this.#linearAlgebra);
  }

  static restore(state: FittedState, context: RestoreContext): NearestCentroidModel {
    const reader = new StateReader(state, NearestCentroid.id, 1);
    const centroids = reader.matrix('centroids');
    const classes = Int32Array.from(reader.array('classOf', centroids.rows));
    return new NearestCentroidModel(
      readTask(state, reader),
      centroids,
      classes,
      context.linearAlgebra,
    );
  }
}

/** A fitted nearest-centroid classifier. */
export class NearestCentroidModel extends Model {
  readonly diagnostics: Diagnostics = { warnings: [] };
  readonly task: Task;
  readonly nFeatures: number;
  /** [classes with weight, nFeatures]. */
  readonly centroids: DenseMatrix;
  /** The class of each centroid. */
  readonly classOf: Int32Array;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    task: Task,
    centroids: DenseMatrix,
    classOf: Int32Array,
    linearAlgebra: LinearAlgebra,
  ) {
    super();
    this.task = task;
    this.nFeatures = centroids.columns;
    this.centroids = centroids;
    this.classOf = classOf;
    this.#linearAlgebra = linearAlgebra;
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    const rows = checkRows('NearestCentroid', x, this.nFeatures);
    const { data, columns } = this.#linearAlgebra.squaredDistances(rows, this.centroids);
    checkFinite(data, 'NearestCentroid', 'a squared distance');
    const predictions = new Float64Array(rows.rows);
    for (let i = 0; i < rows.rows; i++) {
      let best = 0;
      for (let k = 1; k < columns; k++) {
        if (data[i * columns + k] < data[i * columns + best]) best = k;
      }
      predictions[i] = this.classOf[best];
    }
    return predictions;
  }

  override toState(): FittedState {
    const { rows, columns, data } = this.centroids;
    return {
      id: NearestCentroid.id,
      version: 1,
      values: { classes: taskValue(this.task) },
      arrays: {
        centroids: { shape: [rows, columns], data },
        classOf: { shape: [rows], data: Float64Array.from(this.classOf) },
      },
      parts: {},
    };
  }
}
