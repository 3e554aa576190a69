import type {
  Adaptation,
  FittedState,
  JsonObject,
  Learner,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  StateArray,
} from '@graft-ml/core';
import {
  checkRows,
  LearnerToken,
  Model,
  prepareProblem,
  resolveOptions,
  StateReader,
  step,
  TransferError,
  weightProblem,
} from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { quantile } from '@graft-ml/numerics';
import { covariateShift } from './internal/covariate-shift.js';
import { FittedWeights, readSummary, type WeightSummary } from './fitted-weights.js';
import {
  applyCalibration,
  type Calibration,
  calibrationFromState,
  calibrationToState,
  fitCalibration,
} from './internal/calibration.js';
import { separableWarning } from './internal/domain-warnings.js';
import { scoreDomains, targetProbability } from './internal/score-domains.js';
import { settle } from './internal/settle.js';

export interface ClassifierDensityRatioOptions {
  /** Parts for out-of-fold probabilities, a whole number ≥ 1, default 5. 1 trusts the classifier on the rows it was fitted on. */
  readonly nFolds?: number;
  /** How far probabilities keep from 0 and 1. In (0, 0.5), default 1e-6. Larger values bound the weights sooner. */
  readonly clip?: number;
  /** Ratios above this quantile are cut to it. In (0, 1], default 0.99; 1 cuts nothing. */
  readonly cap?: number;
  /** τ in [0, 1], default 1: ratios are raised to it. Smaller values make weights more even; 0 makes them equal. */
  readonly flattening?: number;
  /** How probabilities are corrected on the out-of-fold rows: `'none'` (default), `'platt'` or `'isotonic'`. */
  readonly calibration?: 'none' | 'platt' | 'isotonic';
}

const schema: OptionSchema<ClassifierDensityRatioOptions> = {
  nFolds: {
    type: 'integer',
    atLeast: 1,
    default: 5,
    description:
      'Parts for out-of-fold probabilities; 1 scores the rows the classifier was fitted on.',
  },
  clip: {
    type: 'number',
    above: 0,
    below: 0.5,
    default: 1e-6,
    description: 'How far probabilities keep from 0 and 1.',
    effect: 'Larger values bound the weights sooner.',
  },
  cap: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 0.99,
    description: 'Quantile of the ratios above which they are cut to it; 1 cuts nothing.',
    effect: 'Smaller values trade variance for bias.',
  },
  flattening: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    default: 1,
    description: 'τ, the power that ratios are raised to.',
    effect: 'Smaller values make weights more even.',
  },
  calibration: {
    type: 'choice',
    values: ['none', 'platt', 'isotonic'],
    default: 'none',
    description: 'How the out-of-fold probabilities are corrected before they become ratios.',
  },
};

