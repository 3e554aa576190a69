export { nodeDeclaration } from './declaration.js';
