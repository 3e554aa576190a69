export { NeuralNetwork } from './neural-network.js';
export type { NeuralNetworkOptions } from './neural-network.js';
export { DomainAdversarialNetwork } from './dann.js';
export type { DomainAdversarialNetworkOptions } from './dann.js';
export { DeepAdaptationNetwork } from './dan.js';
export type { DeepAdaptationNetworkOptions } from './dan.js';
export { DeepCoral } from './deep-coral.js';
export type { DeepCoralOptions } from './deep-coral.js';
export { AdversarialDiscriminativeAdaptation } from './adda.js';
export type { AdversarialDiscriminativeAdaptationOptions } from './adda.js';
export { FineTuning } from './fine-tuning.js';
export type { FineTuningOptions } from './fine-tuning.js';
export { NetworkModel } from './network-model.js';
export type { NetworkParts } from './network-model.js';
export { loadPretrainedNetwork } from './pretrained-network.js';
export type {
  FeatureOptions,
  ModelSource,
  PretrainedNetwork,
  PretrainedNetworkOptions,
} from './pretrained-network.js';
export { NetworkToken } from './network-design.js';
export type { Activation, LayerDesign, NetworkDesign, PretrainedLayers } from './network-design.js';
export type { WeightArray } from './internal/weights.js';
export { CheckpointsToken } from './checkpoints.js';
export type { CheckpointStore } from './checkpoints.js';
export type { AdaptationOptions, TrainingOptions } from './training-options.js';
export type { DeepDependencies } from './dependencies.js';