/** Weighs source rows by the density ratio that a classifier of the domains implies.
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · needs no labels
 * Weights   w(x) = (ns/nt) · g(x) / (1 − g(x)),  g(x) = P(target | x) by the classifier, out of fold on the training rows
 * then      cut at the `cap` quantile, raised to the power `flattening`, scaled to mean 1
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   P(Y|X) is the same in both domains, and the source has rows wherever the target has
 * Errors    INVALID_DATA where a domain has fewer than two different rows to divide; UNSUPPORTED for a learner without probabilities
 * Paper     bickel2007; the power is τ of shimodaira2000.
 * Example   const { problem, fitted } = await new ClassifierDensityRatio().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class ClassifierDensityRatio implements ProblemStrategy<FittedClassifierDensityRatio> {
  static readonly id = 'instance-based/classifier-density-ratio';
  static readonly summary =
    'Density ratio: weighs source rows by the odds that a classifier takes them for target rows.';
  static readonly setting = covariateShift;
  static readonly schema = schema;
  static readonly needs = { classifier: LearnerToken };
  /** Classes whose states stand inside those of this one. */
  static readonly parts = [LogisticRegression];

  readonly produces = 'problem';
  readonly options: Required<ClassifierDensityRatioOptions>;
  readonly #classifier: Learner;

  constructor(
    options?: ClassifierDensityRatioOptions,
    dependencies: { readonly classifier?: Learner } = {},
  ) {
    this.options = resolveOptions('ClassifierDensityRatio', schema, options);
    this.#classifier = dependencies.classifier ?? new LogisticRegression();
  }

  async fit(
    input: ProblemInput,
    run?: RunOptions,
  ): Promise<Adaptation<FittedClassifierDensityRatio>> {
    const who = 'ClassifierDensityRatio';
    const problem = prepareProblem(ClassifierDensityRatio, input, run);
    const { sources, target } = problem;
    const { nFolds, clip, cap, flattening, calibration } = this.options;
    const learner = this.#classifier;
    const raw: Float64Array[] = [];
    const ratios: RatioFunction[] = [];
    const aucs: number[] = [];
    for (const { x } of sources) {
      const scores = await scoreDomains({ who, learner, xs: x, xt: target.x, nFolds, run });
      const curve = fitCalibration(calibration, scores);
      const ratio = applyCalibration(curve, scores.probabilities.subarray(0, x.rows));
      oddsInPlace(ratio, x.rows / target.x.rows, clip);
      const ceiling = cap < 1 ? quantile(ratio, cap) : Number.MAX_VALUE;
      flattenInPlace(ratio, ceiling, flattening);
      raw.push(ratio);
      aucs.push(scores.auc);
      ratios.push({
        classifier: scores.model,
        curve,
        odds: x.rows / target.x.rows,
        ceiling,
        scale: 1,
      });
      await step(run, who, {
        stage: 'telling the domains apart',
        done: raw.length,
        total: sources.length,
      });
    }
    const { weights, scales, summary } = settle({
      who,
      problem,
      raw,
      advice: 'Lower "cap" or "flattening", or transform the features before weighing.',
      warnings: aucs.flatMap((auc, k) => separableWarning(sources[k].name, auc)),
      facts: { domainAuc: aucs },
    });
    const fitted = new FittedClassifierDensityRatio(
      summary,
      ratios.map((ratio, k) => ({ ...ratio, scale: scales[k] })),
      { clip, flattening },
    );
    return { problem: weightProblem(problem, weights), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedClassifierDensityRatio {
    const reader = new StateReader(state, ClassifierDensityRatio.id, 1);
    const summary = readSummary(reader);
    const shape = { clip: reader.number('clip'), flattening: reader.number('flattening') };
    const constants = reader.matrix('ratios', -1, 3);
    const ratios = Array.from({ length: constants.rows }, (_, k): RatioFunction => {
      const [odds, ceiling, scale] = constants.data.subarray(3 * k, 3 * k + 3);
      const classifier = reader.part(`classifier ${k}`, context);
      if (!(classifier instanceof Model)) throw notAModel();
      return { classifier, curve: calibrationFromState(reader, k), odds, ceiling, scale };
    });
    return new FittedClassifierDensityRatio(summary, ratios, shape);
  }
}

/** The weight function of one source: scale · min(odds·g/(1 − g), ceiling)^τ. */
interface RatioFunction {
  readonly classifier: Model;
  readonly curve: Calibration;
  /** ns/nt. */
  readonly odds: number;
  readonly ceiling: number;
  readonly scale: number;
}

/** A fitted domain classifier per source, and the weights it gives to rows it has not seen. */
export class FittedClassifierDensityRatio extends FittedWeights {
  readonly #ratios: readonly RatioFunction[];
  readonly #shape: { readonly clip: number; readonly flattening: number };

  constructor(
    summary: WeightSummary,
    ratios: readonly RatioFunction[],
    shape: { readonly clip: number; readonly flattening: number },
  ) {
    super(ClassifierDensityRatio, summary);
    this.#ratios = ratios;
    this.#shape = shape;
  }

  /** Weights of new rows of source number `source`, on the scale of its training rows; by the classifier of all of them. */
  async weigh(x: MatrixInput, source = 0, run?: RunOptions): Promise<Float64Array> {
    const { classifier, curve, odds, ceiling, scale } = this.#ratios[source];
    const rows = checkRows(this.who, x, this.nFeatures);
    const probabilities = await targetProbability(this.who, classifier, rows, run);
    const weights = applyCalibration(curve, probabilities);
    oddsInPlace(weights, odds, this.#shape.clip);
    flattenInPlace(weights, ceiling, this.#shape.flattening);
    for (let i = 0; i < weights.length; i++) weights[i] *= scale;
    return weights;
  }

  protected override extraValues(): JsonObject {
    return { ...this.#shape };
  }

  protected override extraArrays(): Readonly<Record<string, StateArray>> {
    const data = this.#ratios.flatMap(({ odds, ceiling, scale }) => [odds, ceiling, scale]);
    return {
      ratios: { shape: [this.#ratios.length, 3], data: Float64Array.from(data) },
      ...Object.assign({}, ...this.#ratios.map(({ curve }, k) => calibrationToState(curve, k))),
    };
  }

  protected override extraParts(): Readonly<Record<string, FittedState>> {
    return Object.fromEntries(
      this.#ratios.map(({ classifier }, k) => [`classifier ${k}`, classifier.toState()]),
    );
  }
}

/** g → odds · g/(1 − g), g kept `clip` away from 0 and 1. */
function oddsInPlace(g: Float64Array, odds: number, clip: number): void {
  for (let i = 0; i < g.length; i++) {
    const probability = Math.min(1 - clip, Math.max(clip, g[i]));
    g[i] = (odds * probability) / (1 - probability);
  }
}

function flattenInPlace(ratios: Float64Array, ceiling: number, power: number): void {
  for (let i = 0; i < ratios.length; i++) ratios[i] = Math.min(ratios[i], ceiling) ** power;
}

function notAModel(): TransferError {
  return new TransferError({
    code: 'INVALID_ARTEFACT',
    who: 'ClassifierDensityRatio',
    message: 'cannot be read back: a classifier in it is not a model.',
  });
}
