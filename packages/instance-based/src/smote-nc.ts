import type {
  Adaptation,
  DenseMatrix,
  FeatureKind,
  FittedState,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { prepareProblem, resolveOptions } from '@graft-ml/core';
import { columnStandardDeviations, quantile } from '@graft-ml/numerics';
import { FittedWeights } from './fitted-weights.js';
import { majority, nearestBy } from './internal/nominal-neighbours.js';
import { classBalance, neighboursSpec, ratioSpec, resampleSources } from './internal/resample.js';
import { basesOf, interpolate, synthesize } from './internal/synthesize.js';

export interface SmoteNcOptions {
  /** How many rows a class shall have at least, as a share of the largest class. In (0, 1], default 1. Smaller values change less. */
  readonly ratio?: number;
  /** How many neighbours of its class a row looks at: a whole number ≥ 1, default 5. */
  readonly nNeighbours?: number;
}

const schema: OptionSchema<SmoteNcOptions> = { ratio: ratioSpec, nNeighbours: neighboursSpec };

/** Makes new rows of rare classes as SMOTE does, where some features are nominal (SMOTE-NC).
 *
 * Setting   any target · any number of sources, each resampled on its own · same features · classification
 * Nominal   the features of kind `categorical` and `binary`; the others are numeric
 * Distance  d(x, z)² = Σ_numeric (x_j − z_j)² + med²·(number of nominal features that differ),   med the median standard deviation of
 *           the numeric features within the class
 * Makes     numeric x + g·(z − x), one g per row; nominal the value most of the k nearest have, of equally frequent ones x's own
 * Shapes    xs [nSource, nFeatures] → [more, nFeatures], given rows first, ordered by content; sparse rows are made dense
 * Assumes   numeric features on one scale. Without nominal features it is SMOTE; without numeric ones med is 1.
 * Warns     CLASS_SMALL for a class of one row, which is repeated
 * Paper     chawla2002, section 6.1.
 * Example   await new SmoteNc().fit({ source: { x: xs, y, featureKinds: ['numeric', 'categorical'] }, target })
 */
export class SmoteNc implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/smote-nc';
  static readonly summary = 'SMOTE-NC: SMOTE for rows with numeric and nominal features.';
  static readonly setting: Setting = { ...classBalance, sparse: 'made dense' };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<SmoteNcOptions>;

  constructor(options?: SmoteNcOptions) {
    this.options = resolveOptions('SmoteNc', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(SmoteNc, input, run);
    const { ratio, nNeighbours } = this.options;
    return resampleSources(SmoteNc, problem, run, (source, random) => {
      const { kinds } = source.features;
      return synthesize(source, random, ratio, ({ rows, count, random: own }) => {
        const k = Math.min(nNeighbours, rows.rows - 1);
        const penalty = mismatchPenalty(rows, kinds);
        const nearest = nearestBy(rows.rows, k, (i, out) =>
          distances(rows, kinds, penalty, i, out),
        );
        const bases = basesOf(rows.rows, count, own);
        const ends = bases.map((row) => nearest[row * k + own.integer(k)]);
        const made = interpolate(
          rows,
          bases,
          ends,
          Float64Array.from(bases, () => own.uniform()),
        );
        bases.forEach((row, position) => {
          const around = Array.from(nearest.subarray(row * k, (row + 1) * k));
          for (let j = 0; j < rows.columns; j++) {
            if (!isNominal(kinds[j])) continue;
            const values = around.map((i) => rows.data[i * rows.columns + j]);
            const own = rows.data[row * rows.columns + j];
            made.data[position * rows.columns + j] = majority(values, own);
          }
        });
        return made;
      });
    });
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(SmoteNc, state);
  }
}

function isNominal(kind: FeatureKind): boolean {
  return kind === 'categorical' || kind === 'binary';
}

/** med²: the square of the median standard deviation of the numeric features; 1 without any. */
function mismatchPenalty(rows: DenseMatrix, kinds: readonly FeatureKind[]): number {
  const deviations = columnStandardDeviations(rows).filter((_, j) => !isNominal(kinds[j]));
  return deviations.length === 0 ? 1 : quantile(deviations, 0.5) ** 2;
}

function distances(
  { rows, columns, data }: DenseMatrix,
  kinds: readonly FeatureKind[],
  penalty: number,
  row: number,
  out: Float64Array,
): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const gap = data[i * columns + j] - data[row * columns + j];
      sum += isNominal(kinds[j]) ? (gap === 0 ? 0 : penalty) : gap * gap;
    }
    out[i] = sum;
  }
}
