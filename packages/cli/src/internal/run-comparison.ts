import { type PlainProblem, toProblem, TransferError, type TransferProblem } from '@graft-ml/core';
import { writeAtomically } from '@graft-ml/datasets/node';
import { diagnose } from '@graft-ml/diagnosis';
import { renderReport, verdict } from '@graft-ml/report';
import {
  compare,
  type Comparison,
  type Evaluation,
  namedRecipe,
  parseRecipes,
  type Recipe,
  shortName,
  sourceOnly,
  type StepRecipe,
  targetOnlyRecipe,
  type Toolkit,
} from '@graft-ml/toolkit';
import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { guardLines } from './guard-lines.js';
import { Interrupted } from './interrupted.js';
import { applicableRecipes, stepNamed } from './names.js';
import { progressDisplay } from './progress-bar.js';
import { recipeForReport } from './recipe-for-report.js';
import { ReportBuilder } from './report-builder.js';
import { reportDiagnosis } from './report-diagnosis.js';
import { resultsTable } from './results-table.js';
import { searchSpace } from './search-space.js';
import { versions } from './version.js';

export interface ComparisonOptions {
  readonly recipes?: string;
  readonly learner?: string;
  readonly preprocess?: readonly string[];
  readonly seed: number;
  readonly json?: string;
  readonly report?: string;
  /** False with `--no-guard`. */
  readonly guard?: boolean;
}

/** Compares recipes on a problem, prints the table and writes what was asked for. What is finished survives an interrupt. */
export async function runComparison(
  toolkit: Toolkit,
  data: {
    readonly problem: PlainProblem | TransferProblem;
    readonly evaluation: Evaluation;
  },
  options: ComparisonOptions,
  command: string,
): Promise<void> {
  const problem = toProblem(data.problem, 'graft');
  const chosen = await chooseRecipes(toolkit, problem, options);
  const recipes = options.report
    ? chosen.map((recipe) => recipeForReport(toolkit, recipe))
    : chosen;
  for (const file of [options.json, options.report]) if (file) await checkWritable(file);
  const builder = new ReportBuilder(toolkit, problem, options.seed);
  const display = progressDisplay(recipes.length);
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  let comparison: Comparison;
  try {
    comparison = await compare(toolkit, {
      problem,
      evaluation: data.evaluation,
      recipes,
      seed: options.seed,
      signal: interrupt.signal,
      onProgress: display.update,
      onRun: (run, made) =>
        builder.add(
          chosen.find(({ name }) => name === run.recipe)!,
          run,
          made,
        ),
      guard: options.guard === false ? 'off' : 'on',
      memory: () => process.memoryUsage.rss(),
      versions: versions(),
    });
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    display.stop();
  }
  const diagnosis =
    options.report && comparison.complete ? await diagnosisFor(problem, options) : undefined;
  const report = builder.finish(comparison, command, new Date().toISOString(), diagnosis);
  const { headline, tally } = verdict(report);
  const { guard } = comparison;
  process.stdout.write(`${resultsTable(report, guard)}\n${headline}${tally ? ` ${tally}` : ''}\n`);
  if (guard) {
    const seconds = comparison.runs.reduce((sum, run) => sum + run.seconds, 0);
    process.stdout.write(`${guardLines(guard, seconds, problem.target.task.kind)}\n`);
  }
  const written: string[] = [];
  if (options.json) {
    await writeAtomically(options.json, `${JSON.stringify({ ...comparison, report })}\n`);
    written.push(options.json);
  }
  if (options.report) {
    await writeAtomically(options.report, renderReport(report));
    written.push(options.report);
  }
  if (written.length) process.stdout.write(`Written: ${written.join(', ')}\n`);
  if (!comparison.complete) {
    throw new Interrupted(
      `${comparison.runs.length} of ${recipes.length} recipes were finished${written.length ? ' and saved' : ''}.`,
    );
  }
  if (comparison.runs.every(({ status }) => status === 'failed')) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who: 'graft',
      message: `no recipe could be run. ${comparison.runs[0]?.error?.message ?? ''}`,
    });
  }
}

/** The diagnosis that a report shows beside the comparison: on fewer rows than `graft diagnose` takes. */
async function diagnosisFor(problem: TransferProblem, { seed }: ComparisonOptions) {
  return reportDiagnosis(await diagnose(problem, { maxRows: 400, nPermutations: 200 }, { seed }));
}

/** The learner meant by `--learner`, or the one that suits the task. */
export function chooseLearner(
  toolkit: Toolkit,
  kind: 'classification' | 'regression',
  learner?: string,
): StepRecipe {
  return stepNamed(toolkit, learner ?? (kind === 'classification' ? 'logistic' : 'ridge'));
}

/** The recipes meant by `--recipes`: names with commas between, or a JSON file. Source-only always comes first; with labelled
 * target rows, target-only follows. Where none are named, all that fit are compared, and those of the search space searched.
 */
export async function chooseRecipes(
  toolkit: Toolkit,
  problem: TransferProblem,
  options: Pick<ComparisonOptions, 'recipes' | 'learner' | 'preprocess'>,
  purpose: 'compare' | 'search' = 'compare',
): Promise<Recipe[]> {
  const learner = chooseLearner(toolkit, problem.target.task.kind, options.learner);
  const preprocess = (options.preprocess ?? []).map((name) => stepNamed(toolkit, name));
  const baseline: Recipe = { name: sourceOnly, steps: preprocess, learner };
  const baselines = [baseline, ...(problem.target.labelled ? [targetOnlyRecipe(baseline)] : [])];
  const isOther = (name: string) => !baselines.some((recipe) => recipe.name === shortName(name));
  const named = (names: readonly string[]) =>
    names.filter(isOther).map((name) => namedRecipe(toolkit, name, { preprocess, learner }));
  if (options.recipes?.endsWith('.json')) {
    const recipes = parseRecipes(await readJson(options.recipes), { learner });
    return [...baselines, ...recipes.filter(({ name }) => isOther(name))];
  }
  const names = options.recipes
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const fitting = applicableRecipes(toolkit, problem);
  const all =
    purpose === 'compare' ? fitting : searchSpace.filter((name) => fits(toolkit, name, fitting));
  return [...baselines, ...named(names ?? all)];
}

function fits(toolkit: Toolkit, recipe: string, ids: readonly string[]): boolean {
  const [name = ''] = recipe.split(':');
  return ids.includes(toolkit.find(name).id);
}

/** Reads JSON. Errors: `IO`, `INVALID_DATA`. */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new TransferError({
      code: 'IO',
      who: 'graft',
      message: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who: 'graft',
      message: `${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

/** Refuses an output that cannot be written before hours are spent on filling it. */
export async function checkWritable(file: string): Promise<void> {
  try {
    const existing = await stat(file).catch(() => undefined);
    if (existing?.isDirectory()) throw new Error('it is a folder');
    await access(existing ? file : dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    throw new TransferError({
      code: 'IO',
      who: 'graft',
      message: `${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      details: { path: file },
      cause,
    });
  }
}
