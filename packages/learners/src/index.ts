// Linear models
export { LogisticModel, LogisticRegression } from './logistic-regression.js';
export type { LogisticRegressionOptions } from './logistic-regression.js';
export { RidgeRegression } from './ridge-regression.js';
export type { RidgeRegressionOptions } from './ridge-regression.js';
export { RidgeClassifier } from './ridge-classifier.js';
export type { RidgeClassifierOptions } from './ridge-classifier.js';
export { ElasticNet } from './elastic-net.js';
export type { ElasticNetOptions } from './elastic-net.js';
export { LinearSvm } from './linear-svm.js';
export type { LinearSvmOptions } from './linear-svm.js';
export { LinearDiscriminant, LinearDiscriminantModel } from './linear-discriminant.js';
export type { LinearDiscriminantOptions } from './linear-discriminant.js';
export {
  LinearClassifierModel,
  linearPartsFromState,
  LinearRegressionModel,
} from './internal/linear-model.js';
export type { LinearParts, Origin } from './internal/linear-model.js';
export { minimizeLogisticLoss } from './minimize-logistic-loss.js';
export type { LogisticProblem } from './minimize-logistic-loss.js';
export { solveRidge } from './solve-ridge.js';
export type { RidgeProblem, RidgeSolution } from './solve-ridge.js';
export type { LinearPrior, LinearSolution } from './internal/linear-objective.js';

// Densities and distances
export { NaiveBayes, NaiveBayesModel } from './naive-bayes.js';
export type { NaiveBayesOptions } from './naive-bayes.js';
export { QuadraticDiscriminant, QuadraticDiscriminantModel } from './quadratic-discriminant.js';
export type { QuadraticDiscriminantOptions } from './quadratic-discriminant.js';
export { NearestCentroid, NearestCentroidModel } from './nearest-centroid.js';
export type { NearestCentroidOptions } from './nearest-centroid.js';
export {
  NearestNeighbours,
  NeighbourClassifier,
  NeighbourModel,
  NeighbourRegression,
} from './nearest-neighbours.js';
export type { NearestNeighboursOptions } from './nearest-neighbours.js';

// Kernels
export { SupportVectorClassifier } from './support-vector-classifier.js';
export type { SupportVectorClassifierOptions } from './support-vector-classifier.js';
export {
  CalibratedSupportVectorModel,
  SupportVectorModel,
} from './internal/support-vector-model.js';
export {
  SupportVectorRegression,
  SupportVectorRegressionModel,
} from './support-vector-regression.js';
export type { SupportVectorRegressionOptions } from './support-vector-regression.js';
export { GaussianProcess, GaussianProcessModel } from './gaussian-process.js';
export type { GaussianProcessOptions } from './gaussian-process.js';
export { expectedImprovement } from './expected-improvement.js';
export type { KernelOptions } from './internal/kernel-choice.js';
export type { KernelExpansion } from './internal/kernel-expansion.js';

// Trees
export { DecisionTree, TreeClassifier, TreeModel, TreeRegression } from './decision-tree.js';
export type { DecisionTreeOptions } from './decision-tree.js';
export { ForestClassifier, ForestModel, ForestRegression, RandomForest } from './random-forest.js';
export type { RandomForestOptions } from './random-forest.js';
export { AdaBoost, AdaBoostModel } from './ada-boost.js';
export type { AdaBoostOptions } from './ada-boost.js';
export { AdaBoostR2, AdaBoostR2Model } from './ada-boost-r2.js';
export type { AdaBoostR2Options } from './ada-boost-r2.js';
export { weightedMedian } from './weighted-median.js';
export { depthOf, leafOf, leavesOf, pathOf } from './tree/tree.js';
export type { Tree } from './tree/tree.js';

// Preprocessing
export { FittedRowNormalizer, RowNormalizer } from './row-normalizer.js';
export type { RowNormalizerOptions } from './row-normalizer.js';
export { Standardizer } from './standardizer.js';
export type { StandardizerOptions } from './standardizer.js';
export { MinMaxScaler } from './min-max-scaler.js';
export type { MinMaxScalerOptions } from './min-max-scaler.js';
export { RobustScaler } from './robust-scaler.js';
export type { RobustScalerOptions } from './robust-scaler.js';
export { FittedScaling } from './internal/scaling.js';
export type { ColumnScale } from './internal/scaling.js';
export { FittedPrincipalComponents, PrincipalComponents } from './principal-components.js';
export type { PrincipalComponentsOptions } from './principal-components.js';
export {
  FittedKernelPrincipalComponents,
  KernelPrincipalComponents,
} from './kernel-principal-components.js';
export type { KernelPrincipalComponentsOptions } from './kernel-principal-components.js';

// Without labels
export { kMeans } from './k-means.js';
export type { Clusters, KMeansOptions } from './k-means.js';
export { gaussianMixture, mixtureLogDensity, responsibilities } from './gaussian-mixture.js';
export type { FittedMixture, Mixture, MixtureOptions } from './gaussian-mixture.js';
export { logKernelDensity, scottBandwidth } from './kernel-density.js';
export type { KernelDensityOptions } from './kernel-density.js';
export { harmonicLabels, spreadLabels } from './label-propagation.js';
export type { HarmonicOptions, KnownLabels, SpreadingOptions } from './label-propagation.js';

// Judging and choosing
export {
  accuracy,
  balancedAccuracy,
  confusionMatrix,
  f1,
  kappa,
  matthewsCorrelation,
  precisionPerClass,
  recallPerClass,
} from './metrics/classification.js';
export type { ClassMetricOptions, Confusion, MetricOptions } from './metrics/classification.js';
export { brier, calibrationError, logLoss, meanRocAuc } from './metrics/probabilities.js';
export { averagePrecision, rocAuc } from './metrics/ranking.js';
export {
  meanAbsoluteError,
  meanSquaredError,
  r2,
  rootMeanSquaredError,
} from './metrics/regression.js';
export { kendall, spearman } from './metrics/correlation.js';
export { fitIsotonic, fitPlatt, isotonicProbability, plattProbability } from './calibration.js';
export type { PlattCurve } from './calibration.js';
export { contentFolds, kFold, splitsOf, stratifiedKFold } from './splitters/folds.js';
export type { Split } from './splitters/folds.js';
export { domainFolds, leaveOneDomainOut, stratifiedWithinDomain } from './splitters/domains.js';
export type { DomainSplit } from './splitters/domains.js';
export { crossValidate } from './selection/cross-validate.js';
export type {
  CrossValidation,
  CrossValidationOptions,
  Judged,
  Score,
} from './selection/cross-validate.js';
export { gridSearch, randomSearch } from './selection/search.js';
export type { Grid, SearchResult, Space, Trial } from './selection/search.js';
