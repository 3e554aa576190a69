export { TransferError, isTransferError } from './errors.js';
export type { ErrorCode, TransferErrorInit } from './errors.js';

export { denseMatrix, selectRows, stackRows, toDense, toMatrix } from './matrix.js';
export type { DenseMatrix, Matrix, MatrixInput, SparseMatrix } from './matrix.js';

export { decodeLabels, encodeLabels, inferTask, sameLabelSpace } from './task.js';
export type { ClassificationTask, Label, RegressionTask, Task, TaskKind } from './task.js';

export { numberedFeatures, resolveDomain, sameFeatureSpace } from './domain.js';
export type {
  Domain,
  DomainRef,
  FeatureKind,
  FeatureSpace,
  LabelledRows,
  PairedRows,
  SourceDomain,
  TargetDomain,
  TransferProblem,
} from './domain.js';

export { checkWeights, toProblem } from './problem.js';
export type {
  DomainInput,
  PlainProblem,
  ProblemInput,
  SourceInput,
  TargetInput,
} from './problem.js';
export { scenario } from './scenario.js';
export type { Scenario } from './scenario.js';

export { accepts, describeOption, resolveOptions } from './options.js';
export type { OptionSchema, OptionSpec } from './options.js';
export { checkAborted, step } from './run.js';
export type { Progress, RunOptions } from './run.js';

export type {
  Adaptation,
  Estimator,
  FittedStep,
  Learner,
  MethodClass,
  ParameterStrategy,
  ProblemStrategy,
  Role,
  Setting,
} from './strategy.js';
export { Fitted, stateFromJson, stateToJson } from './fitted.js';
export type {
  Diagnostics,
  FittedState,
  JsonObject,
  JsonValue,
  RestoreContext,
  StateArray,
  Warning,
} from './fitted.js';
export { StateReader } from './state-reader.js';
export { isLinearModel, Model } from './model.js';
export type { LinearModel } from './model.js';

export { checkRows, labelledSources, prepareProblem } from './requirements.js';
export type { LabelledSource } from './requirements.js';
export { trainingRows } from './training.js';
export type { LabelledInput, TrainingRows } from './training.js';
export { transformProblem, weightProblem } from './adapt-problem.js';

export { token } from './token.js';
export type { Token } from './token.js';
export { LearnerToken } from './learner-token.js';
export { LinearAlgebraToken } from './linear-algebra.js';
export type {
  Eigen,
  EigenOptions,
  Kernel,
  LeastSquares,
  LinearAlgebra,
  MultiplyOptions,
  Svd,
} from './linear-algebra.js';
export { ComputeBackendToken } from './compute-backend.js';
export type {
  BackendAdapter,
  BackendDeclaration,
  BackendOptions,
  BackendReport,
  ComputeBackend,
  FloatType,
  TensorEngine,
} from './compute-backend.js';
export { editDistance, suggest } from './suggest.js';
export { methodsOf } from './methods-of.js';
export type { AnyMethod } from './methods-of.js';
