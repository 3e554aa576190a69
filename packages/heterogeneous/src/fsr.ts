import type {
  Adaptation,
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  Matrix,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  TransferProblem,
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  Fitted,
  prepareProblem,
  resolveDomain,
  resolveOptions,
  stackRows,
  StateReader,
  step,
  toDense,
  TransferError,
  transformProblem,
} from '@graft-ml/core';
import { argmaxRows } from '@graft-ml/numerics';
import {
  classProfile,
  featureScale,
  type FeatureScale,
  shapes,
  similarities,
} from './internal/meta-features.js';
import { checkLabelSpaces } from './internal/shared-classes.js';

export interface FsrOptions {
  /** What features are compared by: `'auto'` (default) their means per class where both domains have labels, else their distribution; or always the `'distribution'`, or the `'classes'`. */
  readonly compare?: 'auto' | 'distribution' | 'classes';
  /** Whether features are compared in standard deviations from their mean, and mapped values get those of the source feature. Default true; false where units are the same. */
  readonly standardize?: boolean;
}

const schema: OptionSchema<FsrOptions> = {
  compare: {
    type: 'choice',
    values: ['auto', 'distribution', 'classes'],
    default: 'auto',
    description: 'Whether features are compared by their distribution or their means per class.',
  },
  standardize: {
    type: 'boolean',
    default: true,
    description: 'Whether features are compared and mapped in standard deviations from their mean.',
  },
};

/** Takes each target feature for the source feature most like it (feature-space remapping, FSR).
 *
 * Setting   one source · any features, made for different ones · labels optional, no pairs · classification and regression
 * Computes  m(a) = argmax_b s(a, b) for every target feature a,   s(a, b) = 1 − mean_k |μₖ(a) − μₖ(b)| / rangeₖ
 * where     μ are meta-features of a feature: mean, deviation and the quantiles at 0, 0.1, …, 1 over all rows of its domain; or,
 *           with labels in both domains, its mean over the rows of each class that both have. rangeₖ is over all features
 * Maps      a target row to xb = mean over the a with m(a) = b of (xa − mean_a)/σ_a·σ_b + mean_b; mean_b where there is none
 * Shapes    xs [nSource, ds] stays, xt [nTarget, dt] → [nTarget, ds]
 * Assumes   features that mean the same are distributed alike, or differ alike between classes.
 * Errors    INVALID_DATA for `'classes'` without labels, or where label spaces differ.
 * Paper     feuz2015
 * Example   const { problem } = await new FeatureSpaceRemapping().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class FeatureSpaceRemapping implements ProblemStrategy<FittedRemapping> {
  static readonly id = 'heterogeneous/fsr';
  static readonly summary = 'FSR: takes each target feature for the source feature most like it.';
  static readonly setting: Setting = {
    role: 'mapper',
    features: 'different',
    sources: 'one',
    sourceLabels: 'optional',
    targetLabels: 'optional',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<FsrOptions>;

  constructor(options?: FsrOptions) {
    this.options = resolveOptions('FeatureSpaceRemapping', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedRemapping>> {
    const who = 'FeatureSpaceRemapping';
    const problem = prepareProblem(FeatureSpaceRemapping, input, run);
    const [source] = problem.sources;
    const { target } = problem;
    const { standardize } = this.options;
    const xs = toDense(source.x);
    const xt = toDense(target.labelled ? stackRows([target.labelled.x, target.x]) : target.x);
    const scales = [featureScale(xt, standardize), featureScale(xs, standardize)] as const;
    const labels = this.#labels(problem);
    const similarity = labels
      ? similarities(
          classProfile(toDense(labels.xt), labels.yt, labels.shared, scales[0]),
          classProfile(xs, labels.ys, labels.shared, scales[1]),
        )
      : similarities(shapes(xt, scales[0]), shapes(xs, scales[1]));
    const matches = argmaxRows(similarity);
    await step(run, who, { stage: 'comparing features', done: 1, total: 1 });
    const fitted = new FittedRemapping(matches, scales[0], scales[1], columnMeansOf(xs), {
      warnings: [],
      facts: {
        comparedBy: labels ? 'classes' : 'distribution',
        similarities: Array.from(matches, (b, a) => similarity.data[a * xs.columns + b]),
        unmatched: xs.columns - new Set(matches).size,
      },
    });
    return { problem: await transformProblem(problem, fitted, source.features, run), fitted };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedRemapping {
    const reader = new StateReader(state, FeatureSpaceRemapping.id, 1);
    const matches = Int32Array.from(reader.array('matches', -1));
    const targetMean = reader.array('target mean', matches.length);
    const targetDeviation = reader.array('target deviation', matches.length);
    const rest = reader.array('rest', -1);
    return new FittedRemapping(
      matches,
      { mean: targetMean, deviation: targetDeviation },
      {
        mean: reader.array('source mean', rest.length),
        deviation: reader.array('source deviation', rest.length),
      },
      rest,
      { warnings: [] },
    );
  }

  /** Labelled rows of both domains and the classes they share; undefined where the distribution is compared. */
  #labels(problem: TransferProblem) {
    const who = 'FeatureSpaceRemapping';
    const { compare } = this.options;
    const { y, task } = problem.sources[0];
    const { labelled } = problem.target;
    if (compare === 'distribution') return undefined;
    if (y && labelled && task.kind === 'classification') {
      checkLabelSpaces(who, problem);
      const inSource = new Set(y);
      const shared = [...new Set(labelled.y)].filter((c) => inSource.has(c)).sort((a, b) => a - b);
      if (shared.length > 1) return { xt: labelled.x, yt: labelled.y, ys: y, shared };
    }
    if (compare === 'auto') return undefined;
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message:
        'comparing features by their means per class needs labelled source and target rows of at least two shared classes. Label some, or take "distribution".',
      details: { argument: 'target.labelled', reason: 'missing' },
    });
  }
}

