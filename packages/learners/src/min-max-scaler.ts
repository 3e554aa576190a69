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

export interface MinMaxScalerOptions {
  /** `'per-domain'` (default): each domain by its own range. `'source'`: all by the range of the sources together. */
  readonly statistics?: 'per-domain' | 'source';
}

const schema: OptionSchema<MinMaxScalerOptions> = {
  statistics: {
    type: 'choice',
    values: ['per-domain', 'source'],
    default: 'per-domain',
    description: 'Whose range is used: each domain its own, or that of the sources.',
  },
};

/** Moves every column into [0, 1].
 *
 * Setting   preprocessing · any number of sources · any features · needs no labels; row weights are not used
 * Solves    z = (x − min) / (max − min)             per column, of each domain or of the sources; new rows may leave [0, 1]
 * Shapes    x [n, nFeatures] → the same; sparse rows are made dense
 * Assumes   the extremes are real values, not errors of measurement. A constant column becomes 0, with a warning.
 * Errors    SHAPE_MISMATCH where `statistics: 'source'` meets another number of columns.
 * Example   const { problem } = await new MinMaxScaler().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class MinMaxScaler implements ProblemStrategy<FittedScaling> {
  static readonly id = 'learners/min-max-scaler';
  static readonly summary = 'Min-max: every column is moved into [0, 1].';
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
  readonly options: Required<MinMaxScalerOptions>;

  constructor(options?: MinMaxScalerOptions) {
    this.options = resolveOptions('MinMaxScaler', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedScaling>> {
    return fitScaling(MinMaxScaler, this.options.statistics, ranges, input, run);
  }

  static restore(state: FittedState, _context: RestoreContext): FittedScaling {
    return restoreScaling(MinMaxScaler, state);
  }
}

function ranges(x: DenseMatrix): ColumnScale {
  const { least, most } = columnRanges(x);
  const width = most.map((value, j) => value - least[j]);
  return settleConstants(
    least,
    width,
    (j) => width[j] === 0,
    (j) => least[j],
  );
}
