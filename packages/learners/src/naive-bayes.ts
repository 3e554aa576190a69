import type {
  ClassificationTask,
  DenseMatrix,
  Diagnostics,
  FittedState,
  LabelledInput,
  Learner,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { checkAborted, checkRows, Model, resolveOptions, StateReader } from '@graft-ml/core';
import { largestColumn } from './internal/class-choice.js';
import { type ClassRows, classRows } from './internal/class-rows.js';
import { checkFinite } from './internal/check.js';
import {
  type ClassTables,
  countTables,
  countRowScores,
  gaussianRowScores,
  gaussianTables,
} from './internal/naive-bayes-tables.js';
import { readClassification, taskValue } from './internal/task-state.js';
import { missingClasses } from './internal/warnings.js';

type Distribution = 'gaussian' | 'multinomial' | 'bernoulli';

export interface NaiveBayesOptions {
  /** `'gaussian'` (default) for measurements, `'multinomial'` for counts, `'bernoulli'` for what is there (> 0) or not. */
  readonly distribution?: Distribution;
  /** Imagined observations added to every count, for multinomial and Bernoulli. In (0, ∞), default 1. More make classes more alike. */
  readonly pseudoCount?: number;
  /** Added to every variance of the Gaussian, as a share of the largest variance of a feature. In [0, ∞), default 1e-9. */
  readonly varianceFloor?: number;
}

const schema: OptionSchema<NaiveBayesOptions> = {
  distribution: {
    type: 'choice',
    values: ['gaussian', 'multinomial', 'bernoulli'],
    default: 'gaussian',
    description: 'How a feature is distributed within a class: measured, counted, or there or not.',
  },
  pseudoCount: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'Imagined observations added to every count (multinomial, Bernoulli).',
    effect: 'More make classes more alike.',
  },
  varianceFloor: {
    type: 'number',
    atLeast: 0,
    default: 1e-9,
    description: 'Added to every Gaussian variance, as a share of the largest feature variance.',
    effect: 'More smooth more.',
  },
};

/** Bayes' rule with features taken as independent within each class.
 *
 * Setting   learner · classification · row weights count as copies
 * Solves    p(c | x) ∝ p(c)·Πⱼ p(xⱼ | c),  p(c) = Σ_{i∈c} wᵢ / Σ wᵢ
 * where     gaussian: N(m, v), v = Σ w(x − m)² / Σ w + floor;  multinomial: xⱼ·log θⱼ, θⱼ = (Σ w·xⱼ + α) / Σⱼ(Σ w·xⱼ + α);
 *           bernoulli: [xⱼ > 0] with chance (Σ w·[xⱼ > 0] + α) / (Σ w + 2α);  α = `pseudoCount`
 * Shapes    x [n, nFeatures], y [n] → probabilities [rows, classes]; sparse rows stay sparse
 * Assumes   independence within a class: rarely true, yet the likeliest class is often right. Probabilities are overconfident.
 * Errors    INVALID_DATA where multinomial rows hold negative values; NUMERICAL where a variance is 0 or infinite.
 * Paper     lewis1998; mccallum1998 for the two count models.
 * Example   const model = await new NaiveBayes({ distribution: 'multinomial' }).fit({ x: counts, y });
 */
export class NaiveBayes implements Learner<NaiveBayesModel> {
  static readonly id = 'learners/naive-bayes';
  static readonly summary = 'Naive Bayes: Gaussian, multinomial or Bernoulli features.';
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
  static readonly needs = {};

  readonly produces = 'model';
  readonly options: Required<NaiveBayesOptions>;

