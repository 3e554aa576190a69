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
import {
  apportion,
  classBalance,
  neighboursSpec,
  ratioSpec,
  resampleSources,
} from './internal/resample.js';
import { interpolate, synthesize } from './internal/synthesize.js';

export interface AdasynOptions {
  /** How many rows a class shall have at least, as a share of the largest class. In (0, 1], default 1. Smaller values change less. */
  readonly ratio?: number;
  /** How many neighbours of its class a row may be joined with: a whole number ≥ 1, default 5. More spread new rows wider. */
  readonly nNeighbours?: number;
}

const schema: OptionSchema<AdasynOptions> = { ratio: ratioSpec, nNeighbours: neighboursSpec };

/** Makes new rows of rare classes as SMOTE does, most of them where rows of other classes are near (ADASYN).
 *
 * Setting   any target · any number of sources, each resampled on its own · same features · classification
 * Shares    rᵢ = (how many of the k nearest rows of all classes are of another) / k;   gᵢ ∝ rᵢ new rows begin at row i, Σ gᵢ = G
 * Makes     x + g·(z − x),  z one of the k nearest of the class, g uniform in [0, 1);   G what the class lacks of ratio·max n
 * Shapes    xs [nSource, nFeatures] → [more, nFeatures], given rows first, ordered by content; sparse rows are made dense
 * Assumes   as SMOTE, and labels without errors: a wrongly labelled row among others draws most new ones
 * Warns     CLASS_SMALL for a class of one row, which is repeated
 * Paper     he2008. Whole numbers are rounded so that G is met; where no row is near another class all begin equally many.
 * Example   const { problem } = await new Adasyn().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class Adasyn implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/adasyn';
  static readonly summary = 'ADASYN: SMOTE with most new rows where other classes are near.';
  static readonly setting: Setting = { ...classBalance, sparse: 'made dense' };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<AdasynOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: AdasynOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('Adasyn', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(Adasyn, input, run);
    const { ratio, nNeighbours } = this.options;
    const linearAlgebra = this.#linearAlgebra;
    return resampleSources(Adasyn, problem, run, (source, random) => {
      const wide = Math.min(nNeighbours, source.x.rows - 1);
      const around = wide > 0 ? nearestNeighbours(linearAlgebra, wide, source.x).indices : [];
      return synthesize(source, random, ratio, ({ rows, members, count, random: own }) => {
        const foreign = members.map((row) => {
          let others = 0;
          for (let p = row * wide; p < (row + 1) * wide; p++)
            if (source.y[around[p]] !== source.y[row]) others++;
          return others;
        });
        const alone = foreign.every((others) => others === 0);
        const each = apportion(alone ? foreign.map(() => 1) : foreign, count);
        const bases = each.flatMap((times, row) => new Array<number>(times).fill(row));
        const k = Math.min(nNeighbours, rows.rows - 1);
        const { indices } = nearestNeighbours(linearAlgebra, k, rows);
        const ends = bases.map((row) => indices[row * k + own.integer(k)]);
        return interpolate(
          rows,
          bases,
          ends,
          Float64Array.from(bases, () => own.uniform()),
        );
      });
    });
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(Adasyn, state);
  }
}