/** A fitted remapping of target features to source features; source rows stay. */
export class FittedRemapping extends Fitted implements FittedStep {
  /** Facts: what features were `comparedBy`, the similarity of each match in `similarities`, and how many source features are `unmatched`. */
  readonly diagnostics: Diagnostics;
  /** Source feature of each target feature [dt]. */
  readonly matches: Int32Array;
  readonly #target: FeatureScale;
  readonly #source: FeatureScale;
  /** What source features without a match get [ds]. */
  readonly #rest: Float64Array;

  constructor(
    matches: Int32Array,
    target: FeatureScale,
    source: FeatureScale,
    rest: Float64Array,
    diagnostics: Diagnostics,
  ) {
    super();
    this.matches = matches;
    this.diagnostics = diagnostics;
    this.#target = target;
    this.#source = source;
    this.#rest = rest;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const who = 'FeatureSpaceRemapping';
    if (resolveDomain(domain) !== 'target') return checkRows(who, x, this.#rest.length);
    const given = toDense(checkRows(who, x, this.matches.length));
    const mapped = denseMatrix(given.rows, this.#rest.length);
    const counts = new Int32Array(mapped.columns);
    for (const b of this.matches) counts[b]++;
    for (let i = 0; i < given.rows; i++) {
      const [from, to] = [i * given.columns, i * mapped.columns];
      for (let a = 0; a < given.columns; a++) {
        const b = this.matches[a];
        const value = (given.data[from + a] - this.#target.mean[a]) / this.#target.deviation[a];
        mapped.data[to + b] +=
          (value * this.#source.deviation[b] + this.#source.mean[b]) / counts[b];
      }
      for (let b = 0; b < counts.length; b++)
        if (counts[b] === 0) mapped.data[to + b] = this.#rest[b];
    }
    return mapped;
  }

  override toState(): FittedState {
    const vector = (data: Float64Array) => ({ shape: [data.length], data });
    return {
      id: FeatureSpaceRemapping.id,
      version: 1,
      values: {},
      arrays: {
        matches: vector(Float64Array.from(this.matches)),
        'target mean': vector(this.#target.mean),
        'target deviation': vector(this.#target.deviation),
        'source mean': vector(this.#source.mean),
        'source deviation': vector(this.#source.deviation),
        rest: vector(this.#rest),
      },
      parts: {},
    };
  }
}

function columnMeansOf(x: DenseMatrix): Float64Array {
  return featureScale(x, true).mean;
}
