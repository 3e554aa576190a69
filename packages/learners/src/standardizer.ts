import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { resolveOptions } from '@graft-ml/core';
import {
  columnRanges,
  type ColumnScale,
  fitScaling,
  type FittedScaling,
  restoreScaling,
  settleConstants,
} from './internal/scaling.js';

export interface StandardizerOptions {
  /** `'per-domain'` (default): each domain by its own mean and spread. `'source'`: all by those of the sources together. */
  readonly statistics?: 'per-domain' | 'source';
  /** `'sample'` (default) divides squared deviations by n − 1, `'population'` by n. */
  readonly variance?: 'sample' | 'population';
}

const schema: OptionSchema<StandardizerOptions> = {
  statistics: {
    type: 'choice',
    values: ['per-domain', 'source'],
    default: 'per-domain',
    description: 'Whose mean and spread are used: each domain its own, or those of the sources.',
    effect: 'Per domain, a shift of means and scales between domains disappears with the units.',
  },
  variance: {
    type: 'choice',
    values: ['sample', 'population'],
    default: 'sample',
    description: 'Whether squared deviations are divided by n − 1 (sample) or n (population).',
  },
};

/** Gives every column mean 0 and standard deviation 1 (z-score).
 *
 * Setting   preprocessing · any number of sources · any features · needs no labels; row weights are not used
 * Solves    z = (x − m) / s                          m, s per column, of each domain or of the sources
 * where     s² = Σ (x − m)² / (n − 1), or / n        a constant column gets s = 1 and a CONSTANT_COLUMN warning
 * Shapes    x [n, nFeatures] → the same; sparse rows are made dense
 * Assumes   spread is a matter of units, not a signal. Per domain it also removes what differs in means and scales.
 * Errors    SHAPE_MISMATCH where `statistics: 'source'` meets another number of columns.
 * Example   const { problem } = await new Standardizer().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class Standardizer implements ProblemStrategy<FittedScaling> {
  static readonly id = 'learners/standardizer';
  static readonly summary = 'z-score: every column gets mean 0 and standard deviation 1.';
  static readonly setting: Setting = {
    role: 'preprocessing',
    features: 'any',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'nothing',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<StandardizerOptions>;

  constructor(options?: StandardizerOptions) {
    this.options = resolveOptions('Standardizer', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedScaling>> {
    const { statistics, variance } = this.options;
    const less = variance === 'sample' ? 1 : 0;
    return fitScaling(Standardizer, statistics, (x) => meanAndSpread(x, less), input, run);
  }

  static restore(state: FittedState, _context: RestoreContext): FittedScaling {
    return restoreScaling(Standardizer, state);
  }
}

/** Column means and standard deviations with divisor n − `less`. Deviations are measured against the largest one, so that their squares cannot overflow. */
function meanAndSpread(x: DenseMatrix, less: number): ColumnScale {
  const { rows, columns, data } = x;
  const { least, most } = columnRanges(x);
  const mean = new Float64Array(columns);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) mean[j] += data[p];
  }
  for (let j = 0; j < columns; j++) mean[j] /= rows;
  const largest = mean.map((m, j) => Math.max(most[j] - m, m - least[j]));
  const squares = new Float64Array(columns);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) {
      const deviation = (data[p] - mean[j]) / largest[j];
      squares[j] += deviation * deviation;
    }
  }
  const spread = squares.map((sum, j) => largest[j] * Math.sqrt(sum / (rows - less)));
  return settleConstants(
    mean,
    spread,
    (j) => least[j] === most[j],
    (j) => least[j],
  );
}
