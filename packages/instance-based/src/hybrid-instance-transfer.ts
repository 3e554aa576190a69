import type {
  Adaptation,
  FittedState,
  JsonObject,
  Label,
  LabelledRows,
  Learner,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  TransferProblem,
  Warning,
} from '@graft-ml/core';
import {
  labelledSources,
  LearnerToken,
  prepareProblem,
  resolveOptions,
  TransferError,
  weightProblem,
} from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { ClassifierDensityRatio } from './classifier-density-ratio.js';
import { FittedHybridWeights, type WeightParts } from './fitted-hybrid-weights.js';
import { bestTargetShare } from './internal/best-target-share.js';
import { labelledTarget, poolTarget } from './internal/pool-target.js';
import { quiet } from './internal/pooled-rows.js';
import { settle } from './internal/settle.js';
import { targetCertainty } from './internal/target-certainty.js';

export interface HybridInstanceTransferOptions {
  /** What a weight is made of: the `'sum'` (default) or `'product'` of both parts, or the `'domain'` or `'task'` part alone. */
  readonly combine?: 'sum' | 'product' | 'domain' | 'task';
  /** a in (0, 1), what part of all weight the labelled target rows get; `'cv'` (default) tries 0.1 … 0.9 and 0.99 on held-out ones. More trusts the sources less. */
  readonly targetShare?: number | 'cv';
  /** The task part is multiplied with nt / (nt + `shrinkage`), nt labelled target rows. In [0, ∞), default 10. More trusts a model of few rows less. */
  readonly shrinkage?: number;
  /** Parts for held-out probabilities and losses, a whole number ≥ 2, default 5. */
  readonly nFolds?: number;
}

const schema: OptionSchema<HybridInstanceTransferOptions> = {
  combine: {
    type: 'choice',
    values: ['sum', 'product', 'domain', 'task'],
    default: 'sum',
    description: 'What a weight is made of: both parts added or multiplied, or one of them.',
  },
  targetShare: {
    type: 'number',
    above: 0,
    below: 1,
    words: ['cv'],
    default: 'cv',
    description:
      'a, the part of all weight that the labelled target rows get; "cv" tries 0.1 to 0.9 and 0.99 on held-out ones.',
    effect: 'More trusts the sources less.',
  },
  shrinkage: {
    type: 'number',
    atLeast: 0,
    default: 10,
    description: 'The task part is multiplied with nt / (nt + shrinkage), nt labelled target rows.',
    effect: 'More trusts a model of few rows less.',
  },
  nFolds: {
    type: 'integer',
    atLeast: 2,
    default: 5,
    description: 'Parts for held-out probabilities and losses.',
  },
};

/** Weighs source rows by whether they look like the target and whether their label is what a model of the target expects.
 *
 * Setting   inductive: labelled target rows · any number of sources · same features and labels · classification
 * Domain    d(x) = P(target | x) / P(source | x) by `classifier`, scaled to mean 1 per source
 * Task      τ(x, y) = nt / (nt + shrinkage) · (P_T(y | x) − max_{c ≠ y} P_T(c | x)),  P_T by `learner` on the nt labelled target rows
 * Weights   w = max(0, d + τ), mean 1 per source
 * then      the learner minimizes  a·mean_T loss + (1 − a)·Σ w·loss / Σ w;   a = `targetShare`, of ten the one of least held-out log-loss
 * Shapes    sources [nSource, nFeatures] → one source more, the target's labelled rows; rows pass unchanged
 * Assumes   the labelled target rows suffice for a model that is right more often than not
 * Errors    UNSUPPORTED where a target label is one that no source has, or a learner gives no probabilities;
 *           INVALID_DATA where all labelled target rows are equal and a is to be found
 * Paper     asgarian2018. The scale of τ, its shrinking, and that a = 0.99 is tried too, are ours.
 * Example   const { problem, fitted } = await new HybridInstanceTransfer().fit({ source, target: { x: xt, labelled } });
 */
export class HybridInstanceTransfer implements ProblemStrategy<FittedHybridWeights> {
  static readonly id = 'instance-based/hybrid-instance-transfer';
  static readonly summary =
    'Hybrid instance transfer: weighs source rows by how they look and whether their label fits the target.';
  static readonly setting: Setting = {
    role: 'instance',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken, classifier: LearnerToken };

  readonly produces = 'problem';
  readonly options: Required<HybridInstanceTransferOptions>;
  readonly #learner: Learner;
  readonly #classifier: Learner;

