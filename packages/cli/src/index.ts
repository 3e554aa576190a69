export { run } from './run.js';
export type { ExitCode } from './run.js';
export { standardMethods } from './internal/toolkit.js';
