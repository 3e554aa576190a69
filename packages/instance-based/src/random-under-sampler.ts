import type {
  Adaptation,
  FittedState,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { prepareProblem, resolveOptions } from '@graft-ml/core';
import { FittedWeights } from './fitted-weights.js';
import { classBalance, membersOf, pick, ratioSpec, resampleSources } from './internal/resample.js';

export interface RandomUnderSamplerOptions {
  /** How many rows the smallest class shall have, as a share of the largest one left. In (0, 1], default 1. Smaller values drop less. */
  readonly ratio?: number;
}

const schema: OptionSchema<RandomUnderSamplerOptions> = { ratio: ratioSpec };

/** Drops rows of frequent classes, drawn at random, until no class is too large.
 *
 * Setting   any target · any number of sources, each resampled on its own · same features · classification
 * Keeps     min(n_c, min n / ratio) rows of each class c, drawn without replacement; min n over the classes that have rows
 * Shapes    xs [nSource, nFeatures] → [fewer, nFeatures], ordered by content; rows keep their weights, mean 1 again
 * Assumes   rows are plentiful: what is dropped is lost. No class is lost.
 * Paper     japkowicz2002.
 * Example   const { problem } = await new RandomUnderSampler().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class RandomUnderSampler implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/random-under-sampler';
  static readonly summary = 'Under-sampling: drops rows of frequent classes.';
  static readonly setting: Setting = classBalance;
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<RandomUnderSamplerOptions>;

  constructor(options?: RandomUnderSamplerOptions) {
    this.options = resolveOptions('RandomUnderSampler', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(RandomUnderSampler, input, run);
    const { ratio } = this.options;
    return resampleSources(RandomUnderSampler, problem, run, (source, random) => {
      const members = membersOf(source);
      const smallest = Math.min(...members.map((rows) => rows.length || Infinity));
      const most = Math.round(smallest / ratio);
      const kept = members.flatMap((rows) =>
        rows.length <= most ? rows : Array.from(random.sample(rows.length, most), (i) => rows[i]),
      );
      return pick(
        source,
        kept.sort((a, b) => a - b),
      );
    });
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(RandomUnderSampler, state);
  }
}
