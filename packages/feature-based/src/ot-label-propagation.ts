import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Task,
  Warning,
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  LinearAlgebraToken,
  Model,
  prepareProblem,
  resolveOptions,
  selectRows,
  StateReader,
  step,
  toDense,
  trainingRows,
} from '@graft-ml/core';
import { argmaxRows, nearestNeighbours, referenceLinearAlgebra } from '@graft-ml/numerics';
import { carriedLabels, outputsOf } from './internal/carried-labels.js';
import { missingClassWarnings } from './internal/pseudo-labels.js';
import { softmaxMean, type SoftmaxWeights, softmaxWeights } from './internal/softmax-mean.js';
import { readTask, taskValue } from './internal/task-state.js';
import {
  checkNewRows,
  type NewRows,
  newRowsSchema,
  type TransportPlanOptions,
  transportSchema,
} from './internal/transport-options.js';
import { planFromSource, planWarnings } from './internal/transport-plan.js';

export interface OtLabelPropagationOptions extends TransportPlanOptions {
  /** What new target rows get. `'nearest'` (default): the label of the nearest target row. `'softmax'`: the mean of the source labels under the entropic potentials; only for `'entropic'`. */
  readonly newRows?: NewRows;
}

const schema: OptionSchema<OtLabelPropagationOptions> = { ...transportSchema, ...newRowsSchema };

/** Labels the target by where its mass comes from under an optimal transport plan (OT label propagation).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels; makes a model
 * Computes  sⱼ = Σᵢ Pᵢⱼ·yᵢ / Σᵢ Pᵢⱼ   for the plan P of `OptimalTransportAdaptation`; yᵢ a unit vector for a class
 * Predicts  argmax of sⱼ, or sⱼ itself; a new row x that of the nearest target row, or Σᵢ softmaxᵢ((fᵢ − c(xsᵢ, x)) / ε)·yᵢ
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → labels; shares [nTarget, nClasses]; the plan is [nSource, nTarget]
 * Assumes   class proportions agree: the labels handed out have those of the source, whatever the target has.
 * Errors    INVALID_DATA for a class penalty on a regression; INVALID_OPTION for softmax without an entropic plan.
 * Paper     solomon2014; redko2019
 * Example   const model = await new OptimalTransportLabelPropagation().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class OptimalTransportLabelPropagation implements ParameterStrategy<PropagatedLabels> {
  static readonly id = 'feature-based/ot-label-propagation';
  static readonly summary = 'OT label propagation: target rows get the labels of the mass sent.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<OtLabelPropagationOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: OtLabelPropagationOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    const who = 'OptimalTransportLabelPropagation';
    this.options = resolveOptions(who, schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    checkNewRows(who, this.options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<PropagatedLabels> {
    const method = OptimalTransportLabelPropagation;
    const problem = prepareProblem(method, input, run);
    const stacked = {
      ...problem.sources[0],
      ...trainingRows(method.name, problem, method.setting.tasks),
    };
    const { regularization, newRows } = this.options;
    const xt = toDense(problem.target.x);
    const planned = planFromSource(method.name, this.#linearAlgebra, stacked, xt, this.options);
    const { plan, converged, iterations, reason, costs, sourcePotentials } = planned;
    const outputs = outputsOf(stacked.task, stacked.y);
    const { shares, unreached } = carriedLabels(this.#linearAlgebra, plan, outputs, xt);
    const found =
      newRows === 'softmax' && sourcePotentials
        ? {
            rows: costs.xs,
            outputs,
            softmax: softmaxWeights(sourcePotentials, regularization, costs.scale),
          }
        : { rows: xt, outputs: shares };
    await step(run, method.name, { stage: 'transporting', done: 1, total: 1 });
    return new PropagatedLabels(stacked.task, { ...found, plan, shares }, this.#linearAlgebra, {
      warnings: [
        ...planWarnings(converged),
        ...unreachedWarnings(unreached),
        ...missingClassWarnings(stacked.task, labelsOf(stacked.task, shares)),
      ],
      iterations,
      converged,
      stopReason: reason,
      facts: { cost: planned.cost, marginalError: planned.marginalError },
    });
  }

  static restore(state: FittedState, context: RestoreContext): PropagatedLabels {
    const reader = new StateReader(state, OptimalTransportLabelPropagation.id, 1);
    const rows = reader.matrix('rows');
    const outputs = reader.matrix('outputs', rows.rows);
    const softmax = reader.has('potentials')
      ? { potentials: reader.array('potentials', rows.rows), scale: reader.number('scale') }
      : undefined;
    const found = { rows, outputs, ...(softmax ? { softmax } : {}) };
    return new PropagatedLabels(readTask(reader), found, context.linearAlgebra);
  }
}

interface Propagation {
  /** Rows that new ones are compared with: target rows, or source rows for `softmax` … */
  readonly rows: DenseMatrix;
  /** … and the class shares, or the value, of each [rows, nClasses or 1]. */
  readonly outputs: DenseMatrix;
  readonly softmax?: SoftmaxWeights;
  readonly plan?: Matrix;
  readonly shares?: DenseMatrix;
}

/** Labels carried over by a plan. */
export class PropagatedLabels extends Model {
  readonly task: Task;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  /** Mass sent from source row to target row; absent once restored from a file. */
  readonly plan: Matrix | undefined;
  /** Share of each class in the mass of each target row [nTarget, nClasses], or the mean value [nTarget, 1]; a row without mass has those of the nearest one with some; absent once restored. */
  readonly shares: DenseMatrix | undefined;
  readonly #found: Propagation;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    task: Task,
    found: Propagation,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.task = task;
    this.nFeatures = found.rows.columns;
    this.diagnostics = diagnostics;
    this.plan = found.plan;
    this.shares = found.shares;
    this.#found = found;
    this.#linearAlgebra = linearAlgebra;
    if (task.kind === 'classification') this.predictProba = (x) => this.#outputs(x);
  }

  async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return labelsOf(this.task, await this.#outputs(x));
  }

  async #outputs(x: MatrixInput): Promise<DenseMatrix> {
    const { rows, outputs, softmax } = this.#found;
    const given = toDense(checkRows('OptimalTransportLabelPropagation', x, this.nFeatures));
    if (given.rows === 0) return denseMatrix(0, outputs.columns);
    if (softmax) return softmaxMean(this.#linearAlgebra, given, rows, outputs, softmax);
    const { indices } = nearestNeighbours(this.#linearAlgebra, 1, given, rows);
    return toDense(selectRows(outputs, indices));
  }

  override toState(): FittedState {
    const { rows, outputs, softmax } = this.#found;
    const matrix = ({ rows: n, columns, data }: DenseMatrix) => ({ shape: [n, columns], data });
    const potentials = softmax?.potentials;
    return {
      id: OptimalTransportLabelPropagation.id,
      version: 1,
      values: { task: taskValue(this.task), ...(softmax ? { scale: softmax.scale } : {}) },
      arrays: {
        rows: matrix(rows),
        outputs: matrix(outputs),
        ...(potentials ? { potentials: { shape: [potentials.length], data: potentials } } : {}),
      },
      parts: {},
    };
  }
}

function labelsOf(task: Task, outputs: DenseMatrix): Float64Array {
  return task.kind === 'regression' ? outputs.data : Float64Array.from(argmaxRows(outputs));
}

function unreachedWarnings(count: number): readonly Warning[] {
  if (count === 0) return [];
  return [
    {
      code: 'ROWS_UNREACHED',
      message: `${count} target rows got no mass: they have the label of the nearest row that got some. Raise "mass" to reach more.`,
    },
  ];
}
