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
import { poolTarget } from './internal/pool-target.js';

export interface PoolingOptions {
  /** What part of all weight the labelled target rows get together: in (0, 1), or `'rows'` (default), where each row counts 1. */
  readonly targetShare?: number | 'rows';
}

const schema: OptionSchema<PoolingOptions> = {
  targetShare: {
    type: 'number',
    above: 0,
    below: 1,
    words: ['rows'],
    default: 'rows',
    description:
      'What part of all weight the labelled target rows get together; with "rows" each row counts 1.',
    effect: 'More trusts the target rows more, and learns from fewer rows in effect.',
  },
};

/** Adds the labelled target rows to the sources, so that the learner sees all labelled rows there are.
 *
 * Setting   inductive: labelled target rows · any number of sources · same features and labels
 * Weights   each row 1, or with `targetShare` s:  target s·N/n each, sources w·(1 − s)·N / Σw      N rows in all, n of the target, w as before
 * Shapes    sources [nSource, nFeatures] → one source more, [n, nFeatures]; rows pass unchanged
 * Assumes   source labels are mostly right for the target. With thousands of source rows and ten of the target,
 *           `'rows'` is nearly source-only.
 * Errors    UNSUPPORTED where a target label is one that no source has.
 * Paper     daume2007 (baselines ALL and WEIGHTED).
 * Example   const { problem } = await new Pooling().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class Pooling implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/pooling';
  static readonly summary = 'Pooling: learns from source and labelled target rows together.';
  static readonly setting: Setting = {
    role: 'instance',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<PoolingOptions>;

  constructor(options?: PoolingOptions) {
    this.options = resolveOptions('Pooling', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const prepared = prepareProblem(Pooling, input, run);
    const { problem, summary } = poolTarget('Pooling', prepared, this.options.targetShare);
    return { problem, fitted: new FittedWeights(Pooling, summary) };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(Pooling, state);
  }
}
