/** Kernels of TensorFlow.js that have no derivative on any of its backends. */
export const withoutGradient: readonly string[] = [
  'Einsum',
  'TopK',
  'GatherNd',
  'StridedSlice',
  'DepthToSpace',
];
