import type {
  FittedState,
  Learner,
  LinearAlgebra,
  Matrix,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  TrainingRows,
  Warning,
} from '@graft-ml/core';
import {
  LearnerToken,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  selectRows,
  step,
  trainingRows,
} from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { FeatureEnsembleModel } from './feature-ensemble-model.js';
import { groupScores, stackGroups } from './internal/feature-groups.js';
import { fitLearner } from './internal/fit-learner.js';
import { principalAxes } from './internal/principal-axes.js';
import { type AxisDistance, distancesFromCentre } from './internal/axis-distance.js';
import { labelledTarget } from './internal/same-labels.js';
import { selectColumns } from './internal/select-columns.js';
import { partOfSpeech } from './part-of-speech.js';

export interface SsFeOptions {
  /** Share of source rows kept, those nearest to the target's principal subspace. In (0, 1], default 0.7. */
  readonly keptShare?: number;
  /** How far a row is: `'centre'` (default) within the subspace from the target's mean, `'mahalanobis'` the same in standard deviations, `'residual'` out of the subspace. */
  readonly distance?: AxisDistance;
  /** Share of the target's variance that the subspace holds. In (0, 1], default 0.9. */
  readonly varianceShare?: number;
  /** Dimensions of the subspace at most. At least 1, default 50. */
  readonly maxComponents?: number;
  /** λ of the stacking, in [0, ∞), default 1. Larger values keep the weights of all groups nearer to each other. */
  readonly regularization?: number;
}

const schema: OptionSchema<SsFeOptions> = {
  keptShare: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 0.7,
    description: "Share of source rows kept, those nearest to the target's principal subspace.",
    effect: 'Smaller shares are more like the target and may lose classes.',
  },
  distance: {
    type: 'choice',
    values: ['centre', 'mahalanobis', 'residual'],
    default: 'centre',
    description: 'How far a row is: within the subspace from the mean, or out of the subspace.',
  },
  varianceShare: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 0.9,
    description: "Share of the target's variance that the subspace holds.",
  },
  maxComponents: {
    type: 'integer',
    atLeast: 1,
    default: 50,
    description: 'Dimensions of the subspace at most.',
  },
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'λ of the stacking.',
    effect: 'Larger values keep the weights of all groups nearer to each other.',
  },
};

/** Chooses source rows like the target's, learns one classifier per group of words, and weighs the groups on target rows (SS-FE).
 *
 * Setting   inductive: labelled target rows · sources are stacked · same features and labels · classification · makes a model
 * Keeps     the source rows with the least distance: ‖Uᵀ(x − m)‖ of `'centre'`, U = principal axes, m = mean of the target rows
 * Learns    per group k of features (nouns, verbs, …) a classifier g_k on the kept rows; s_k(x) = its log probabilities less their mean
 * Weighs    min_θ Σᵢ −log softmax(Σ_k θ_k·s_k(xᵢ))_yᵢ + λ/2·‖θ − 1/K‖² over the labelled target rows, K groups, λ = `regularization`
 * Predicts  argmax_c Σ_k θ_k·s_k(x)_c
 * Groups    by the tag at the end of a feature's name, `good/JJ` or `good_JJ`; hand in `groupOf` for others. No tags: one group
 * Shapes    xs [nSource, nFeatures], target.labelled.x [n, nFeatures] → classes and shares [rows, classes]
 * Assumes   some kinds of words carry over better than others, and rows like the target's teach more.
 * Errors    UNSUPPORTED for a classifier without probabilities, or a target label that no source has.
 * Paper     xia2013
 * Example   const model = await new FeatureEnsemble().fit({ source: { x: xs, y, featureNames }, target: { x: xt, featureNames, labelled } });
 */
