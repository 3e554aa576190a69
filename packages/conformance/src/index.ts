export { methodsOf } from '@graft-ml/core';
export { checkMethod, conformanceChecks } from './suite.js';
export type { TestRunner } from './suite.js';
export { ConformanceError } from './check.js';
export type { Check, Method } from './check.js';
