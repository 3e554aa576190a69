export { randomSource } from './random.js';
export type { RandomSource } from './random.js';

export { referenceLinearAlgebra } from './reference/linear-algebra.js';

export {
  columnMeans,
  columnStandardDeviations,
  columnVariances,
  correlation,
  covariance,
} from './statistics/moments.js';
export type { MomentOptions } from './statistics/moments.js';
export { scatterMoments } from './statistics/scatter.js';
export type { MaybeMomentsEngine, Moments, MomentsEngine } from './statistics/scatter.js';
export { medianDistance, medianHeuristicGamma } from './statistics/median-heuristic.js';
export type { MedianHeuristicOptions } from './statistics/median-heuristic.js';
export { argmax, argmaxRows, logSumExp, softmaxRows } from './statistics/softmax.js';
export { effectiveSampleSize, entropyEffectiveSampleSize, quantile } from './statistics/weights.js';
export { centreKernel, centreKernelRows } from './kernel-centring.js';

export { symmetricExponential, symmetricLogarithm, symmetricPower } from './matrix-functions.js';
export type { SymmetricPowerOptions } from './matrix-functions.js';

export { minimizeLbfgs } from './optimize/lbfgs.js';
export type { LbfgsOptions, LbfgsResult, Objective } from './optimize/lbfgs.js';
export { linearAssignment } from './optimize/assignment.js';
export type { Assignment } from './optimize/assignment.js';
export { elasticNet } from './optimize/elastic-net.js';
export type { ElasticNetOptions, ElasticNetResult } from './optimize/elastic-net.js';
export { evaluateCurve, fitIsotonicCurve, isotonicRegression } from './optimize/isotonic.js';
export type { IsotonicCurve } from './optimize/isotonic.js';
export { nonNegativeLeastSquares } from './optimize/non-negative-least-squares.js';
export type { NonNegativeLeastSquares } from './optimize/non-negative-least-squares.js';
export { minimizeProximal } from './optimize/proximal-gradient.js';
export type {
  ProximalGradientOptions,
  ProximalGradientResult,
} from './optimize/proximal-gradient.js';
export {
  boxProximal,
  elasticNetProximal,
  groupProximal,
  l1Proximal,
  nuclearProximal,
  simplexProximal,
} from './optimize/proximal-operators.js';
export type { ProximalOperator } from './optimize/proximal-operators.js';
export { projectOnSimplex } from './optimize/simplex-projection.js';
export { singularValueThreshold } from './optimize/singular-value-threshold.js';
export type { ThresholdedMatrix } from './optimize/singular-value-threshold.js';
export { minimizeBoxQuadratic } from './optimize/box-quadratic.js';
export { FaceDescent } from './optimize/face-descent.js';
export type { BoxProgram, SymmetricRows } from './optimize/face-descent.js';
export type {
  BoxQuadratic,
  BoxQuadraticOptions,
  BoxQuadraticResult,
} from './optimize/box-quadratic.js';
export { solveSvmDual } from './optimize/smo.js';
export type { SmoOptions, SmoResult, SvmDual } from './optimize/smo.js';

export { determinant, logDeterminant } from './determinant.js';
export { histogramSimilarity, pairwiseDistances } from './pairwise.js';
export type { Metric } from './pairwise.js';
export { geometricMean, riemannDistance, squaredBuresDistance } from './spd-geometry.js';
export { solveSylvester, solveSymmetricSylvester } from './sylvester.js';

export { nystroemFeatures } from './features/nystroem.js';
export type { NystroemFeatures, NystroemOptions } from './features/nystroem.js';
export { randomFourierFeatures } from './features/random-fourier.js';
export type { RandomFourierFeatures, RandomFourierOptions } from './features/random-fourier.js';
export { nearestNeighbours } from './graph/nearest-neighbours.js';
export type { Neighbours } from './graph/nearest-neighbours.js';
export { graphLaplacian, neighbourGraph } from './graph/neighbour-graph.js';
export type { LaplacianOptions, NeighbourGraphOptions } from './graph/neighbour-graph.js';
export { largestEigenpairs } from './spectral/lanczos.js';
export type { BlockOperator } from './spectral/krylov-space.js';
export type { LargestEigenpairs, LargestEigenpairsOptions } from './spectral/lanczos.js';
export { randomizedSvd } from './spectral/randomized-svd.js';
export type { RandomizedSvd, RandomizedSvdOptions } from './spectral/randomized-svd.js';

export { optimalTransport, partialTransport } from './transport/optimal-transport.js';
export type { TransportOptions, TransportPlan } from './transport/optimal-transport.js';
export { partialSinkhorn, sinkhorn, unbalancedSinkhorn } from './transport/sinkhorn.js';
export type { EntropicPlan, SinkhornOptions } from './transport/sinkhorn.js';
export type { MaybeTransportEngine, TransportEngine } from './transport/engine.js';

export { barycentricMap } from './transport/barycentric-map.js';
export type { BarycentricMapOptions } from './transport/barycentric-map.js';
export { classSparseSinkhorn } from './transport/class-sparse-sinkhorn.js';
export type {
  ClassPenalty,
  ClassSparseSinkhornOptions,
} from './transport/class-sparse-sinkhorn.js';
export type { RegularizedPlan } from './transport/regularized-problem.js';
export { squaredGaussianDistance } from './transport/gaussian.js';
export type { Gaussian } from './transport/gaussian.js';
export { gaussianBarycentre } from './transport/gaussian-barycentre.js';
export type {
  GaussianBarycentre,
  GaussianBarycentreOptions,
} from './transport/gaussian-barycentre.js';
export { gaussianMap } from './transport/gaussian-map.js';
export type { GaussianMap } from './transport/gaussian-map.js';
export { gromovWasserstein } from './transport/gromov-wasserstein.js';
export type {
  GromovWassersteinOptions,
  GromovWassersteinPlan,
} from './transport/gromov-wasserstein.js';
export { laplacianTransport } from './transport/laplacian-transport.js';
export type { LaplacianTransportOptions } from './transport/laplacian-transport.js';
export { sinkhornDivergence } from './transport/sinkhorn-divergence.js';
export type {
  SinkhornDivergence,
  SinkhornDivergenceOptions,
} from './transport/sinkhorn-divergence.js';
export { randomDirections, slicedWasserstein } from './transport/sliced-wasserstein.js';
export type {
  SlicedWasserstein,
  SlicedWassersteinOptions,
} from './transport/sliced-wasserstein.js';
export { wassersteinDistance1d } from './transport/wasserstein-1d.js';
export type { LineTransportOptions } from './transport/wasserstein-1d.js';
