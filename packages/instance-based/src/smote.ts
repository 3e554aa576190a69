import type {
  Adaptation,
  FittedState,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { LinearAlgebraToken, prepareProblem, resolveOptions } from '@graft-ml/core';
import { nearestNeighbours, referenceLinearAlgebra } from '@graft-ml/numerics';
import { FittedWeights } from './fitted-weights.js';
import { classBalance, neighboursSpec, ratioSpec, resampleSources } from './internal/resample.js';
import { basesOf, interpolate, synthesize } from './internal/synthesize.js';

export interface SmoteOptions {
  /** How many rows a class shall have at least, as a share of the largest class. In (0, 1], default 1. Smaller values change less. */
  readonly ratio?: number;
  /** How many neighbours of its class a row may be joined with: a whole number ≥ 1, default 5. More spread new rows wider. */
  readonly nNeighbours?: number;
  /** `'sample'` (default): one g per new row, which then lies on the segment to its neighbour. `'attribute'`: one per feature, in the box between them. */
  readonly gap?: 'sample' | 'attribute';
}

const schema: OptionSchema<SmoteOptions> = {
  ratio: ratioSpec,
  nNeighbours: neighboursSpec,
  gap: {
    type: 'choice',
    values: ['sample', 'attribute'],
    default: 'sample',
    description:
      'Whether a new row lies on the segment between two rows or in the box between them.',
  },
};

/** Makes new rows of rare classes on the segments between neighbours of one class (SMOTE).
 *
 * Setting   any target · any number of sources, each resampled on its own · same features · classification
 * Makes     x + g·(z − x),  x a row of the class, z one of its k nearest of the class, g uniform in [0, 1)
 * until     each class has ratio times as many rows as the largest; every row of a class begins as many new ones, but for a remainder
 * Shapes    xs [nSource, nFeatures] → [more, nFeatures], given rows first, ordered by content; sparse rows are made dense
 * Assumes   numeric features on one scale, and classes without holes: what lies between two rows of a class is of the class
 * Warns     CLASS_SMALL for a class of one row, which is repeated. A class of m ≤ k rows uses m − 1 neighbours.
 * Paper     chawla2002. The text says segment, the listing draws g per attribute: `gap`.
 * Example   const { problem } = await new Smote().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class Smote implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/smote';
  static readonly summary = 'SMOTE: new rows of rare classes between neighbours.';
  static readonly setting: Setting = { ...classBalance, sparse: 'made dense' };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<SmoteOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: SmoteOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('Smote', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(Smote, input, run);
    const { ratio, nNeighbours, gap } = this.options;
    return resampleSources(Smote, problem, run, (source, random) =>
      synthesize(source, random, ratio, ({ rows, count, random: own }) => {
        const k = Math.min(nNeighbours, rows.rows - 1);
        const { indices } = nearestNeighbours(this.#linearAlgebra, k, rows);
        const bases = basesOf(rows.rows, count, own);
        const ends = bases.map((row) => indices[row * k + own.integer(k)]);
        const gaps = new Float64Array(gap === 'sample' ? count : count * rows.columns);
        return interpolate(
          rows,
          bases,
          ends,
          gaps.map(() => own.uniform()),
        );
      }),
    );
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(Smote, state);
  }
}
