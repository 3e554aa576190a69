import {
  type AnyMethod,
  type Estimator,
  type JsonObject,
  LearnerToken,
  type ProblemStrategy,
  suggest,
  TransferError,
} from '@graft-ml/core';
import * as v from 'valibot';
import { sourceOnly, targetOnlyRecipe } from './baselines.js';
import { type EstimatorPipeline, pipeline } from './pipeline.js';
import { targetOnly, TargetOnly } from './target-only.js';
import { shortName, type Toolkit } from './toolkit.js';

/** One method with its options, as JSON. */
export interface StepRecipe {
  /** An id or a short name. */
  readonly use: string;
  readonly options?: JsonObject;
  /** For methods that ask for a learner or classifier of their own: which one. */
  readonly learner?: StepRecipe;
}

/** A whole pipeline as JSON: what is done to the problem, and what learns from it. */
export interface Recipe {
  /** What tables call it. */
  readonly name: string;
  readonly steps: readonly StepRecipe[];
  readonly learner: StepRecipe;
}

const stepSchema: v.GenericSchema<StepRecipe> = v.strictObject({
  use: v.pipe(v.string(), v.nonEmpty()),
  options: v.optional(
    v.custom<JsonObject>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    ),
  ),
  learner: v.optional(v.lazy(() => stepSchema)),
}) as v.GenericSchema<StepRecipe>;

const recipeSchema = v.strictObject({
  name: v.pipe(v.string(), v.nonEmpty()),
  steps: v.optional(v.array(stepSchema), []),
  learner: v.optional(stepSchema),
});

/** Reads recipes from JSON: an array of `{ name, steps: [{ use, options, learner }], learner }`.
 *
 * Errors: `INVALID_OPTION`, naming the place in the file.
 */
export function parseRecipes(json: unknown, defaults: { readonly learner: StepRecipe }): Recipe[] {
  const parsed = v.safeParse(v.array(recipeSchema), json);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const path = issue.path?.map(({ key }) => String(key)).join('.') ?? 'the file';
    throw new TransferError({
      code: 'INVALID_OPTION',
      who: 'parseRecipes',
      message: `${path}: ${issue.message}. A recipe file is an array of { "name", "steps": [{ "use", "options" }], "learner" }.`,
      details: { option: path, received: issue.input },
    });
  }
  return parsed.output.map(({ name, steps, learner }) => ({
    name,
    steps,
    learner: learner ?? defaults.learner,
  }));
}

/** The recipe a user means by `coral`, `feature-based/coral`, `coral:regularization=0.1:centring=both`, `source-only` or `target-only`.
 *
 * Steps of `preprocess` come first. A transfer method that makes a model takes the learner's place. A method that asks for a
 * `learner`, to label target rows say, gets the one that learns at the end; what it asks for under another name keeps its default.
 */
export function namedRecipe(
  toolkit: Toolkit,
  text: string,
  {
    preprocess,
    learner,
  }: { readonly preprocess: readonly StepRecipe[]; readonly learner: StepRecipe },
): Recipe {
  const plain = { name: sourceOnly, steps: preprocess, learner };
  if (text === sourceOnly) return plain;
  if (text === targetOnly) return targetOnlyRecipe(plain);
  const step = namedStep(toolkit, text);
  const method = toolkit.find(step.use);
  const asks = 'learner' in method.needs ? { ...step, learner } : step;
  const name = text.startsWith(method.id) ? text.replace(method.id, shortName(method.id)) : text;
  const makesModel = method.setting.role !== 'learner' && new method().produces === 'model';
  return makesModel
    ? { name, steps: preprocess, learner: asks }
    : { name, steps: [...preprocess, asks], learner };
}

/** One step from `name:option=value:option=value`. Errors: `UNKNOWN_STRATEGY`, `INVALID_OPTION`. */
export function namedStep(toolkit: Toolkit, text: string): StepRecipe {
  const [name = '', ...settings] = text.split(':');
  const method = toolkit.find(name);
  const options: Record<string, string | number | boolean> = {};
  for (const setting of settings) {
    const [option = '', value] = setting.split('=', 2);
    if (value === undefined) throw badSetting(method, setting);
    options[option] = parseValue(value);
  }
  return settings.length ? { use: method.id, options } : { use: method.id };
}

/** The pipeline of a recipe, made by the toolkit. Errors: `UNKNOWN_STRATEGY`, `INVALID_OPTION`. */
export function buildRecipe(toolkit: Toolkit, recipe: Recipe): EstimatorPipeline {
  const steps = recipe.steps.map((step) => {
    const made = buildStep(toolkit, step);
    if (made.produces === 'problem') return made;
    throw new TransferError({
      code: 'INVALID_OPTION',
      who: recipe.name,
      message: `"${step.use}" makes a model; name it as the recipe's learner, not among its steps.`,
      details: { option: 'steps', received: step.use },
    });
  });
  const last = buildStep(toolkit, recipe.learner);
  if (last.produces === 'model') return pipeline([...steps, last]);
  throw new TransferError({
    code: 'INVALID_OPTION',
    who: recipe.name,
    message: `"${recipe.learner.use}" is a step, not a learner; add it to "steps".`,
    details: { option: 'learner', received: recipe.learner.use },
  });
}

function buildStep(
  toolkit: Toolkit,
  { use, options, learner }: StepRecipe,
): ProblemStrategy | Estimator {
  if (use === targetOnly) return new TargetOnly();
  const asks = Object.entries(toolkit.find(use).needs).filter(
    ([, { id }]) => id === LearnerToken.id,
  );
  const overrides = learner
    ? asks.map(([name]) => [name, buildStep(toolkit, learner)] as const)
    : [];
  return toolkit.make(use, options, Object.fromEntries(overrides));
}

function parseValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}

function badSetting(method: AnyMethod, setting: string): TransferError {
  const known = Object.keys(method.schema);
  return new TransferError({
    code: 'INVALID_OPTION',
    who: shortName(method.id),
    message: `"${setting}" is not option=value. Known options: ${known.join(', ') || 'none'}.`,
    details: { option: setting, known, near: suggest(setting, known) },
  });
}
