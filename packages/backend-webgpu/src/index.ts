export { webgpu } from './webgpu.js';
export { webgpuDeclaration } from './declaration.js';
