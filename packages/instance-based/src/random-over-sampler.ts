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
import {
  classBalance,
  countsOf,
  lacking,
  membersOf,
  pick,
  ratioSpec,
  resampleSources,
} from './internal/resample.js';

export interface RandomOverSamplerOptions {
  /** How many rows a class shall have at least, as a share of the largest class. In (0, 1], default 1. Smaller values change less. */
  readonly ratio?: number;
}

const schema: OptionSchema<RandomOverSamplerOptions> = { ratio: ratioSpec };

/** Repeats rows of rare classes, drawn at random, until every class is large enough.
 *
 * Setting   any target · any number of sources, each resampled on its own · same features · classification
 * Makes     max(n_c, ratio·max n) rows of each class c that has n_c > 0; all rows stay, copies are drawn with replacement
 * Shapes    xs [nSource, nFeatures] → [more, nFeatures], given rows first, ordered by content; copies keep the weight of their row, mean 1 again
 * Assumes   classes should count alike, which is to say that a rare class is rare by the way rows were collected, or costs more
 * Paper     japkowicz2002. Where the learner takes weights, weights do the same without copies.
 * Example   const { problem } = await new RandomOverSampler().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class RandomOverSampler implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/random-over-sampler';
  static readonly summary = 'Over-sampling: repeats rows of rare classes.';
  static readonly setting: Setting = classBalance;
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<RandomOverSamplerOptions>;

  constructor(options?: RandomOverSamplerOptions) {
    this.options = resolveOptions('RandomOverSampler', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(RandomOverSampler, input, run);
    const { ratio } = this.options;
    return resampleSources(RandomOverSampler, problem, run, (source, random) => {
      const members = membersOf(source);
      const rows = Array.from(source.y.keys());
      lacking(countsOf(source), ratio).forEach((count, c) => {
        for (let k = 0; k < count; k++) rows.push(random.choice(members[c]));
      });
      return pick(source, rows);
    });
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(RandomOverSampler, state);
  }
}
