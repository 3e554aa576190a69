export { createToolkit, shortName, Toolkit } from './toolkit.js';
export type { ToolkitSetup } from './toolkit.js';
export { bind, bindLazily } from './container.js';
export type { Binding } from './container.js';

export { EstimatorPipeline, pipeline, StepPipeline } from './pipeline.js';
export { FittedPipeline } from './fitted-pipeline.js';
export { PipelineModel } from './pipeline-model.js';
export { sourceOnly, targetOnlyRecipe } from './baselines.js';
export { targetOnly } from './target-only.js';
export { buildRecipe, namedRecipe, namedStep, parseRecipes } from './recipe.js';
export type { Recipe, StepRecipe } from './recipe.js';

export { compare } from './compare.js';
export type {
  Comparison,
  CompareSetup,
  Evaluation,
  RecipeProgress,
  RunProducts,
  RunResult,
} from './compare.js';

export { fit } from './fit.js';
export type { FitSetup, GuardedFit } from './fit.js';
export type { ProblemSummary } from './problem-summary.js';
export { search } from './search.js';
export type {
  Ranked,
  SearchJournal,
  SearchProgress,
  SearchResult,
  SearchSetup,
  Trial,
} from './search-types.js';
export type { GuardReport, GuardSwitch } from './guard-report.js';

export { changeInterval, scoreInterval, scorePredictions } from './scores.js';
export type { Interval, Scores } from './scores.js';

export { loadArtefact, saveArtefact } from './artefact.js';
export type { ArtefactInfo } from './artefact.js';
export { decodeSafetensors, encodeSafetensors } from './safetensors.js';
export type { TensorFile } from './safetensors.js';
