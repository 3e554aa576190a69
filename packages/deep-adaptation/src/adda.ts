import type {
  FittedState,
  Matrix,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Warning,
} from '@graft-ml/core';
import {
  ComputeBackendToken,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  toDense,
  trainingRows,
} from '@graft-ml/core';
import type * as tensorflow from '@tensorflow/tfjs-core';
import { CheckpointsToken } from './checkpoints.js';
import { confusionFacts } from './internal/domain-scores.js';
import { domainHeadOf } from './internal/domain-head.js';
import type { DeepDependencies } from './dependencies.js';
import { NetworkFit } from './internal/network-fit.js';
import { sourceObjective } from './internal/source-objective.js';
import { domainLoss } from './internal/losses.js';
import { NetworkToken } from './network-design.js';
import { NetworkModel } from './network-model.js';
import { type TrainingOptions, trainingSchema } from './training-options.js';

export interface AdversarialDiscriminativeAdaptationOptions extends TrainingOptions {
  /** Units of the discriminator's hidden layer. A whole number ≥ 1, default 64. */
  readonly domainUnits?: number;
  /** Learning rate of the target's extractor as a share of `learningRate`. In (0, ∞), default 0.1. */
  readonly adversarialRate?: number;
}

const schema: OptionSchema<AdversarialDiscriminativeAdaptationOptions> = {
  ...trainingSchema,
  domainUnits: {
    type: 'integer',
    atLeast: 1,
    default: 64,
    description: 'Units of the hidden layer of the discriminator.',
  },
  adversarialRate: {
    type: 'number',
    above: 0,
    default: 0.1,
    description: "Learning rate of the target's extractor as a share of the learning rate.",
    effect: 'Too large a share swaps classes or collapses them into one.',
  },
};

/** ADDA: a second feature extractor for the target, taught to look like the source's to a discriminator.
 *
 * Setting   labelled source, unlabelled target · same features · makes a model
 * Solves    first min_{S,Y} ℓ(Y(S(xs)), ys); then, S and Y fixed and T begun as a copy of S, in turn
 *           min_D  mean −log σ(D(S(xs))) + mean −log(1 − σ(D(T(xt))))   and   min_T  mean −log σ(D(T(xt)))
 * Predicts  Y(T(x)), for rows of the target
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → logits [n, classes] or values
 * Assumes   classes keep their shares, and the extractors are close: nothing keeps T from swapping classes
 * Errors    NUMERICAL where training diverges; MISSING_DEPENDENCY without a tensor engine; INVALID_OPTION for a network that does not fit
 * Paper     tzeng2017
 * Example   const model = await new AdversarialDiscriminativeAdaptation().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class AdversarialDiscriminativeAdaptation implements ParameterStrategy<NetworkModel> {
  static readonly id = 'deep-adaptation/adda';
  static readonly summary =
    "ADDA: an extractor of its own for the target, taught to pass for the source's.";
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = {
    backend: ComputeBackendToken,
    network: NetworkToken,
    linearAlgebra: LinearAlgebraToken,
    checkpoints: CheckpointsToken,
  };

  readonly produces = 'model';
  readonly options: Required<AdversarialDiscriminativeAdaptationOptions>;
  readonly #dependencies: DeepDependencies;

  constructor(
    options?: AdversarialDiscriminativeAdaptationOptions,
    dependencies: DeepDependencies = {},
  ) {
    this.options = resolveOptions('AdversarialDiscriminativeAdaptation', schema, options);
    this.#dependencies = dependencies;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<NetworkModel> {
    const method = AdversarialDiscriminativeAdaptation;
    const problem = prepareProblem(method, input, run);
    const rows = trainingRows(method.name, problem, method.setting.tasks);
    const target = toDense(problem.target.x);
    const { options } = this;
    const fit = await NetworkFit.start({
      who: method.name,
      rows,
      target,
      options,
      dependencies: this.#dependencies,
      run,
    });
    try {
      const before = await fit.train('source', [sourceObjective(fit)]);
      const { tf, features } = fit;
      const adapted = fit.network(fit.layers, await features.weights());
      const discriminator = domainHeadOf(fit, options.domainUnits);
      const logits = (rows: tensorflow.Tensor2D): tensorflow.Tensor2D => discriminator.apply(rows);
      // Early stopping would watch the source's network, which no longer changes.
      const after = await fit.train(
        'adversarial',
        [
          {
            groups: [{ variables: discriminator.variables, rate: 1 }],
            loss({ source, target, note }) {
              const loss = tf.add<tensorflow.Scalar>(
                domainLoss(tf, logits(features.apply(source.x)), 'source'),
                domainLoss(tf, logits(adapted.apply(target!.x)), 'target'),
              );
              note('discriminator loss', loss);
              return loss;
            },
          },
          {
            groups: [{ variables: adapted.variables, rate: options.adversarialRate }],
            loss({ target, note }) {
              const loss = domainLoss(tf, logits(adapted.apply(target!.x)), 'source');
              note('extractor loss', loss);
              return loss;
            },
          },
        ],
        { patience: 0 },
      );
      const model = await fit.model(method, { warnings: [] }, adapted);
      const sourceModel = await fit.model(method, { warnings: [] });
      const extractors = [sourceModel, sourceModel, sourceModel, model] as const;
      const scores = await confusionFacts(fit.random, extractors, toDense(rows.x), target);
      return new NetworkModel(method, model.parts, fit.linearAlgebra, {
        warnings: await lostClasses(model, problem.target.x),
        iterations: before.steps + after.steps,
        stopReason: after.stopReason,
        facts: { ...scores, sourceHistory: before.history, history: after.history },
      });
    } finally {
      fit.dispose();
    }
  }

  static restore(state: FittedState, context: RestoreContext): NetworkModel {
    return NetworkModel.read(AdversarialDiscriminativeAdaptation, state, context);
  }
}

/** A `CLASS_MISSING` warning where the extractor has swallowed classes, the usual way in which it fails. */
async function lostClasses(model: NetworkModel, target: Matrix): Promise<Warning[]> {
  if (model.task.kind === 'regression') return [];
  const seen = new Set(await model.predictEncoded(target));
  const lost = model.task.classes.filter((_, c) => !seen.has(c));
  if (lost.length === 0) return [];
  const names = lost.map((label) => JSON.stringify(label)).join(', ');
  return [
    {
      code: 'CLASS_MISSING',
      message: `no target row is taken for class ${names}. Where such rows are there, the extractor has collapsed: lower adversarialRate.`,
    },
  ];
}
