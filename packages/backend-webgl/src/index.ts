export { webgl } from './webgl.js';
export { webglDeclaration } from './declaration.js';