  constructor(options?: NaiveBayesOptions) {
    this.options = resolveOptions('NaiveBayes', schema, options);
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<NaiveBayesModel> {
    checkAborted(run, 'NaiveBayes');
    const rows = classRows('NaiveBayes', data);
    const { distribution } = this.options;
    const tables = tablesOf(rows, this.options);
    return new NaiveBayesModel(rows.task, distribution, tables, {
      warnings: missingClasses(rows),
    });
  }

  static restore(state: FittedState, _context: RestoreContext): NaiveBayesModel {
    const reader = new StateReader(state, NaiveBayes.id, 1);
    const given = reader.value('distribution');
    const distribution = given === 'multinomial' || given === 'bernoulli' ? given : 'gaussian';
    const first = reader.matrix('first');
    const tables = {
      totals: reader.array('totals', first.rows),
      first,
      second: reader.matrix('second', first.rows, first.columns),
    };
    const task = readClassification(state, reader);
    return new NaiveBayesModel(task, distribution, tables, { warnings: [] });
  }
}

function tablesOf(rows: ClassRows, options: Required<NaiveBayesOptions>): ClassTables {
  const { distribution, pseudoCount, varianceFloor } = options;
  if (distribution === 'gaussian') return gaussianTables(rows, varianceFloor);
  return countTables(rows, distribution, pseudoCount);
}

/** A fitted naive Bayes classifier. */
export class NaiveBayesModel extends Model {
  readonly diagnostics: Diagnostics;
  readonly task: ClassificationTask;
  readonly nFeatures: number;
  readonly distribution: Distribution;
  /** What was learned per class and feature; see {@link ClassTables}. */
  readonly tables: ClassTables;

  constructor(
    task: ClassificationTask,
    distribution: Distribution,
    tables: ClassTables,
    diagnostics: Diagnostics,
  ) {
    super();
    this.task = task;
    this.nFeatures = tables.first.columns;
    this.distribution = distribution;
    this.tables = tables;
    this.diagnostics = diagnostics;
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return largestColumn(this.#logJoint(x));
  }

  override async predictProba(x: MatrixInput, _run?: RunOptions): Promise<DenseMatrix> {
    const matrix = this.logProba(x);
    for (let p = 0; p < matrix.data.length; p++) matrix.data[p] = Math.exp(matrix.data[p]);
    return matrix;
  }

  /** Logarithms of the class probabilities [rows, classes]: −∞ for a class without rows. */
  logProba(x: MatrixInput): DenseMatrix {
    const scores = this.#logJoint(x);
    normalizeLogs(scores);
    return scores;
  }

  /** log p(c)·p(x | c) [rows, classes]. */
  #logJoint(x: MatrixInput): DenseMatrix {
    const rows = checkRows('NaiveBayes', x, this.nFeatures);
    const scores =
      this.distribution === 'gaussian'
        ? gaussianRowScores(rows, this.tables)
        : countRowScores(rows, this.tables, this.distribution);
    checkLikelihoods(scores);
    return scores;
  }

  override toState(): FittedState {
    const { totals, first, second } = this.tables;
    const shape = [first.rows, first.columns];
    return {
      id: NaiveBayes.id,
      version: 1,
      values: { classes: taskValue(this.task), distribution: this.distribution },
      arrays: {
        totals: { shape: [first.rows], data: totals },
        first: { shape, data: first.data },
        second: { shape, data: second.data },
      },
      parts: {},
    };
  }
}

/** Refuses rows that no class can explain in float64, and rows with NaN. */
function checkLikelihoods({ rows, columns, data }: DenseMatrix): void {
  for (let i = 0, p = 0; i < rows; i++) {
    let largest = -Infinity;
    for (let c = 0; c < columns; c++, p++) largest = Math.max(largest, data[p]);
    if (!Number.isFinite(largest)) checkFinite([largest], 'NaiveBayes', 'a likelihood');
  }
}

/** Takes log Σ exp off every row, in place. */
function normalizeLogs({ rows, columns, data }: DenseMatrix): void {
  for (let i = 0; i < rows; i++) {
    const from = i * columns;
    const to = from + columns;
    let largest = -Infinity;
    for (let p = from; p < to; p++) if (data[p] > largest) largest = data[p];
    let sum = 0;
    for (let p = from; p < to; p++) sum += Math.exp(data[p] - largest);
    const total = largest + Math.log(sum);
    for (let p = from; p < to; p++) data[p] -= total;
  }
}
