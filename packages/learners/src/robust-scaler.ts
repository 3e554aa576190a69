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
import { quantile } from '@graft-ml/numerics';
import {
  type ColumnScale,
  fitScaling,
  type FittedScaling,
  restoreScaling,
  settleConstants,
} from './internal/scaling.js';

export interface RobustScalerOptions {
  /** `'per-domain'` (default): each domain by its own quartiles. `'source'`: all by those of the sources together. */
  readonly statistics?: 'per-domain' | 'source';
}

const schema: OptionSchema<RobustScalerOptions> = {
  statistics: {
    type: 'choice',
    values: ['per-domain', 'source'],
    default: 'per-domain',
    description: 'Whose quartiles are used: each domain its own, or those of the sources.',
  },
};

/** Gives every column median 0 and quartiles one apart; single wild values change nothing.
 *
 * Setting   preprocessing · any number of sources · any features · needs no labels; row weights are not used
 * Solves    z = (x − median) / (q₇₅ − q₂₅)          per column, quantiles interpolated between order statistics
 * Shapes    x [n, nFeatures] → the same; sparse rows are made dense
 * Assumes   the middle half of the values tells the scale. Where it is a single value, the column is divided by 1, with a warning.
 * Errors    SHAPE_MISMATCH where `statistics: 'source'` meets another number of columns.
 * Example   const { problem } = await new RobustScaler().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class RobustScaler implements ProblemStrategy<FittedScaling> {
  static readonly id = 'learners/robust-scaler';
  static readonly summary = 'Robust scaling: every column gets median 0 and quartiles one apart.';
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
  readonly options: Required<RobustScalerOptions>;

  constructor(options?: RobustScalerOptions) {
    this.options = resolveOptions('RobustScaler', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedScaling>> {
    return fitScaling(RobustScaler, this.options.statistics, quartiles, input, run);
  }

  static restore(state: FittedState, _context: RestoreContext): FittedScaling {
    return restoreScaling(RobustScaler, state);
  }
}

function quartiles({ rows, columns, data }: DenseMatrix): ColumnScale {
  const median = new Float64Array(columns);
  const width = new Float64Array(columns);
  const column = new Float64Array(rows);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) column[i] = data[i * columns + j];
    median[j] = quantile(column, 0.5);
    width[j] = quantile(column, 0.75) - quantile(column, 0.25);
  }
  return settleConstants(
    median,
    width,
    (j) => width[j] === 0,
    (j) => median[j],
  );
}