export class FeatureEnsemble implements ParameterStrategy<FeatureEnsembleModel> {
  static readonly id = 'feature-based/ss-fe';
  static readonly summary = 'SS-FE: classifiers per group of words, weighed on target rows.';
  static readonly setting: Setting = {
    role: 'parameter',
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
  static readonly needs = { classifier: LearnerToken, linearAlgebra: LinearAlgebraToken };
  /** Methods whose models its own contain by default. */
  static readonly parts = [LogisticRegression];

  readonly produces = 'model';
  readonly options: Required<SsFeOptions>;
  readonly #classifier: Learner;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #groupOf: (featureName: string) => string;

  /** `classifier` serves every group and must give probabilities, default {@link LogisticRegression}; `groupOf` names the group of a feature, default {@link partOfSpeech}. */
  constructor(
    options?: SsFeOptions,
    dependencies: {
      readonly classifier?: Learner;
      readonly linearAlgebra?: LinearAlgebra;
      readonly groupOf?: (featureName: string) => string;
    } = {},
  ) {
    this.options = resolveOptions('FeatureEnsemble', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#classifier = dependencies.classifier ?? new LogisticRegression();
    this.#groupOf = dependencies.groupOf ?? partOfSpeech;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<FeatureEnsembleModel> {
    const method = FeatureEnsemble;
    const problem = prepareProblem(method, input, run);
    const few = labelledTarget(method.name, problem);
    const source = trainingRows(method.name, problem, method.setting.tasks, 2);
    const { kept, warnings } = this.#nearestRows(source, problem.target.x);
    const names = problem.target.features.names.map(this.#groupOf);
    const groups = Array.from(new Set(names)).sort();
    await step(run, method.name, { stage: 'choosing rows', done: 1, total: groups.length + 2 });
    const parts = [];
    for (const [k, group] of groups.entries()) {
      const columns = Int32Array.from(names.keys()).filter((j) => names[j] === group);
      const rows = { ...kept, x: selectColumns(kept.x, columns) };
      parts.push({ group, columns, model: await fitLearner(this.#classifier, rows, run) });
      const progress = { done: k + 2, total: groups.length + 2 };
      await step(run, method.name, { stage: 'learning groups', ...progress });
    }
    const scores = await groupScores(method.name, few.x, parts, run);
    const { weights, ...stacking } = stackGroups(scores, few.y, this.options.regularization);
    return new FeatureEnsembleModel(source.task, names.length, parts, weights, {
      ...stacking,
      warnings,
      facts: {
        rowsKept: kept.x.rows,
        groups: Object.fromEntries(groups.map((group, k) => [group, weights[k]])),
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): FeatureEnsembleModel {
    return FeatureEnsembleModel.read(state, context);
  }

  /** The source rows whose distance is not above that of the last one to keep. */
  #nearestRows(source: TrainingRows, target: Matrix) {
    const { keptShare, distance, varianceShare, maxComponents } = this.options;
    const count = Math.ceil(keptShare * source.x.rows);
    if (count === source.x.rows) return { kept: source, warnings: [] };
    const axes = principalAxes(this.#linearAlgebra, { x: target }, maxComponents);
    const far = distancesFromCentre(this.#linearAlgebra, source.x, axes, distance, varianceShare);
    const bound = far.slice().sort()[count - 1];
    const indices = Array.from(far.keys()).filter((i) => far[i] <= bound);
    const pick = (values: Float64Array) => Float64Array.from(indices, (i) => values[i]);
    const kept: TrainingRows = {
      task: source.task,
      x: selectRows(source.x, indices),
      y: pick(source.y),
      ...(source.weights ? { weights: pick(source.weights) } : {}),
    };
    return { kept, warnings: lostClasses(source, kept) };
  }
}

function lostClasses(before: TrainingRows, after: TrainingRows): readonly Warning[] {
  const { task } = before;
  if (task.kind === 'regression') return [];
  const left = new Set(after.y);
  const lost = Array.from(new Set(before.y)).filter((c) => !left.has(c));
  if (lost.length === 0) return [];
  const names = lost.map((c) => JSON.stringify(task.classes[c])).join(', ');
  return [
    {
      code: 'CLASS_MISSING',
      message: `no kept source row is of class ${names}, so it is never predicted. Raise "keptShare".`,
    },
  ];
}
