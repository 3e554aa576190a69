import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  LabelledInput,
  Learner,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Task,
  TrainingRows,
} from '@graft-ml/core';
import {
  checkAborted,
  checkRows,
  denseMatrix,
  LinearAlgebraToken,
  Model,
  resolveOptions,
  selectRows,
  StateReader,
  trainingRows,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestColumn, rowsToShares } from './internal/class-choice.js';
import { KdTreeSearch } from './internal/kd-tree-search.js';
import { NearestList } from './internal/nearest-list.js';
import { BlockSearch, type NeighbourSearch, visitNearest } from './internal/neighbour-search.js';
import { matrixArrays, readMatrix, readTask, taskValue } from './internal/task-state.js';
import { smallWeights } from './internal/warnings.js';

export interface NearestNeighboursOptions {
  /** k: nearest rows are taken until their weights add up to this. A whole number ≥ 1, default 5. More smooth more. */
  readonly neighbours?: number;
  /** `'uniform'` (default): neighbours count alike. `'distance'`: by 1 / distance; rows at distance 0 then count alone. */
  readonly votes?: 'uniform' | 'distance';
}

const schema: OptionSchema<NearestNeighboursOptions> = {
  neighbours: {
    type: 'integer',
    atLeast: 1,
    default: 5,
    description: 'Nearest rows are taken until their weights add up to this number.',
    effect: 'More neighbours smooth more.',
  },
  votes: {
    type: 'choice',
    values: ['uniform', 'distance'],
    default: 'uniform',
    description: 'Whether neighbours count alike or by 1 / distance.',
  },
};

/** Predicts from the nearest training rows (k-NN).
 *
 * Setting   learner · classification and regression · row weights count as copies
 * Solves    votes: p_c = Σ vᵢ·[yᵢ = c] / Σ vᵢ; regression: Σ vᵢ·yᵢ / Σ vᵢ     over the nearest rows by ‖x − xᵢ‖
 * where     vᵢ = wᵢ, or wᵢ / ‖x − xᵢ‖; rows are taken until Σ wᵢ = k, of the last one as much as is missing
 * Shapes    x [n, nFeatures], y [n] → predictions [rows]
 * Cost      blocks of 64 × 1024 distances, never rows × n; where 8·2^nFeatures ≤ n, a k-d tree
 * Ties      equal distances: the earlier row; equal votes: the smaller class
 * Assumes   features of like scale, and few enough of them that near means alike.
 * Errors    NUMERICAL where squared distances leave the range of float64.
 * Paper     cover1967
 * Example   const model = await new NearestNeighbours({ neighbours: 1 }).fit({ x, y });
 */
export class NearestNeighbours implements Learner<NeighbourModel> {
  static readonly id = 'learners/nearest-neighbours';
  static readonly summary = 'k-NN: predicts from the nearest training rows.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'nothing',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<NearestNeighboursOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: NearestNeighboursOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('NearestNeighbours', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<NeighbourModel> {
    checkAborted(run, 'NearestNeighbours');
    const rows = trainingRows('NearestNeighbours', data, NearestNeighbours.setting.tasks);
    return makeModel(withoutEmptyRows(rows), this.options, this.#linearAlgebra);
  }

  static restore(state: FittedState, context: RestoreContext): NeighbourModel {
    const reader = new StateReader(state, NearestNeighbours.id, 1);
    const x = readMatrix(state, reader, 'x', reader.number('nFeatures', true));
    const rows = {
      task: readTask(state, reader),
      x,
      y: reader.array('y', x.rows),
      ...(reader.has('weights') ? { weights: reader.array('weights', x.rows) } : {}),
    };
    const votes = reader.value('votes') === 'distance' ? 'distance' : 'uniform';
    const options = { neighbours: reader.number('neighbours', true), votes } as const;
    return makeModel(rows, options, context.linearAlgebra);
  }
}

/** What k-NN models share: the training rows and the search among them. */
export abstract class NeighbourModel extends Model {
  readonly diagnostics: Diagnostics;
  readonly task: Task;
  readonly nFeatures: number;
  protected readonly rows: TrainingRows;
  readonly #options: Required<NearestNeighboursOptions>;
  readonly #search: NeighbourSearch;

  constructor(
    rows: TrainingRows,
    options: Required<NearestNeighboursOptions>,
    linearAlgebra: LinearAlgebra,
  ) {
    super();
    this.task = rows.task;
    this.nFeatures = rows.x.columns;
    this.rows = rows;
    const total = rows.weights?.reduce((sum, weight) => sum + weight, 0) ?? rows.x.rows;
    this.diagnostics = { warnings: smallWeights('NearestNeighbours', total, rows.x.rows) };
    this.#options = options;
    this.#search = chooseSearch(linearAlgebra, rows.x);
  }

