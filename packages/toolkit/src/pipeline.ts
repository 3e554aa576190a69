import {
  type Adaptation,
  type Estimator,
  type FittedStep,
  type Model,
  type ProblemInput,
  type ProblemStrategy,
  type RunOptions,
  toProblem,
  TransferError,
} from '@graft-ml/core';
import { FittedPipeline } from './fitted-pipeline.js';
import { PipelineModel } from './pipeline-model.js';

/** Steps that turn a problem into a problem, one after the other; itself such a step. */
export class StepPipeline implements ProblemStrategy<FittedPipeline> {
  readonly produces = 'problem';
  readonly options = Object.freeze({});
  readonly steps: readonly ProblemStrategy[];

  constructor(steps: readonly ProblemStrategy[]) {
    this.steps = Object.freeze([...steps]);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedPipeline>> {
    let problem = toProblem(input, 'pipeline');
    const steps: FittedStep[] = [];
    for (const step of this.steps) {
      const adaptation = await step.fit(problem, run);
      problem = adaptation.problem;
      steps.push(adaptation.fitted);
    }
    return { problem, fitted: new FittedPipeline(steps) };
  }
}

/** Steps that end in a learner or parameter strategy: turns a problem into a model of the target. */
export class EstimatorPipeline {
  readonly produces = 'model';
  readonly options = Object.freeze({});
  readonly steps: StepPipeline;
  readonly estimator: Estimator;

  constructor(steps: readonly ProblemStrategy[], estimator: Estimator) {
    this.steps = new StepPipeline(steps);
    this.estimator = estimator;
  }

  /** The model together with the adapted problem that it learned from. */
  async adapt(
    input: ProblemInput,
    run?: RunOptions,
  ): Promise<Adaptation<FittedPipeline> & { readonly model: PipelineModel }> {
    const given = toProblem(input, 'pipeline');
    const { problem, fitted } = await this.steps.fit(given, run);
    const model: Model = await this.estimator.fit(problem, run);
    return {
      problem,
      fitted,
      model: new PipelineModel(fitted, model, given.target.features.names),
    };
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<PipelineModel> {
    return (await this.adapt(input, run)).model;
  }
}

/** Composes steps freely. With an estimator at the end it makes a model, without one it is a step itself.
 *
 * An estimator anywhere but at the end does not compile (and throws `INVALID_OPTION` from JavaScript). What only data can
 * tell (a method for one feature space on two of them, say) is refused by the step concerned when it is fitted.
 * Example   await pipeline([new Standardizer(), new Coral(), new LogisticRegression()]).fit(problem)
 */
export function pipeline(steps: readonly ProblemStrategy[]): StepPipeline;
export function pipeline(steps: readonly [...ProblemStrategy[], Estimator]): EstimatorPipeline;
export function pipeline(
  steps: readonly (ProblemStrategy | Estimator)[],
): StepPipeline | EstimatorPipeline {
  const last = steps.at(-1);
  const before = steps.slice(0, last?.produces === 'model' ? -1 : undefined);
  before.forEach((step, k) => {
    if (step.produces === 'problem') return;
    throw new TransferError({
      code: 'INVALID_OPTION',
      who: 'pipeline',
      message: `step ${k} makes a model, so nothing can follow it; move it to the end.`,
      details: { option: 'steps', position: k },
    });
  });
  const strategies = before.filter((step): step is ProblemStrategy => step.produces === 'problem');
  return last?.produces === 'model'
    ? new EstimatorPipeline(strategies, last)
    : new StepPipeline(strategies);
}
