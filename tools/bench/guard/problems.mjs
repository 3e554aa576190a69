// The grid: every problem with the half it belongs to, loaded one by one.
import { reportingProblems } from './reporting-problems.mjs';
import { tuningProblems } from './tuning-problems.mjs';

/** Problems in a fixed order. `group` holds what is drawn together: both directions and all features of two domains. */
export function listProblems(shared, limits) {
  const inHalf = (half, problems) => problems.map((problem) => ({ ...problem, half }));
  return [
    ...inHalf('tuning', tuningProblems(shared, limits)),
    ...inHalf('reporting', reportingProblems(shared, limits)),
  ];
}
