// The grid: every problem with the half it belongs to, loaded one by one.
import { imageProblems } from './image-problems.mjs';
import { simulatedProblems } from './simulated-problems.mjs';
import { tableProblems } from './table-problems.mjs';
import { textProblems } from './text-problems.mjs';

/** Problems in a fixed order. `group` holds what is drawn together: both directions and all features of two domains.
 *
 * The guard's rule is made from the tuning half, which has been looked at often. The reporting half was listed before any of it
 * was run, and judges the rule once.
 */
export function listProblems(shared, limits) {
  const families = [imageProblems, textProblems, tableProblems, simulatedProblems].map((list) =>
    list(shared, limits),
  );
  return ['tuning', 'reporting'].flatMap((half) =>
    families.flatMap((family) => family[half].map((problem) => ({ ...problem, half }))),
  );
}
