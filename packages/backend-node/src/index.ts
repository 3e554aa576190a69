export { node } from './node.js';
export type { NodeOptions } from './node.js';
export { nodeDeclaration } from './declaration.js';
export { loadNativeLinearAlgebra, NativeLinearAlgebra } from './native-linear-algebra.js';
export type { NativeLinearAlgebraOptions } from './native-linear-algebra.js';
export { loadOnnxModel, OnnxModel } from './onnx-model.js';
export type { ExtractOptions, OnnxModelOptions, OnnxSignature } from './onnx-model.js';
