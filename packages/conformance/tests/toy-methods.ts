import {
  type Adaptation,
  checkRows,
  denseMatrix,
  type DenseMatrix,
  type Diagnostics,
  type DomainRef,
  Fitted,
  type FittedState,
  type FittedStep,
  type LabelledInput,
  type Matrix,
  type MatrixInput,
  Model,
  type OptionSchema,
  prepareProblem,
  type ProblemInput,
  resolveDomain,
  resolveOptions,
  type RunOptions,
  type Setting,
  StateReader,
  type Task,
  toDense,
  trainingRows,
  transformProblem,
} from '@graft-ml/core';

export interface ShiftOptions {
  readonly strength?: number;
  readonly direction?: 'to-target' | 'none';
}

const schema: OptionSchema<ShiftOptions> = {
  strength: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    default: 1,
    description: 'How far the means are moved, as a share.',
  },
  direction: {
    type: 'choice',
    values: ['to-target', 'none'],
    default: 'to-target',
    description: 'Which domain is moved.',
  },
};

/** A sound strategy: moves the source mean onto the target mean. */
export class MeanShift {
  static readonly id: string = 'test/mean-shift';
  static readonly summary: string = 'Moves the source mean onto the target mean.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'one',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = {};
  readonly produces = 'problem';
  readonly options: Required<ShiftOptions>;

  constructor(options?: ShiftOptions) {
    this.options = resolveOptions('MeanShift', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedShift>> {
    const problem = prepareProblem(MeanShift, input, run);
    const fitted = this.learn(problem.sources[0]!.x, problem.target.x, run);
    return { problem: await transformProblem(problem, fitted, undefined, run), fitted };
  }

  learn(source: Matrix, target: Matrix, _run?: RunOptions): FittedShift {
    const from = meanOf(source);
    const to = meanOf(target);
    return new FittedShift(from.map((value, j) => this.options.strength * (to[j]! - value)));
  }

  static restore(state: FittedState): FittedShift {
    return new FittedShift(new StateReader(state, 'test/mean-shift', 1).array('shift', -1));
  }
}

export class FittedShift extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics = { warnings: [] };
  readonly shift: Float64Array;

  constructor(shift: Float64Array) {
    super();
    this.shift = shift;
  }

  async transform(x: MatrixInput, domain: DomainRef): Promise<Matrix> {
    const rows = toDense(checkRows('MeanShift', x, this.shift.length));
    if (resolveDomain(domain) === 'target') return rows;
    const data = rows.data.map((value, p) => value + this.shift[p % this.shift.length]!);
    return denseMatrix(rows.rows, rows.columns, data);
  }

  override toState(): FittedState {
    const arrays = { shift: { shape: [this.shift.length], data: this.shift } };
    return { id: 'test/mean-shift', version: 1, values: {}, arrays, parts: {} };
  }
}

/** A sound learner: predicts the weighted share of every class, whatever the row. */
export class Prior {
  static readonly id: string = 'test/prior';
  static readonly summary: string = 'Predicts the weighted share of every class.';
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
  static readonly schema = {};
  static readonly needs = {};
  readonly produces = 'model';
  readonly options = Object.freeze({});

  constructor(options?: object) {
    resolveOptions('Prior', {}, options);
  }

  async fit(input: ProblemInput | LabelledInput, run?: RunOptions): Promise<PriorModel> {
    if (run?.signal?.aborted)
      prepareProblem({ name: 'Prior', setting: Prior.setting }, { target: { x: [] } }, run);
    const { task, x, y, weights } = trainingRows('Prior', input, ['classification']);
    const shares = new Float64Array(task.kind === 'classification' ? task.classes.length : 0);
    y.forEach((c, i) => (shares[c]! += this.weightOf(weights, i)));
    const sum = shares.reduce((a, b) => a + b, 0);
    return new PriorModel(
      task,
      x.columns,
      shares.map((share) => share / sum),
    );
  }

  weightOf(weights: Float64Array | undefined, i: number): number {
    return weights?.[i] ?? 1;
  }

  static restore(state: FittedState): PriorModel {
    const reader = new StateReader(state, 'test/prior', 1);
    return new PriorModel(
      reader.value('task') as unknown as Task,
      reader.number('nFeatures'),
      reader.array('shares', -1),
    );
  }
}

export class PriorModel extends Model {
  readonly diagnostics: Diagnostics = { warnings: [] };
  readonly task: Task;
  readonly nFeatures: number;
  readonly shares: Float64Array;

  constructor(task: Task, nFeatures: number, shares: Float64Array) {
    super();
    this.task = task;
    this.nFeatures = nFeatures;
    this.shares = shares;
  }

  override async predictEncoded(x: MatrixInput): Promise<Float64Array> {
    const { rows } = checkRows('Prior', x, this.nFeatures);
    return new Float64Array(rows).fill(this.shares.indexOf(Math.max(...this.shares)));
  }

  override async predictProba(x: MatrixInput): Promise<DenseMatrix> {
    const { rows } = checkRows('Prior', x, this.nFeatures);
    const data = Float64Array.from(
      { length: rows * this.shares.length },
      (_, p) => this.shares[p % this.shares.length]!,
    );
    return denseMatrix(rows, this.shares.length, data);
  }

  override toState(): FittedState {
    const arrays = { shares: { shape: [this.shares.length], data: this.shares } };
    const values = { task: JSON.parse(JSON.stringify(this.task)), nFeatures: this.nFeatures };
    return { id: 'test/prior', version: 1, values, arrays, parts: {} };
  }
}

function meanOf(x: Matrix): Float64Array {
  const { data, rows, columns } = toDense(x);
  const mean = new Float64Array(columns);
  for (let p = 0; p < data.length; p++) mean[p % columns]! += data[p]! / rows;
  return mean;
}
