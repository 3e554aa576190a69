import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  JsonObject,
  Learner,
  LinearAlgebra,
  Matrix,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Task,
  TrainingRows,
  TransferProblem,
} from '@graft-ml/core';
import {
  denseMatrix,
  LearnerToken,
  LinearAlgebraToken,
  Model,
  prepareProblem,
  resolveOptions,
  selectRows,
  StateReader,
  step,
  toDense,
  trainingRows,
} from '@graft-ml/core';
import { LogisticRegression, RidgeRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { asModel } from './internal/as-model.js';
import { carriedLabels, outputsOf } from './internal/carried-labels.js';
import { defaultLearner } from './internal/fit-learner.js';
import { labelLosses } from './internal/label-losses.js';
import { PlannedModel } from './internal/planned-model.js';
import { missingClassWarnings } from './internal/pseudo-labels.js';
import { readTask } from './internal/task-state.js';
import { type CostScale, scaledCosts } from './internal/transport-cost.js';
import { planCost, planForCost, planWarnings, type SolvedPlan } from './internal/transport-plan.js';

export interface JdotOptions {
  /** α, weight of the distance between rows beside the loss of the labels. In [0, ∞), default 1. Larger values trust the features more; at 0 only labels count. */
  readonly featureWeight?: number;
  /** `'exact'` (default, as published) or `'entropic'`, which spreads labels over more rows and scales better. */
  readonly plan?: 'exact' | 'entropic';
  /** ε of `'entropic'`, in units of the joint cost. In (0, ∞), default 0.05. Larger values spread the plan and are faster. */
  readonly regularization?: number;
  /** What squared distances are divided by: their `'max'` (default), `'median'`, `'mean'`, or `'none'`. */
  readonly costScale?: CostScale;
  /** Stops once another plan would lower the joint cost by at most this share of it. In [0, ∞), default 1e-3. */
  readonly tolerance?: number;
  /** Models trained at most. An integer from 1 on, default 20. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<JdotOptions> = {
  featureWeight: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'α, weight of the distance between rows beside the loss of the labels.',
    effect: 'Larger values trust the features more.',
  },
  plan: {
    type: 'choice',
    values: ['exact', 'entropic'],
    default: 'exact',
    description: 'Which transport problem is solved.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 0.05,
    description: 'ε of "entropic", in units of the joint cost.',
    effect: 'Larger values spread the plan and are faster.',
  },
  costScale: {
    type: 'choice',
    values: ['max', 'median', 'mean', 'none'],
    default: 'max',
    description: 'What squared distances are divided by.',
  },
  tolerance: {
    type: 'number',
    atLeast: 0,
    default: 1e-3,
    description: 'Share of the joint cost that another plan must save to go on.',
    effect: 'Smaller values train more models.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 20,
    description: 'Models trained at most.',
  },
};

/** Learns a target model and a transport plan of rows and labels at once (joint distribution optimal transport, JDOT).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels; makes a model
 * Solves    min_{f, P} Σᵢⱼ Pᵢⱼ·(α·‖xsᵢ − xtⱼ‖² / scale + ℓ(yᵢ, f(xtⱼ))) + the learner's own penalty
 *           over plans P from source weights to uniform target weights;   α = `featureWeight`
 * where     ℓ = −log p(yᵢ | xtⱼ) for a learner with probabilities, 0 or 1 for another; (yᵢ − f(xtⱼ))² / variance of y for a
 *           regression
 * Algorithm P for the distances alone; f trained on the target rows with the labels P carries (each class of a row by its share,
 *           the mean for a regression); P for distances and losses; again, until P is optimal for the losses of its own f
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → labels; the plan is [nSource, nTarget]
 * Assumes   class proportions agree, and the first plan sends most rows right.
 * Errors    as of the learner.
 * Paper     courty2017jdot
 * Example   const model = await new JointDistributionTransport().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class JointDistributionTransport implements ParameterStrategy<JointTransportModel> {
  static readonly id = 'feature-based/jdot';
  static readonly summary =
    'JDOT: a target model and the plan its labels come by, learned at once.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken, learner: LearnerToken };
  /** Methods whose models its own may contain by default. */
  static readonly parts = [LogisticRegression, RidgeRegression];

  readonly produces = 'model';
  readonly options: Required<JdotOptions>;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #learner: Learner | undefined;

  /** `learner` makes the target model; default {@link LogisticRegression} for classes, {@link RidgeRegression} for values. */
  constructor(
    options?: JdotOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra; readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('JointDistributionTransport', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner = dependencies.learner;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<JointTransportModel> {
    const method = JointDistributionTransport;
    const problem = prepareProblem(method, input, run);
    const { costScale, maxIterations, tolerance } = this.options;
    const source = trainingRows(method.name, problem, method.setting.tasks);
    const xt = toDense(problem.target.x);
    const { cost } = scaledCosts(this.#linearAlgebra, toDense(source.x), xt, costScale);
    const outputs = outputsOf(source.task, source.y);
    const trace: JsonObject[] = [];
    let planned = this.#plan(this.#jointCost(cost), source);
    for (let iteration = 1; ; iteration++) {
      const { shares } = carriedLabels(this.#linearAlgebra, planned.plan, outputs, xt);
      const model = await this.#learn(problem, source.task, shares, run);
      const losses = await labelLosses(model, xt, source);
      const joint = this.#jointCost(cost, losses);
      const next = this.#plan(joint, source);
      const value = planCost(planned.plan, joint);
      const saving = value - planCost(next.plan, joint);
      trace.push({ iteration, cost: value, saving, labelLoss: planCost(planned.plan, losses) });
      await step(run, method.name, { stage: 'training', done: iteration, total: maxIterations });
      const converged = saving <= tolerance * value;
      if (!converged && iteration < maxIterations) {
        planned = next;
        continue;
      }
      const labels = await model.predictEncoded(xt);
      return new JointTransportModel(source.task, model, planned.plan, {
        warnings: [
          ...planWarnings(planned.converged),
          ...missingClassWarnings(source.task, labels),
        ],
        iterations: iteration,
        converged,
        stopReason: converged
          ? 'the plan is optimal for the losses of its own model'
          : 'maxIterations reached with plans still changing',
        facts: { trace, marginalError: planned.marginalError },
      });
    }
  }

  static restore(state: FittedState, context: RestoreContext): JointTransportModel {
    const reader = new StateReader(state, JointDistributionTransport.id, 1);
    const model = asModel('JointDistributionTransport', reader.part('model', context));
    return new JointTransportModel(readTask(reader), model);
  }

  /** α·C + losses. */
  #jointCost(cost: DenseMatrix, losses?: DenseMatrix): DenseMatrix {
    const { featureWeight } = this.options;
    const joint = cost.data.map((value, p) => featureWeight * value + (losses?.data[p] ?? 0));
    return denseMatrix(cost.rows, cost.columns, joint);
  }

  #plan(cost: DenseMatrix, { weights }: TrainingRows): SolvedPlan {
    const { plan, regularization } = this.options;
    return planForCost(this.#linearAlgebra, cost, { plan, regularization, weights });
  }

  /** Trains on the target rows: each class of a row weighs its share; a row of a regression has the mean value. */
  async #learn(problem: TransferProblem, task: Task, shares: DenseMatrix, run?: RunOptions) {
    const { target } = problem;
    const { name, features } = target;
    const regression = task.kind === 'regression';
    const entries = regression
      ? Array.from(shares.data.keys())
      : Array.from(shares.data.keys()).filter((p) => shares.data[p] > 1e-6);
    const row = (p: number) => Math.floor(p / shares.columns);
    const taught = {
      name,
      features,
      x: selectRows(target.x, entries.map(row)),
      task,
      y: Float64Array.from(entries, (p) => (regression ? shares.data[p] : p % shares.columns)),
      ...(regression ? {} : { weights: Float64Array.from(entries, (p) => shares.data[p]) }),
    };
    const learner = this.#learner ?? defaultLearner(task, this.#linearAlgebra, true);
    return learner.fit({ type: 'transfer-problem', sources: [taught], target }, run);
  }
}

/** A model of the target with the plan it was trained by, optimal for the losses of `model`. */
export class JointTransportModel extends PlannedModel {
  constructor(
    task: Task,
    model: Model,
    plan?: Matrix,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super(JointDistributionTransport, task, model, plan, diagnostics);
  }
}
