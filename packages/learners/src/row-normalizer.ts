import type {
  Adaptation,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  Matrix,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  checkRows,
  Fitted,
  prepareProblem,
  resolveDomain,
  resolveOptions,
  StateReader,
  transformProblem,
} from '@graft-ml/core';

export interface RowNormalizerOptions {
  /** `'l2'` (default): divide by √Σx². `'l1'`: divide by Σ|x|, so that counts become shares. */
  readonly norm?: 'l1' | 'l2';
}

const schema: OptionSchema<RowNormalizerOptions> = {
  norm: {
    type: 'choice',
    values: ['l1', 'l2'],
    default: 'l2',
    description: 'The length each row is divided by: the sum of absolute values, or Euclidean.',
  },
};

/** Gives every row length 1.
 *
 * Setting   preprocessing · any number of sources · any features · needs no labels
 * Solves    x → x / Σⱼ|xⱼ|  or  x / √Σⱼxⱼ²           each row on its own; a row of zeros stays as it is
 * Shapes    x [n, nFeatures] → the same; sparse rows stay sparse
 * Assumes   the length of a row says how much was observed (words, ink, pixels), not what.
 * Example   const { problem } = await new RowNormalizer({ norm: 'l1' }).fit({ source: { x: xs }, target: { x: xt } });
 */
export class RowNormalizer implements ProblemStrategy<FittedRowNormalizer> {
  static readonly id = 'learners/row-normalizer';
  static readonly summary = 'Row norm: every row is divided by its L1 or L2 length.';
  static readonly setting: Setting = {
    role: 'preprocessing',
    features: 'any',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'nothing',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<RowNormalizerOptions>;

  constructor(options?: RowNormalizerOptions) {
    this.options = resolveOptions('RowNormalizer', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedRowNormalizer>> {
    const problem = prepareProblem(RowNormalizer, input, run);
    const widths = [...problem.sources, problem.target].map(({ x }) => x.columns);
    const fitted = new FittedRowNormalizer(this.options.norm, widths);
    return { problem: await transformProblem(problem, fitted, undefined, run), fitted };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedRowNormalizer {
    const reader = new StateReader(state, RowNormalizer.id, 1);
    const norm = reader.value('norm') === 'l1' ? 'l1' : 'l2';
    return new FittedRowNormalizer(norm, Array.from(reader.array('widths', -1)));
  }
}

/** A row normalizer that knows how wide each domain is; it learns nothing else. */
export class FittedRowNormalizer extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics = { warnings: [] };
  readonly norm: 'l1' | 'l2';
  readonly #widths: readonly number[];

  constructor(
    norm: 'l1' | 'l2',
    /** Number of features of each source, then of the target. */
    widths: readonly number[],
  ) {
    super();
    this.norm = norm;
    this.#widths = widths;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const index = resolveDomain(domain);
    const width = this.#widths[index === 'target' ? this.#widths.length - 1 : index];
    const rows = checkRows('RowNormalizer', x, width);
    const length = this.norm === 'l1' ? lengthL1 : lengthL2;
    const values = rows.format === 'dense' ? rows.data : rows.values;
    const scaled = new Float64Array(values.length);
    for (let i = 0; i < rows.rows; i++) {
      const from = rows.format === 'dense' ? i * rows.columns : rows.rowStarts[i];
      const to = rows.format === 'dense' ? from + rows.columns : rows.rowStarts[i + 1];
      const divisor = length(values, from, to) || 1;
      for (let p = from; p < to; p++) scaled[p] = values[p] / divisor;
    }
    return rows.format === 'dense' ? { ...rows, data: scaled } : { ...rows, values: scaled };
  }

  override toState(): FittedState {
    return {
      id: RowNormalizer.id,
      version: 1,
      values: { norm: this.norm },
      arrays: {
        widths: { shape: [this.#widths.length], data: Float64Array.from(this.#widths) },
      },
      parts: {},
    };
  }
}

function lengthL1(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let p = from; p < to; p++) sum += Math.abs(values[p]);
  return sum;
}

function lengthL2(values: Float64Array, from: number, to: number): number {
  let squares = 0;
  for (let p = from; p < to; p++) squares += values[p] * values[p];
  if (squares > 1e-280 && squares < 1e280) return Math.sqrt(squares);
  let largest = 0;
  for (let p = from; p < to; p++) largest = Math.max(largest, Math.abs(values[p]));
  if (largest === 0) return 0;
  squares = 0;
  for (let p = from; p < to; p++) squares += (values[p] / largest) ** 2;
  return largest * Math.sqrt(squares);
}
