import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  LabelledSource,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { prepareProblem, resolveOptions, toDense } from '@graft-ml/core';
import { FittedWeights } from './fitted-weights.js';
import { majority, nearestBy } from './internal/nominal-neighbours.js';
import {
  classBalance,
  countsOf,
  neighboursSpec,
  ratioSpec,
  resampleSources,
} from './internal/resample.js';
import { basesOf, rowsAt, synthesize } from './internal/synthesize.js';

export interface SmoteNOptions {
  /** How many rows a class shall have at least, as a share of the largest class. In (0, 1], default 1. Smaller values change less. */
  readonly ratio?: number;
  /** How many neighbours of its class a row looks at: a whole number ≥ 1, default 5. */
  readonly nNeighbours?: number;
}

const schema: OptionSchema<SmoteNOptions> = { ratio: ratioSpec, nNeighbours: neighboursSpec };

/** Makes new rows of rare classes by majority votes among neighbours, where all features are nominal (SMOTE-N).
 *
 * Setting   any target · any number of sources, each resampled on its own · same features, taken as names of values · classification
 * Distance  d(x, z) = Σ_j Σ_c |P(c | feature j is x_j) − P(c | feature j is z_j)|, shares counted in the source (value difference metric)
 * Makes     for each feature the value most of x and its k nearest rows of the class have, of equally frequent ones x's own
 * Shapes    xs [nSource, nFeatures] → [more, nFeatures], given rows first, ordered by content; sparse rows are made dense
 * Assumes   few values per feature: a feature whose values hardly repeat tells nothing apart. Every new row that begins at x is the same.
 * Warns     CLASS_SMALL for a class of one row, which is repeated
 * Paper     chawla2002, section 6.2; the metric is that of stanfill1986 with exponent 1.
 * Example   const { problem } = await new SmoteN().fit({ source: { x: codes, y }, target: { x: others } });
 */
export class SmoteN implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/smote-n';
  static readonly summary =
    'SMOTE-N: new rows of rare classes by majority votes, for nominal features.';
  static readonly setting: Setting = { ...classBalance, sparse: 'made dense' };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<SmoteNOptions>;

  constructor(options?: SmoteNOptions) {
    this.options = resolveOptions('SmoteN', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(SmoteN, input, run);
    const { ratio, nNeighbours } = this.options;
    return resampleSources(SmoteN, problem, run, (source, random) => {
      const profiles = valueProfiles(source);
      return synthesize(source, random, ratio, ({ rows, members, count, random: own }) => {
        const k = Math.min(nNeighbours, rows.rows - 1);
        const nearest = nearestBy(rows.rows, k, (i, out) => distances(profiles, members, i, out));
        const voted = rowsAt(rows, Array.from(members.keys()));
        for (let i = 0; i < rows.rows; i++) {
          const around = [i, ...nearest.subarray(i * k, (i + 1) * k)];
          for (let j = 0, p = i * rows.columns; j < rows.columns; j++, p++) {
            voted.data[p] = majority(
              around.map((row) => rows.data[row * rows.columns + j]),
              rows.data[p],
            );
          }
        }
        return rowsAt(voted, basesOf(rows.rows, count, own));
      });
    });
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(SmoteN, state);
  }
}

/** P(c | feature j has the value it has in row i) [rows, nFeatures · nClasses]. */
function valueProfiles(source: LabelledSource): DenseMatrix {
  const { rows, columns, data } = toDense(source.x);
  const nClasses = countsOf(source).length;
  const profiles = new Float64Array(rows * columns * nClasses);
  for (let j = 0; j < columns; j++) {
    const counts = new Map<number, Float64Array>();
    for (let i = 0; i < rows; i++) {
      const value = data[i * columns + j];
      const seen = counts.get(value) ?? new Float64Array(nClasses);
      counts.set(value, seen);
      seen[source.y[i]]++;
    }
    for (const seen of counts.values()) {
      const total = seen.reduce((a, b) => a + b, 0);
      for (let c = 0; c < nClasses; c++) seen[c] /= total;
    }
    for (let i = 0; i < rows; i++)
      profiles.set(counts.get(data[i * columns + j])!, (i * columns + j) * nClasses);
  }
  return { format: 'dense', rows, columns: columns * nClasses, data: profiles };
}

function distances(
  { columns, data }: DenseMatrix,
  members: readonly number[],
  row: number,
  out: Float64Array,
): void {
  const own = members[row] * columns;
  members.forEach((member, i) => {
    let sum = 0;
    for (let p = 0; p < columns; p++) sum += Math.abs(data[member * columns + p] - data[own + p]);
    out[i] = sum;
  });
}
