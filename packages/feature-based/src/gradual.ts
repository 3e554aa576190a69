import type {
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
  Warning,
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
import { LogisticRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { asModel } from './internal/as-model.js';
import { confidentRows } from './internal/confident-rows.js';
import { fitLearner } from './internal/fit-learner.js';
import { PlannedModel } from './internal/planned-model.js';
import { missingClassWarnings } from './internal/pseudo-labels.js';
import { readTask } from './internal/task-state.js';
import { planForCost, planWarnings } from './internal/transport-plan.js';

export interface GradualOptions {
  /** Domains trained on after the source, the target being the last. An integer from 1 on, default 5. More make smaller steps. */
  readonly nSteps?: number;
  /** Share of the rows of each guessed class, the surest ones, that the next model is trained on. In (0, 1], default 0.9. */
  readonly keep?: number;
}

const schema: OptionSchema<GradualOptions> = {
  nSteps: {
    type: 'integer',
    atLeast: 1,
    default: 5,
    description: 'Domains trained on after the source, the target being the last.',
    effect: 'More make smaller steps.',
  },
  keep: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 0.9,
    description: 'Share of the rows of each guessed class that the next model is trained on.',
    effect: 'Smaller values trust sure guesses only, and see less of each domain.',
  },
};

/** Walks a model from the source to the target through domains in between, each labelled by the model before (gradual self-training, GOAT).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels; makes a model
 * Algorithm P = an optimal transport plan from source to target rows; domain t of T has the rows (1 − t/T)·xsᵢ + t/T·xtⱼ with
 *           weights Pᵢⱼ, so that domain T is the target; f₀ learns the source, fₜ learns domain t with the labels that
 *           fₜ₋₁ gives it, the least sure rows of each class left out;   T, 1 − share left out = `nSteps`, `keep`
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → labels; a domain has at most nSource + nTarget − 1 rows
 * Assumes   along the shortest way from source to target no step is wider than the gap between classes.
 * Errors    as of the learner.
 * Paper     he2024goat; kumar2020
 * Example   const model = await new GradualSelfTraining().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class GradualSelfTraining implements ParameterStrategy<GradualModel> {
  static readonly id = 'feature-based/gradual';
  static readonly summary = 'GOAT: self-training through domains between source and target.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken, learner: LearnerToken };
  /** Methods whose models its own may contain by default. */
  static readonly parts = [LogisticRegression];

  readonly produces = 'model';
  readonly options: Required<GradualOptions>;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #learner: Learner;

  /** `learner` makes the model of every domain; default {@link LogisticRegression}. Without class probabilities all rows are kept. */
  constructor(
    options?: GradualOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra; readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('GradualSelfTraining', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner =
      dependencies.learner ?? new LogisticRegression({}, { linearAlgebra: this.#linearAlgebra });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<GradualModel> {
    const method = GradualSelfTraining;
    const problem = prepareProblem(method, input, run);
    const { keep, nSteps } = this.options;
    const source = trainingRows(method.name, problem, method.setting.tasks);
    const { task } = source;
    const way = this.#way(source, toDense(problem.target.x));
    let model = await fitLearner(this.#learner, source, run);
    const trace: JsonObject[] = [];
    let stopReason = 'the target was reached';
    for (let t = 1; t <= nSteps; t++) {
      const rows = way.at(t / nSteps);
      const labels = await model.predictEncoded(rows, run);
      const agreement = agreementOf(labels, source.y, way);
      if (new Set(labels).size < 2) {
        stopReason = `all rows of domain ${t} of ${nSteps} were guessed to be of one class; the model before it is kept`;
        trace.push({ step: t, agreement, kept: 0 });
        break;
      }
      const sure = model.predictProba ? await model.predictProba(rows, run) : undefined;
      const kept = confidentRows(labels, way.weights, sure, keep);
      const taught = {
        task,
        x: selectRows(rows, kept),
        y: Float64Array.from(kept, (p) => labels[p]),
        weights: Float64Array.from(kept, (p) => way.weights[p]),
      };
      model = await fitLearner(this.#learner, taught, run);
      trace.push({ step: t, agreement, kept: kept.length / labels.length });
      await step(run, method.name, { stage: 'walking to the target', done: t, total: nSteps });
    }
    const reached = trace.length === nSteps && stopReason === 'the target was reached';
    const guessed = await model.predictEncoded(problem.target.x, run);
    return new GradualModel(task, model, way.plan, {
      warnings: [
        ...planWarnings(way.converged),
        ...(reached ? [] : [oneClassLeft]),
        ...missingClassWarnings(task, guessed),
      ],
      iterations: trace.length,
      converged: reached,
      stopReason,
      facts: { trace },
    });
  }

  static restore(state: FittedState, context: RestoreContext): GradualModel {
    const { id, name } = GradualSelfTraining;
    const reader = new StateReader(state, id, 1);
    return new GradualModel(readTask(reader), asModel(name, reader.part('model', context)));
  }

  /** Pairs of rows that a plan joins, and the rows a share of the way between them. */
  #way({ x, weights }: TrainingRows, xt: ReturnType<typeof toDense>) {
    const linearAlgebra = this.#linearAlgebra;
    const xs = toDense(x);
    const cost = linearAlgebra.squaredDistances(xs, xt);
    const options = { plan: 'exact', regularization: 0, weights } as const;
    const { plan, converged } = planForCost(linearAlgebra, cost, options);
    const { from, to, mass } = entriesOf(plan);
    const { columns } = xt;
    return {
      plan,
      converged,
      from,
      /** Mean 1 per target row. */
      weights: Float64Array.from(mass, (value) => value * xt.rows),
      at: (share: number) => {
        const rows = denseMatrix(from.length, columns);
        for (let p = 0; p < from.length; p++) {
          for (let j = 0; j < columns; j++) {
            rows.data[p * columns + j] =
              (1 - share) * xs.data[from[p] * columns + j] + share * xt.data[to[p] * columns + j];
          }
        }
        return rows;
      },
    };
  }
}

/** The model of the last domain on the way. Facts: a `trace` with, for each domain, the share of rows `kept` and the `agreement` of the
 * guesses with the labels that the plan carries. */
export class GradualModel extends PlannedModel {
  constructor(
    task: Task,
    model: Model,
    plan?: Matrix,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super(GradualSelfTraining, task, model, plan, diagnostics);
  }
}

/** The entries of a plan that are not zero, by rows. */
function entriesOf(plan: Matrix) {
  const from: number[] = [];
  const to: number[] = [];
  const mass: number[] = [];
  for (let i = 0; i < plan.rows; i++) {
    const sparse = plan.format === 'csr';
    const start = sparse ? plan.rowStarts[i] : i * plan.columns;
    const end = sparse ? plan.rowStarts[i + 1] : start + plan.columns;
    for (let p = start; p < end; p++) {
      const value = sparse ? plan.values[p] : plan.data[p];
      if (!(value > 0)) continue;
      from.push(i);
      to.push(sparse ? plan.columnIndices[p] : p - start);
      mass.push(value);
    }
  }
  return { from, to, mass };
}

/** Share of the mass that is guessed to be of the class its source row has. */
function agreementOf(
  labels: Float64Array,
  y: Float64Array,
  { from, weights }: { readonly from: readonly number[]; readonly weights: Float64Array },
): number {
  let [same, all] = [0, 0];
  from.forEach((i, p) => {
    all += weights[p];
    if (labels[p] === y[i]) same += weights[p];
  });
  return same / all;
}

const oneClassLeft: Warning = {
  code: 'NOT_CONVERGED',
  message:
    'the walk ended before the target because all rows were guessed to be of one class. Take more steps, or check that source and target share their classes.',
};
