import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  LinearAlgebra,
  MatrixInput,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Task,
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  LinearAlgebraToken,
  Model,
  prepareProblem,
  resolveOptions,
  StateReader,
  trainingRows,
  TransferError,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { classMeans } from './internal/class-means.js';
import { readTask, taskValue } from './internal/task-state.js';
import { assignWithMinimum } from './internal/assign-with-minimum.js';
import { missingClassWarnings } from './internal/pseudo-labels.js';

export interface EasyTransferLearningOptions {
  /** Target rows that every class must get at least. An integer from 0 on, default 1. */
  readonly minimum?: number;
}

const schema: OptionSchema<EasyTransferLearningOptions> = {
  minimum: {
    type: 'integer',
    atLeast: 0,
    default: 1,
    description: 'Target rows that every class must get at least.',
    effect: 'At 0 it is the nearest class mean.',
  },
};

/** Labels the target at least total distance to the source's class means, no class left empty (EasyTL, intra-domain programming).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels; makes a model
 * Solves    min_M Σ_jc M_jc·D_jc   with Σ_c M_jc = 1, Σ_j M_jc ≥ m, 0 ≤ M ≤ 1, whose optimum is whole
 * where     D_jc = ‖xtⱼ − mean of source class c‖, not squared, means by source weights;   m = `minimum`
 * Predicts  argmin_c D_c(x) − price_c with the dual prices of the class constraints: on the target rows, the optimum itself
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → labels
 * Assumes   classes are round, and all of them occur in the target. Put CORAL before it, as the authors do.
 * Errors    INVALID_OPTION where the target has fewer rows than the classes must get.
 * Paper     wang2019easytl
 * Example   const model = await new EasyTransferLearning().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class EasyTransferLearning implements ParameterStrategy<EasyTransferModel> {
  static readonly id = 'feature-based/easytl';
  static readonly summary = 'EasyTL: labels the target by source class means, no class left empty.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<EasyTransferLearningOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: EasyTransferLearningOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('EasyTransferLearning', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<EasyTransferModel> {
    const method = EasyTransferLearning;
    const problem = prepareProblem(method, input, run);
    const { minimum } = this.options;
    const source = trainingRows(method.name, problem, method.setting.tasks);
    const { means, classes } = classMeans(source);
    const { x } = problem.target;
    if (minimum * classes.length > x.rows) {
      throw new TransferError({
        code: 'INVALID_OPTION',
        who: method.name,
        message: `"minimum" is ${minimum}: ${classes.length} classes need ${minimum * classes.length} target rows, but there are ${x.rows}. Lower it; 0 is the nearest class mean.`,
        details: { option: 'minimum', received: minimum, rows: x.rows },
      });
    }
    const distances = rootDistances(this.#linearAlgebra.squaredDistances(x, means));
    const { columns, prices, cost } = assignWithMinimum(distances, minimum);
    const labels = Float64Array.from(columns, (c) => classes[c]);
    return new EasyTransferModel(source.task, means, classes, prices, this.#linearAlgebra, {
      warnings: missingClassWarnings(source.task, labels),
      converged: true,
      stopReason: 'no cheaper exchange of labels',
      facts: { cost, prices: Array.from(prices) },
    });
  }

  static restore(state: FittedState, context: RestoreContext): EasyTransferModel {
    const reader = new StateReader(state, EasyTransferLearning.id, 1);
    const means = reader.matrix('means');
    const classes = reader.array('classes', means.rows);
    const prices = reader.array('prices', means.rows);
    return new EasyTransferModel(readTask(reader), means, classes, prices, context.linearAlgebra);
  }
}

/** Class means of the source with a price per class. */
export class EasyTransferModel extends Model {
  readonly task: Task;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  /** [classes present in the source, nFeatures]. */
  readonly means: DenseMatrix;
  /** What a class's distance is lowered by, so that it gets its minimum of target rows; 0 for most. */
  readonly prices: Float64Array;
  readonly #classes: Float64Array;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    task: Task,
    means: DenseMatrix,
    /** Encoded class of each mean. */
    classes: Float64Array,
    prices: Float64Array,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.task = task;
    this.nFeatures = means.columns;
    this.diagnostics = diagnostics;
    this.means = means;
    this.prices = prices;
    this.#classes = classes;
    this.#linearAlgebra = linearAlgebra;
  }

  async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    const rows = checkRows('EasyTransferLearning', x, this.nFeatures);
    const { columns, data } = rootDistances(this.#linearAlgebra.squaredDistances(rows, this.means));
    const labels = new Float64Array(rows.rows);
    for (let i = 0; i < labels.length; i++) {
      let best = 0;
      for (let c = 1; c < columns; c++) {
        const better = data[i * columns + best] - this.prices[best];
        if (data[i * columns + c] - this.prices[c] < better) best = c;
      }
      labels[i] = this.#classes[best];
    }
    return labels;
  }

  override toState(): FittedState {
    const { rows, columns, data } = this.means;
    return {
      id: EasyTransferLearning.id,
      version: 1,
      values: { task: taskValue(this.task) },
      arrays: {
        means: { shape: [rows, columns], data },
        classes: { shape: [rows], data: this.#classes },
        prices: { shape: [rows], data: this.prices },
      },
      parts: {},
    };
  }
}

function rootDistances({ rows, columns, data }: DenseMatrix): DenseMatrix {
  return denseMatrix(rows, columns, data.map(Math.sqrt));
}
