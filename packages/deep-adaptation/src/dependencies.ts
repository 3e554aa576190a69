import type { ComputeBackend, LinearAlgebra } from '@graft-ml/core';
import type { CheckpointStore } from './checkpoints.js';
import type { NetworkDesign, PretrainedLayers } from './network-design.js';

/** What deep methods may be handed. */
export interface DeepDependencies {
  /** A loaded backend whose tensors are TensorFlow.js, with gradients. Default: `@graft-ml/backend-wasm-simd`. */
  readonly backend?: ComputeBackend;
  /** The feature extractor: a design, or layers that were trained before. Default: one dense layer of `hiddenUnits`. */
  readonly network?: NetworkDesign | PretrainedLayers;
  /** What fitted models predict with. Default: the reference engine. */
  readonly linearAlgebra?: LinearAlgebra;
  /** Where to keep what training needs to go on after it was interrupted. Default: nowhere. */
  readonly checkpoints?: CheckpointStore;
}
