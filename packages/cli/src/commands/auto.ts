import { writeAtomically } from '@graft-ml/datasets/node';
import { isTransferError } from '@graft-ml/core';
import { fit, saveArtefact, search, type SearchResult, sourceOnly } from '@graft-ml/toolkit';
import Table from 'cli-table3';
import { Command } from 'commander';
import colors from 'picocolors';
import { duration, gather, integer } from '../internal/arguments.js';
import { guardLines, points } from '../internal/guard-lines.js';
import { Interrupted, untilInterrupted } from '../internal/interrupted.js';
import { writeJson } from '../internal/plain-json.js';
import {
  commaList,
  loadProblemOrDemo,
  type ProblemOptions,
  withProblemOrDemo,
} from '../internal/problem-options.js';
import { searchDisplay } from '../internal/progress-bar.js';
import { checkWritable, chooseRecipes } from '../internal/run-comparison.js';
import { FileJournal, searchId } from '../internal/search-journal.js';
import { makeToolkit } from '../internal/toolkit.js';
import { versions } from '../internal/version.js';

interface Options extends Partial<ProblemOptions> {
  readonly demo?: boolean;
  readonly budget: number;
  readonly out: string;
  readonly journal?: string;
  readonly recipes?: string;
  readonly learner?: string;
  readonly preprocess?: readonly string[];
  readonly seed: number;
  readonly json?: string;
  readonly plugin?: readonly string[];
}

/** `graft auto`: searches recipes and their settings within a budget, without target labels, and keeps the best under guard. */
export function autoCommand(): Command {
  return withProblemOrDemo(new Command('auto'))
    .description(
      'Search recipes and settings within a time budget, without target labels, and save the best one, or source-only.',
    )
    .requiredOption('--out <file>', 'where to save the model')
    .option('--budget <time>', 'for all trials together: 90s, 2m, 1h', duration, 120)
    .option('--journal <file>', 'keeps finished trials (default: the --out file and ".journal")')
    .option(
      '--recipes <names|file.json>',
      'what to choose among (default: methods that fit the data, with settings worth trying)',
    )
    .option('--learner <name>', 'what learns from the adapted data (default: logistic)')
    .option('--preprocess <names>', 'steps before every recipe, e.g. l1,zscore', commaList)
    .option('--seed <number>', 'decides every random choice', integer, 0)
    .option('--json <file>', 'write the ranking and the verdict as JSON')
    .option('--plugin <file|package>', 'load more methods; repeat for several', gather)
    .addHelpText(
      'after',
      `
Rounds of successive halving: all recipes on a ninth of the rows, the best third on a third of them, the best of those on
all. The guard's label-free scores decide who goes on, and the guard whether the winner is better than source-only. The fit
of the winner comes after the budget.

Ctrl-C or a kill loses nothing that is finished: run the same command again, with a larger budget if you like. The journal
is removed once the model is saved.

Examples:
  graft auto --demo --budget 30s --out model.safetensors
  graft auto --source lab.csv --target field.csv --label disease --budget 2m --out model.safetensors`,
    )
    .action(async (options: Options, command: Command) => {
      const journalFile = options.journal ?? `${options.out}.journal`;
      for (const file of [options.out, journalFile, options.json])
        if (file) await checkWritable(file);
      const { problem } = await loadProblemOrDemo(command, options);
      const toolkit = await makeToolkit(options.plugin);
      const baselineAndRecipes = await chooseRecipes(toolkit, problem, options, 'search');
      const recipes = baselineAndRecipes.filter(({ name }) => name !== sourceOnly);
      const { seed } = options;
      const journal = await FileJournal.open(
        journalFile,
        searchId(problem, baselineAndRecipes, seed),
      );
      const display = searchDisplay(options.budget);
      try {
        const kept = await untilInterrupted(async (signal) => {
          const run = { seed, signal };
          const found = await search(toolkit, {
            problem,
            recipes,
            budgetSeconds: options.budget,
            journal,
            onProgress: display.update,
            ...run,
          });
          display.stop();
          process.stdout.write(searchText(found));
          const fitted = await fit(toolkit, {
            problem,
            recipe: found.best ?? baselineAndRecipes[0]!,
            ...run,
          });
          return { found, fitted };
        });
        const { model, recipe, guard, seconds } = kept.fitted;
        const info = { recipe: JSON.parse(JSON.stringify(recipe)), seed, versions: versions() };
        await writeAtomically(options.out, saveArtefact(model, info));
        if (options.json)
          await writeJson(options.json, { formatVersion: 1, seed, ...kept.found, guard });
        if (guard) process.stdout.write(`${guardLines(guard, seconds, 'classification')}\n`);
        process.stdout.write(`Fitted ${recipe.name} on all rows. Written: ${options.out}\n`);
        await journal.remove();
      } catch (error) {
        if (!isTransferError(error, 'ABORTED')) throw error;
        throw new Interrupted(
          `${journal.size} finished trials are kept in ${journalFile}: run the same command again to go on.`,
        );
      } finally {
        display.stop();
      }
    });
}

function searchText({
  ranking,
  best,
  trials,
  resumed,
  spentSeconds,
  stopReason,
}: SearchResult): string {
  const table = new Table({
    head: ['recipe', 'expected', 'rows'].map((name) => colors.bold(name)),
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { recipe, gain, rows } of ranking.slice(0, 10)) {
    table.push([
      recipe === best ? colors.bold(`${recipe.name} ✔`) : recipe.name,
      points(gain),
      rows,
    ]);
  }
  const before = resumed > 0 ? `, ${resumed} of them from the journal` : '';
  return [
    table.toString(),
    `${trials} trials in ${spentSeconds.toFixed(1)} s${before}; it ended because ${stopReason}.`,
    best ? '' : 'No recipe is expected to gain: source-only is kept.\n',
  ].join('\n');
}
