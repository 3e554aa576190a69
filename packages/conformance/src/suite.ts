import type { Check, Method } from './check.js';
import { dataChecks } from './data-checks.js';
import { declarationChecks } from './declaration-checks.js';
import { fitChecks } from './fit-checks.js';
import { learnerChecks } from './learner-checks.js';
import { strategyChecks } from './strategy-checks.js';

/** Every promise, in the order they are checked. */
export function conformanceChecks(): readonly Check[] {
  return [...declarationChecks, ...fitChecks, ...dataChecks, ...strategyChecks, ...learnerChecks];
}

/** What the suite needs of a test runner: Jest, Vitest, Mocha and `node:test` all fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body?: () => Promise<void>): unknown;
}

/** Declares one test per promise for `method`. A check that does not apply is declared with its reason and passes.
 *
 * Example   checkMethod(Coral, { describe, it });
 */
export function checkMethod(method: Method, runner: TestRunner): void {
  runner.describe(`${method.id} keeps the promises of a ${method.setting.role}`, () => {
    for (const check of conformanceChecks()) {
      const reason = check.skip?.(method);
      if (reason === undefined)
        runner.it(`${check.name}: ${check.promise}`, () => check.run(method));
      else runner.it(`${check.name}: does not apply (${reason})`, () => Promise.resolve());
    }
  });
}
