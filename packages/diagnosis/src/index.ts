export { gaussianMmd, linearMmd, linearTimeMmd, mmd, mmdWitness } from './divergences/mmd.js';
export type { MmdOptions } from './divergences/mmd.js';
export {
  coralDistance,
  covarianceDistance,
  linearDiscrepancy,
  meanDistance,
} from './divergences/moments.js';
export { frechetDistance, gaussianDivergences } from './divergences/gaussian.js';
export type { GaussianDivergences } from './divergences/gaussian.js';
export { discreteDivergences, entropy } from './divergences/discrete.js';
export type { DiscreteDivergences } from './divergences/discrete.js';
export { energyDistance, energyStatistic } from './divergences/energy.js';
export { centredKernelAlignment, hsic } from './divergences/hsic.js';
export type { HsicOptions } from './divergences/hsic.js';
export { slicedWassersteinDistance } from './divergences/wasserstein.js';
export type { SlicedDistanceOptions } from './divergences/wasserstein.js';
export { aDistanceOf, proxyADistance } from './divergences/proxy-a-distance.js';
export type { ProxyADistanceOptions } from './divergences/proxy-a-distance.js';

export { mmdTest } from './shift-tests/mmd-test.js';
export type { MmdTest, MmdTestOptions } from './shift-tests/mmd-test.js';
export { classifierTest } from './shift-tests/classifier-test.js';
export type { ClassifierTest, ClassifierTestOptions } from './shift-tests/classifier-test.js';
export { chiSquareTest, fisherExactTest, frequencyBias } from './shift-tests/counts.js';
export { kolmogorovSmirnovTest } from './shift-tests/kolmogorov-smirnov.js';
export { contextBias, featureTests } from './shift-tests/feature-tests.js';
export type { FeatureTest } from './shift-tests/feature-tests.js';
export { benjaminiHochberg, holm } from './shift-tests/multiple-testing.js';
export { blackBoxShiftTest, estimateLabelShift } from './shift-tests/label-shift.js';
export type {
  BlackBoxRows,
  LabelShiftEstimate,
  LabelShiftOptions,
} from './shift-tests/label-shift.js';
export { conditionalShift } from './shift-tests/conditional-shift.js';
export type {
  ClassRows,
  ConditionalShift,
  ConditionalShiftOptions,
} from './shift-tests/conditional-shift.js';
export type { ShiftTest } from './shift-tests/test-result.js';
export type { FrequencyTest } from './shift-tests/frequency-tests.js';
export type { ContextRows, ContextTest, LeftOut } from './shift-tests/context-tests.js';
export type { ContextShift, OccurrenceShift } from './shift-tests/occurrence-shift.js';

export {
  matrixNormScore,
  meanConfidence,
  mutualInformation,
  nuclearNormScore,
  predictionEntropy,
  softNeighbourhoodDensity,
} from './scorers/confidence.js';
export { deepEmbeddedValidation, importanceWeightedRisk } from './scorers/importance-weighted.js';
export type { WeightedLosses } from './scorers/importance-weighted.js';
export { averageThresholdedConfidence, differenceOfConfidences } from './scorers/thresholds.js';
export type { ConfidenceRows } from './scorers/thresholds.js';
export { reverseValidation } from './scorers/reverse.js';
export type { ReverseRows } from './scorers/reverse.js';
export { clusterIndices, nearestSourceAgreement, neighbourAgreement } from './scorers/clusters.js';
export type { ClusterIndices } from './scorers/clusters.js';
export { defaultAccuracyRule, estimateAccuracy, estimateByViews } from './scorers/accuracy.js';
export type { AccuracyEstimate, AccuracyRows, AccuracyRule } from './scorers/accuracy.js';
export { mixValidation } from './scorers/mix-validation.js';
export type { MixValidationOptions } from './scorers/mix-validation.js';
export { consensus } from './scorers/consensus.js';
export type { Consensus } from './scorers/consensus.js';

export { gaussianLeep, leep, negativeConditionalEntropy } from './transferability/leep.js';
export type { GaussianLeepOptions } from './transferability/leep.js';
export { logMaximumEvidence } from './transferability/log-me.js';
export type { LogEvidence } from './transferability/log-me.js';
export {
  gaussianBhattacharyya,
  hScore,
  regularizedHScore,
  transRate,
} from './transferability/class-separation.js';
export { transportScore } from './transferability/otce.js';
export type { TransportScore } from './transferability/otce.js';
export { datasetBias } from './dataset-bias/dataset-bias.js';
export type { DatasetBias, DatasetBiasOptions, LabelledSet } from './dataset-bias/dataset-bias.js';
export { negativeBias } from './dataset-bias/negative-bias.js';
export type { DetectionSet, NegativeBias } from './dataset-bias/negative-bias.js';
export { sampleValue } from './dataset-bias/sample-value.js';
export type { SampleCurves } from './dataset-bias/sample-value.js';
export { summarizeCurves } from './curves/learning-curves.js';
export type { CurveSummary, LearningCurves } from './curves/learning-curves.js';
export { summarizeContinual } from './curves/continual.js';
export type { ContinualSummary } from './curves/continual.js';

export { decideByScores, guard } from './guard/guard.js';
export type {
  GuardDecision,
  GuardEstimate,
  GuardModel,
  GuardOptions,
  GuardProblem,
} from './guard/guard-types.js';
export { guardByLabels } from './guard/guard-by-labels.js';
export type { LabelledPredictions } from './guard/guard-by-labels.js';
export { labelGate, negativeTransferGap } from './guard/label-gate.js';
export type { GateDecision, GateRows, TransferGap } from './guard/label-gate.js';
export { splitLabels } from './guard/split-labels.js';
export type { LabelSplit } from './guard/split-labels.js';
export { besideSourceOnly, guardScores } from './guard/guard-scores.js';
export type { GuardRows, GuardScoreOptions, GuardScores } from './guard/guard-scores.js';
export { defaultGuardRule } from './guard/default-guard-rule.js';
export { expectedGain, gainRuleFor, viewOf } from './guard/guard-rule.js';
export type { GainRule, GuardRule, GuardView } from './guard/guard-rule.js';

export { diagnose } from './diagnose.js';
export type { DiagnoseOptions } from './diagnose.js';
export type { Diagnosis, MarginalShift, PriorShift, SourceDiagnosis } from './diagnosis.js';

export { advise } from './advisor/advise.js';
export type { Advice, Recommendation } from './advisor/advise.js';
export { defaultThresholds, factsOf } from './advisor/facts.js';
export type { Facts, Thresholds } from './advisor/facts.js';
export { measuredGains } from './advisor/measured-gains.js';
export type { MeasuredGain } from './advisor/measured-gains.js';
export { defaultAdviceRules } from './advisor/rules.js';
export type { AdviceRule } from './advisor/rules.js';
