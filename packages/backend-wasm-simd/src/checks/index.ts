export { checkBackend } from './check-backend.js';
export type { CheckResult } from './check-backend.js';
