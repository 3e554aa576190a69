import { formatList, formatPlural, formatScore, withPlainSpaces } from './internal/format.js';
import { baselineScore, judgeRuns, type JudgedRun, type Outcome } from './internal/outcome.js';
import type { ReportInput } from './report-input.js';

/** What a comparison says, in plain words. */
export interface Verdict {
  /** One sentence: the best recipe against source-only. */
  readonly headline: string;
  /** How many recipes helped, hurt and failed; empty where the headline has said it all. */
  readonly tally: string;
}

/** Puts the outcome of a comparison into words, losses as plainly as gains.
 *
 * A recipe helped or hurt where its 95 % interval leaves no doubt; without intervals, where the printed scores differ.
 * Example   verdict(input).headline // => 'CORAL made it worse: 58.1 % against 65.2 % without adaptation.'
 */
export function verdict(input: ReportInput): Verdict {
  const recipes = judgeRuns(input).filter(({ run }) => !run.isBaseline);
  const scored = recipes.filter(({ score }) => score !== undefined);
  const baseline = baselineScore(input);
  if (baseline === undefined || scored.length === 0) {
    const headline = sayWithoutComparison(input, recipes, scored, baseline);
    return { headline: withPlainSpaces(headline), tally: '' };
  }
  const words = wordsFor(input, baseline);
  const headline = scored.length === 1 ? judgeOne(scored[0]!, words) : judgeBest(scored, words);
  return {
    headline: withPlainSpaces(headline),
    tally: recipes.length > 1 ? countOutcomes(recipes) : '',
  };
}

/** The score of a recipe as it is spoken of, and the score without adaptation. */
interface Words {
  readonly reached: (recipe: JudgedRun) => string;
  readonly without: string;
}

function wordsFor({ problem: { task } }: ReportInput, baseline: number): Words {
  const name = task.kind === 'regression' ? 'R² ' : '';
  return {
    reached: ({ score }) => `${name}${formatScore(task.kind, score!)}`,
    without: formatScore(task.kind, baseline),
  };
}

function judgeOne(recipe: JudgedRun, { reached, without }: Words): string {
  const { title } = recipe.run;
  if (recipe.outcome === 'same')
    return `${title} changed nothing: ${reached(recipe)} with and without adaptation.`;
  const verb =
    recipe.outcome === 'helped'
      ? 'helped'
      : recipe.outcome === 'hurt'
        ? 'made it worse'
        : 'made no clear difference';
  return `${title} ${verb}: ${reached(recipe)} against ${without} without adaptation.`;
}

function judgeBest(scored: readonly JudgedRun[], words: Words): string {
  const { reached, without } = words;
  const best = scored[0]!;
  const leaders = scored.filter((recipe) => reached(recipe) === reached(best));
  const titles = formatList(leaders.map(({ run }) => run.title));
  const tied = leaders.length > 1;
  const helper = scored.find(({ outcome }) => outcome === 'helped');
  if (helper && !leaders.includes(helper)) return judgeOne(helper, words);
  if (helper && tied)
    return `${titles} are best, at ${reached(best)} each against ${without} without adaptation.`;
  if (helper) return `${titles} is best: ${reached(best)} against ${without} without adaptation.`;
  if (best.outcome === 'same')
    return `No recipe helped: the best, ${titles}, changed nothing: ${reached(best)} with and without adaptation.`;
  const none = best.outcome === 'unclear' ? 'No recipe clearly helped' : 'No recipe helped';
  return `${none}: the best, ${titles}, ${tied ? 'reach' : 'reaches'} ${reached(best)} against ${without} without adaptation.`;
}

function countOutcomes(recipes: readonly JudgedRun[]): string {
  const phrases: readonly (readonly [Outcome, string])[] = [
    ['helped', 'helped'],
    ['hurt', 'made it worse'],
    ['unclear', 'made no clear difference'],
    ['same', 'changed nothing'],
    ['unjudged', 'could not be scored'],
    ['failed', 'failed'],
  ];
  const said = phrases.flatMap(([outcome, phrase]) => {
    const count = recipes.filter((recipe) => recipe.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${phrase}`];
  });
  return `Of ${formatPlural(recipes.length, 'recipe')}, ${formatList(said)}.`;
}

function sayWithoutComparison(
  { problem: { task }, runs }: ReportInput,
  recipes: readonly JudgedRun[],
  scored: readonly JudgedRun[],
  baseline: number | undefined,
): string {
  const name = task.kind === 'regression' ? 'R²' : 'accuracy';
  const [best] = scored;
  if (best) {
    return `${best.run.title} reaches ${name} ${formatScore(task.kind, best.score!)}, but there is no score of source-only to measure it against.`;
  }
  if (baseline === undefined) {
    if (runs.length === 0) return 'Nothing was run.';
    return runs.every(({ status }) => status === 'failed')
      ? 'Every run failed, so there is nothing to compare.'
      : 'Without target labels to evaluate with, nobody can say whether adaptation helped.';
  }
  const without = `${name} without adaptation is ${formatScore(task.kind, baseline)}`;
  if (recipes.length === 0) return `No recipe was tried; ${without}.`;
  if (recipes.length === 1) return `${recipes[0]!.run.title} failed; ${without}.`;
  return `All ${recipes.length} recipes failed; ${without}.`;
}
