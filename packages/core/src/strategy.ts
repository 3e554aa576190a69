import type { DomainRef, TransferProblem } from './domain.js';
import type { Fitted, FittedState, RestoreContext } from './fitted.js';
import type { MatrixInput, Matrix } from './matrix.js';
import type { Model } from './model.js';
import type { OptionSchema } from './options.js';
import type { ProblemInput } from './problem.js';
import type { RunOptions } from './run.js';
import type { LabelledInput } from './training.js';
import type { TaskKind } from './task.js';

/** What kind of knowledge moves. */
export type Role =
  'preprocessing' | 'instance' | 'feature' | 'mapper' | 'relational' | 'parameter' | 'learner';

/** Where a method applies, as data: read by pipelines, reports, pages and the conformance checks. */
export interface Setting {
  readonly role: Role;
  /** `'same'` needs all domains to share one feature space. */
  readonly features: 'same' | 'different' | 'any';
  readonly sources: 'one' | 'many';
  readonly sourceLabels: 'unused' | 'optional' | 'required';
  /** The few labelled target rows; never the labels kept for evaluation. */
  readonly targetLabels: 'unused' | 'optional' | 'required';
  /** Rows known to correspond across domains. */
  readonly pairs: 'unused' | 'required';
  readonly tasks: readonly TaskKind[];
  /** The part of the shift it can repair. */
  readonly corrects: 'nothing' | 'marginal' | 'conditional' | 'marginal and conditional' | 'prior';
  /** Whether sparse input stays sparse on the way in. */
  readonly sparse: 'kept' | 'made dense';
}

/** The outcome of fitting a step: the problem as it looks afterwards, and what applies to new rows. */
export interface Adaptation<F extends FittedStep = FittedStep> {
  readonly problem: TransferProblem;
  readonly fitted: F;
}

/** A fitted step, applicable to new rows of either domain. */
export interface FittedStep extends Fitted {
  /** Rows [n, features of `domain`] as the adapted problem has them. A step that only weighs rows returns them unchanged. */
  transform(x: MatrixInput, domain: DomainRef, run?: RunOptions): Promise<Matrix>;
}

/** Turns a problem into a problem: preprocessing, instance, feature and relational strategies, heterogeneous mappers. */
export interface ProblemStrategy<F extends FittedStep = FittedStep> {
  readonly produces: 'problem';
  readonly options: object;
  fit(problem: ProblemInput, run?: RunOptions): Promise<Adaptation<F>>;
}

/** Turns labelled rows, or the labelled sources of a problem with their weights, into a model. */
export interface Learner<M extends Model = Model> {
  readonly produces: 'model';
  readonly options: object;
  fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<M>;
}

/** Turns source models and a problem into a model of the target. */
export interface ParameterStrategy<M extends Model = Model> {
  readonly produces: 'model';
  readonly options: object;
  /** `sourceModels` has one model per source; where it is left out they are learned from the sources first. */
  fit(
    problem: ProblemInput,
    run?: RunOptions & { readonly sourceModels?: readonly Model[] },
  ): Promise<M>;
}

/** The last step of a pipeline. */
export type Estimator<M extends Model = Model> = Learner<M> | ParameterStrategy<M>;

/** The static side of every exported method. */
export interface MethodClass<S = ProblemStrategy | Estimator, O extends object = object> {
  /** `<family>/<file name>`; the last part is the short name users type. */
  readonly id: string;
  /** One line for lists. */
  readonly summary: string;
  readonly setting: Setting;
  readonly schema: OptionSchema<O>;
  /** What it asks its surroundings for: constructor name → token. Every one has a default. */
  readonly needs: Readonly<Record<string, { readonly id: string }>>;
  restore(state: FittedState, context: RestoreContext): Fitted;
  new (options?: O, dependencies?: never): S;
}
