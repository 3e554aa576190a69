import { type Recipe, shortName, type StepRecipe, type Toolkit } from '@graft-ml/toolkit';

/** The recipe with what a report draws but training can do without: how well the domains are told apart, before and after. */
export function recipeForReport(toolkit: Toolkit, recipe: Recipe): Recipe {
  const tellers = toolkit.methods
    .filter(({ schema }) => 'domainScores' in schema)
    .flatMap(({ id }) => [id, shortName(id)]);
  const withScores = (step: StepRecipe): StepRecipe =>
    tellers.includes(step.use)
      ? { ...step, options: { domainScores: true, ...step.options } }
      : step;
  return { ...recipe, steps: recipe.steps.map(withScores), learner: withScores(recipe.learner) };
}
