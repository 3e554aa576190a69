import type { Recipe, StepRecipe } from './recipe.js';
import { targetOnly } from './target-only.js';
import type { Toolkit } from './toolkit.js';

/** The name of the pipeline that does nothing but learn from the source. */
export const sourceOnly = 'source-only';

/** A recipe without its transfer: the preprocessing before it and the learner. Undefined where the learner is not known,
 * because a method that makes the model keeps one of its own.
 */
export function withoutTransfer(toolkit: Toolkit, recipe: Recipe): Recipe | undefined {
  const roleOf = ({ use }: StepRecipe) => toolkit.find(use).setting.role;
  const given = recipe.steps.filter(({ use }) => use !== targetOnly);
  const first = given.findIndex((step) => roleOf(step) !== 'preprocessing');
  const steps = first < 0 ? given : given.slice(0, first);
  const learner = roleOf(recipe.learner) === 'learner' ? recipe.learner : recipe.learner.learner;
  return learner && { name: sourceOnly, steps, learner };
}

/** What learns as `baseline` does, but from the labelled target rows alone. */
export function targetOnlyRecipe({ steps, learner }: Recipe): Recipe {
  return { name: targetOnly, steps: [{ use: targetOnly }, ...steps], learner };
}

/** Whether a recipe may learn from labelled target rows. */
export function learnsFromTarget(toolkit: Toolkit, { steps, learner }: Recipe): boolean {
  return [...steps, learner].some(
    ({ use }) => use === targetOnly || toolkit.find(use).setting.targetLabels !== 'unused',
  );
}