  /** `learner` makes the model of the target, `classifier` tells the domains apart; both default to {@link LogisticRegression}. */
  constructor(
    options?: HybridInstanceTransferOptions,
    dependencies: { readonly learner?: Learner; readonly classifier?: Learner } = {},
  ) {
    this.options = resolveOptions('HybridInstanceTransfer', schema, options);
    this.#learner = dependencies.learner ?? new LogisticRegression();
    this.#classifier = dependencies.classifier ?? new LogisticRegression();
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedHybridWeights>> {
    const who = 'HybridInstanceTransfer';
    const { targetShare, nFolds } = this.options;
    const problem = prepareProblem(HybridInstanceTransfer, input, run);
    const labelled = labelledTarget(who, problem);
    const domain = await this.#domainParts(problem, run);
    const weigh = (rows: LabelledRows) => this.#weigh(problem, rows, domain.parts, run);
    const { weighted, parts, summary } = await weigh(labelled);
    const share =
      targetShare === 'cv'
        ? await bestTargetShare({
            who,
            learner: this.#learner,
            labelled,
            nFolds,
            pool: async (rows) => (await weigh(rows)).weighted,
            run,
          })
        : { best: targetShare as number, facts: {} };
    const pooled = poolTarget(who, weighted, share.best);
    return {
      problem: pooled.problem,
      fitted: new FittedHybridWeights(
        HybridInstanceTransfer,
        {
          nFeatures: summary.nFeatures,
          effectiveSampleSizes: pooled.summary.effectiveSampleSizes,
          diagnostics: {
            warnings: [
              ...domain.warnings,
              ...summary.diagnostics.warnings,
              ...pooled.summary.diagnostics.warnings,
            ],
            facts: {
              ...pooled.summary.diagnostics.facts,
              ...domain.facts,
              ...summary.diagnostics.facts,
              ...share.facts,
            },
          },
        },
        parts,
      ),
    };
  }

  /** The density ratio of each source, mean 1, without the weights it came with. */
  async #domainParts(problem: TransferProblem, run?: RunOptions): Promise<DomainParts> {
    const { combine, nFolds } = this.options;
    const sources = problem.sources.map(({ weights: _, ...source }) => source);
    const ones = sources.map(({ x }) => new Float64Array(x.rows).fill(1));
    if (combine === 'task') return { parts: ones, warnings: [], facts: {} };
    const ratio = new ClassifierDensityRatio({ nFolds }, { classifier: this.#classifier });
    const adapted = await ratio.fit({ ...problem, sources }, quiet(run));
    const { warnings, facts } = adapted.fitted.diagnostics;
    return {
      parts: adapted.problem.sources.map(({ weights }, k) => weights ?? ones[k]),
      warnings: warnings.filter(({ code }) => code === 'DOMAINS_SEPARABLE'),
      facts: { domainAuc: facts?.['domainAuc'] ?? null },
    };
  }

  /** The problem weighed with what these labelled target rows say. */
  async #weigh(
    problem: TransferProblem,
    rows: LabelledRows,
    domain: readonly Float64Array[],
    run?: RunOptions,
  ) {
    const who = 'HybridInstanceTransfer';
    const { combine, shrinkage } = this.options;
    const sources = labelledSources(problem, who);
    const certainty =
      combine === 'domain'
        ? undefined
        : await targetCertainty({ who, learner: this.#learner, problem, rows, run });
    const shrink = rows.y.length / (rows.y.length + shrinkage);
    const parts = sources.map(({ y }, k): WeightParts => ({
      domain: domain[k],
      task: certainty ? certainty[k].map((margin) => shrink * margin) : new Float64Array(y.length),
    }));
    const agreement = parts.map(
      ({ task }) => task.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / task.length,
    );
    const settled = settle({
      who,
      problem,
      raw: certainty
        ? parts.map((part, k) => combined(part, combine, problem.sources[k].name))
        : domain,
      advice: 'Raise "shrinkage", or combine: \'sum\'.',
      warnings: certainty
        ? contradictions(problem, agreement)
        : combine === 'domain'
          ? []
          : [oneClass],
      facts: certainty ? { agreement } : {},
    });
    return {
      weighted: {
        ...weightProblem(problem, settled.weights),
        target: { ...problem.target, labelled: rows },
      },
      parts,
      summary: settled.summary,
    };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedHybridWeights {
    return FittedHybridWeights.read(HybridInstanceTransfer, state);
  }
}

interface DomainParts {
  readonly parts: readonly Float64Array[];
  readonly warnings: readonly Warning[];
  readonly facts: JsonObject;
}

function combined(
  { domain, task }: WeightParts,
  combine: 'sum' | 'product' | 'domain' | 'task',
  name: string,
): Float64Array {
  if (combine === 'domain') return domain;
  const value = {
    sum: (i: number) => domain[i] + task[i],
    product: (i: number) => domain[i] * task[i],
    task: (i: number) => task[i],
  }[combine];
  const raw = domain.map((_, i) => Math.max(0, value(i)));
  if (raw.some((weight) => weight > 0)) return raw;
  throw new TransferError({
    code: 'NUMERICAL',
    who: 'HybridInstanceTransfer',
    message: `no row of "${name}" has any weight: the model of the labelled target rows expects another label for each. Set "combine" to 'sum', or leave that source out.`,
    details: { operation: 'combining weights', source: name },
  });
}

/** A warning for each source most of whose labels the model of the target would not have given. */
function contradictions(
  { sources, target }: TransferProblem,
  agreement: readonly number[],
): Warning[] {
  const classes: readonly Label[] =
    target.task.kind === 'classification' ? target.task.classes : [];
  return sources.flatMap(({ name }, k) => {
    if (agreement[k] >= 1 / classes.length) return [];
    const share = Math.round(100 * agreement[k]);
    return [
      {
        code: 'LABELS_CONTRADICT',
        message: `a model of the labelled target rows gives ${share} % of the rows of "${name}" the label they have, fewer than chance: their labels mean something else, or the target rows are too few to tell. Compare with TargetOnly.`,
      },
    ];
  });
}

const oneClass = {
  code: 'CLASS_MISSING',
  message:
    'the labelled target rows are all of one class and tell nothing about labels: source rows are weighed by how they look alone. Label rows of another class too.',
};
