export { AdaptedMachine, AdaptiveSvm } from './adaptive-svm.js';
export type { AdaptiveSvmOptions } from './adaptive-svm.js';
export { RegularizedTransferClassifier } from './regularized-transfer-classifier.js';
export type {
  RegularizedTransferClassifierOptions,
  TransferredClassifier,
} from './regularized-transfer-classifier.js';
export { RegularizedTransferRegression } from './regularized-transfer-regression.js';
export type { RegularizedTransferRegressionOptions } from './regularized-transfer-regression.js';
export { InterpolationModel, LinearInterpolation } from './linear-interpolation.js';
export type { LinearInterpolationOptions } from './linear-interpolation.js';
export { TaskTrAdaBoost, VotingModel } from './task-tradaboost.js';
export type { TaskTrAdaBoostOptions } from './task-tradaboost.js';
export { TreeExpansionReduction } from './tree-expansion-reduction.js';
export type { TreeExpansionReductionOptions } from './tree-expansion-reduction.js';
export { TreeStructureTransfer } from './tree-structure-transfer.js';
export type { TreeStructureTransferOptions } from './tree-structure-transfer.js';
export { TransferredForest } from './internal/transferred-forest.js';

export type { ParameterRun } from './internal/source-models.js';