  /** The `neighbours` nearest training rows of each row of `x`, weights left aside: row numbers and distances [rows, count], nearest first. */
  async neighbourRows(
    x: MatrixInput,
    run?: RunOptions,
  ): Promise<{ readonly rows: Int32Array; readonly distances: DenseMatrix }> {
    const query = checkRows('NearestNeighbours', x, this.nFeatures);
    const count = Math.min(this.#options.neighbours, this.rows.x.rows);
    const rows = new Int32Array(query.rows * count);
    const distances = denseMatrix(query.rows, count);
    const makeList = () => new NearestList(count);
    const keep = (i: number, nearest: NearestList) => {
      for (let p = 0; p < count; p++) {
        rows[i * count + p] = nearest.rows[p];
        distances.data[i * count + p] = Math.sqrt(nearest.distances[p]);
      }
    };
    await visitNearest('NearestNeighbours', this.#search, query, makeList, keep, run);
    return { rows, distances };
  }

  override toState(): FittedState {
    const { task, x, y, weights } = this.rows;
    return {
      id: NearestNeighbours.id,
      version: 1,
      values: { classes: taskValue(task), nFeatures: x.columns, ...this.#options },
      arrays: {
        ...matrixArrays('x', x),
        y: { shape: [y.length], data: y },
        ...(weights ? { weights: { shape: [weights.length], data: weights } } : {}),
      },
      parts: {},
    };
  }

  /** Calls `vote` for each neighbour of each row of `x` with the strength of its vote. */
  protected async eachVote(
    x: Matrix,
    vote: (row: number, neighbour: number, strength: number) => void,
    run?: RunOptions,
  ): Promise<void> {
    const { neighbours, votes } = this.#options;
    const byDistance = votes === 'distance';
    const makeList = () => new NearestList(neighbours, this.rows.weights);
    const count = (row: number, nearest: NearestList) => {
      const least = nearest.distances[0];
      for (let p = 0; p < nearest.count; p++) {
        // 1 / d up to a common factor: the nearest has strength 1, so that tiny distances cannot overflow.
        const closeness = least === 0 ? 0 : Math.sqrt(least / nearest.distances[p]);
        const strength = !byDistance || nearest.distances[p] === least ? 1 : closeness;
        vote(row, nearest.rows[p], strength * nearest.share(p));
      }
    };
    await visitNearest('NearestNeighbours', this.#search, x, makeList, count, run);
  }
}

/** A fitted k-NN classifier. */
export class NeighbourClassifier extends NeighbourModel {
  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return largestColumn(await this.#votes(x, run));
  }

  override async predictProba(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    return rowsToShares(await this.#votes(x, run));
  }

  async #votes(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    const query = checkRows('NearestNeighbours', x, this.nFeatures);
    const nClasses = this.task.kind === 'classification' ? this.task.classes.length : 0;
    const votes = denseMatrix(query.rows, nClasses);
    const { y } = this.rows;
    const vote = (row: number, neighbour: number, strength: number) => {
      votes.data[row * nClasses + y[neighbour]] += strength;
    };
    await this.eachVote(query, vote, run);
    return votes;
  }
}

/** A fitted k-NN regression. */
export class NeighbourRegression extends NeighbourModel {
  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    const query = checkRows('NearestNeighbours', x, this.nFeatures);
    const sums = new Float64Array(query.rows);
    const totals = new Float64Array(query.rows);
    const { y } = this.rows;
    const vote = (row: number, neighbour: number, strength: number) => {
      sums[row] += strength * y[neighbour];
      totals[row] += strength;
    };
    await this.eachVote(query, vote, run);
    for (let i = 0; i < sums.length; i++) sums[i] /= totals[i];
    return sums;
  }
}

/** A tree where it pays: many dense rows with few columns. */
function chooseSearch(linearAlgebra: LinearAlgebra, x: Matrix): NeighbourSearch {
  const few = 8 * 2 ** x.columns <= x.rows;
  return few && x.format === 'dense' ? new KdTreeSearch(x) : new BlockSearch(linearAlgebra, x);
}

function makeModel(
  rows: TrainingRows,
  options: Required<NearestNeighboursOptions>,
  linearAlgebra: LinearAlgebra,
): NeighbourModel {
  return rows.task.kind === 'classification'
    ? new NeighbourClassifier(rows, options, linearAlgebra)
    : new NeighbourRegression(rows, options, linearAlgebra);
}

/** The rows that carry weight: one of weight 0 would fill no place among the nearest. */
function withoutEmptyRows(rows: TrainingRows): TrainingRows {
  const { task, x, y, weights } = rows;
  if (!weights || weights.every((weight) => weight > 0)) return rows;
  const kept = Int32Array.from(weights.keys()).filter((i) => weights[i] > 0);
  return {
    task,
    x: selectRows(x, kept),
    y: Float64Array.from(kept, (i) => y[i]),
    weights: Float64Array.from(kept, (i) => weights[i]),
  };
}
