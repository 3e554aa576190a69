import {
  type Adaptation,
  checkRows,
  denseMatrix,
  type Diagnostics,
  type DomainRef,
  Fitted,
  type FittedState,
  type FittedStep,
  type LabelledInput,
  type Learner,
  LearnerToken,
  type Matrix,
  type MatrixInput,
  Model,
  type OptionSchema,
  prepareProblem,
  type ProblemInput,
  type ProblemStrategy,
  resolveDomain,
  resolveOptions,
  type RunOptions,
  type Setting,
  StateReader,
  step,
  type Task,
  toDense,
  trainingRows,
  transformProblem,
} from '@graft-ml/core';

const setting: Setting = {
  role: 'feature',
  features: 'same',
  sources: 'many',
  sourceLabels: 'unused',
  targetLabels: 'unused',
  pairs: 'unused',
  tasks: ['classification', 'regression'],
  corrects: 'marginal',
  sparse: 'made dense',
};

export interface RecentreOptions {
  readonly warn?: boolean;
  readonly fail?: boolean;
}

const schema: OptionSchema<RecentreOptions> = {
  warn: { type: 'boolean', default: false, description: 'Whether to raise a warning.' },
  fail: { type: 'boolean', default: false, description: 'Whether to fail.' },
};

/** Every domain loses its own mean. */
export class Recentre implements ProblemStrategy<FittedRecentre> {
  static readonly id = 'test/recentre';
  static readonly summary = 'Every domain loses its own mean.';
  static readonly setting = setting;
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken };
  readonly produces = 'problem';
  readonly options: Required<RecentreOptions>;
  readonly learner: Learner | undefined;

  constructor(options?: RecentreOptions, dependencies: { readonly learner?: Learner } = {}) {
    this.options = resolveOptions('Recentre', schema, options);
    this.learner = dependencies.learner;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedRecentre>> {
    const problem = prepareProblem(Recentre, input, run);
    if (this.options.fail) throw new Error('broken on purpose');
    await step(run, 'Recentre', { stage: 'centring', done: 1, total: 1 });
    const means = [...problem.sources, problem.target].map(({ x }) => meanOf(x));
    const fitted = new FittedRecentre(means, this.options.warn);
    return { problem: await transformProblem(problem, fitted), fitted };
  }

  static restore(state: FittedState): FittedRecentre {
    const reader = new StateReader(state, Recentre.id, 1);
    const count = reader.number('nDomains', true);
    return new FittedRecentre(
      Array.from({ length: count }, (_, k) => reader.array(`mean ${k}`, -1)),
      false,
    );
  }
}

export class FittedRecentre extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  readonly means: readonly Float64Array[];

  constructor(means: readonly Float64Array[], warn: boolean) {
    super();
    this.means = means;
    this.diagnostics = { warnings: warn ? [{ code: 'TOY', message: 'a toy warning' }] : [] };
  }

  async transform(x: MatrixInput, domain: DomainRef): Promise<Matrix> {
    const index = resolveDomain(domain);
    const mean = this.means[index === 'target' ? this.means.length - 1 : index]!;
    const rows = toDense(checkRows('Recentre', x, mean.length));
    return denseMatrix(
      rows.rows,
      rows.columns,
      rows.data.map((value, p) => value - mean[p % mean.length]!),
    );
  }

  override toState(): FittedState {
    const arrays = Object.fromEntries(
      this.means.map((data, k) => [`mean ${k}`, { shape: [data.length], data }]),
    );
    return {
      id: Recentre.id,
      version: 1,
      values: { nDomains: this.means.length },
      arrays,
      parts: {},
    };
  }
}

/** Predicts the class whose rows have the nearest mean of their first feature; values by their mean. */
export class Average implements Learner<AverageModel> {
  static readonly id = 'test/average';
  static readonly summary = 'Predicts the class with the nearest mean.';
  static readonly setting: Setting = {
    ...setting,
    role: 'learner',
    sourceLabels: 'required',
    corrects: 'nothing',
  };
  static readonly schema = {};
  static readonly needs = {};
  readonly produces = 'model';
  readonly options = Object.freeze({});

  async fit(input: ProblemInput | LabelledInput): Promise<AverageModel> {
    const { task, x, y } = trainingRows('Average', input, ['classification', 'regression']);
    const { data, columns } = toDense(x);
    const size = task.kind === 'classification' ? task.classes.length : 1;
    const sums = new Float64Array(size);
    const counts = new Float64Array(size);
    y.forEach((label, i) => {
      const c = task.kind === 'classification' ? label : 0;
      sums[c]! += task.kind === 'classification' ? data[i * columns]! : label;
      counts[c]!++;
    });
    return new AverageModel(
      task,
      columns,
      sums.map((sum, c) => sum / counts[c]!),
    );
  }

  static restore(state: FittedState): AverageModel {
    const reader = new StateReader(state, Average.id, 1);
    return new AverageModel(
      reader.value('task') as unknown as Task,
      reader.number('nFeatures', true),
      reader.array('means', -1),
    );
  }
}

export class AverageModel extends Model {
  readonly diagnostics: Diagnostics = { warnings: [] };
  readonly task: Task;
  readonly nFeatures: number;
  readonly means: Float64Array;

  constructor(task: Task, nFeatures: number, means: Float64Array) {
    super();
    this.task = task;
    this.nFeatures = nFeatures;
    this.means = means;
  }

  override async predictEncoded(x: MatrixInput): Promise<Float64Array> {
    const { data, rows, columns } = toDense(checkRows('Average', x, this.nFeatures));
    return Float64Array.from({ length: rows }, (_, i) => {
      if (this.task.kind === 'regression') return this.means[0]!;
      const gaps = this.means.map((mean) => Math.abs(mean - data[i * columns]!));
      return gaps.indexOf(Math.min(...gaps));
    });
  }

  override toState(): FittedState {
    const values = { task: JSON.parse(JSON.stringify(this.task)), nFeatures: this.nFeatures };
    const arrays = { means: { shape: [this.means.length], data: this.means } };
    return { id: Average.id, version: 1, values, arrays, parts: {} };
  }
}

function meanOf(x: Matrix): Float64Array {
  const { data, rows, columns } = toDense(x);
  const mean = new Float64Array(columns);
  for (let p = 0; p < data.length; p++) mean[p % columns]! += data[p]! / rows;
  return mean;
}
