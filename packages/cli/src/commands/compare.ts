import { TransferError } from '@graft-ml/core';
import { Command } from 'commander';
import { shorthandNames } from '../internal/names.js';
import {
  commaList,
  loadProblem,
  type ProblemOptions,
  withCounts,
  withProblemOptions,
} from '../internal/problem-options.js';
import { type ComparisonOptions, runComparison } from '../internal/run-comparison.js';
import { gather, integer, typedCommand } from '../internal/arguments.js';
import { makeToolkit } from '../internal/toolkit.js';

type Options = ProblemOptions & ComparisonOptions & { readonly plugin?: readonly string[] };

/** `graft compare`: fits every recipe and source-only, and says which helps. */
export function compareCommand(): Command {
  return withCounts(withProblemOptions(new Command('compare')))
    .description(
      'Fit every recipe and source-only, measure them on the target, say which help and which hurt.',
    )
    .option(
      '--recipes <names|file.json>',
      'what to compare: names with commas between, options after colons, or a file (default: all that fit the data)',
    )
    .option(
      '--learner <name>',
      `what learns from the adapted data, e.g. ${shorthandNames.slice(0, 5).join(', ')} (default: logistic, or ridge for regression)`,
    )
    .option('--preprocess <names>', 'steps before every recipe, e.g. l1,zscore', commaList)
    .option('--seed <number>', 'decides every random choice', integer, 0)
    .option('--json <file>', 'write the results as JSON')
    .option('--report <file>', 'write a self-contained HTML report')
    .option('--no-guard', 'do not say which recipe the guard against negative transfer would use')
    .option('--plugin <file|package>', 'load more methods; repeat for several', gather)
    .addHelpText(
      'after',
      `
Target labels are used for evaluation alone: no recipe sees them, nor does the guard, which says what it would use
without them. Labels in --labelled-target are for learning: half of them judge what the other half taught.

Examples:
  graft compare --source lab.csv --target field.csv --label disease
  graft compare --source s.csv --target t.csv --label y --recipes coral,coral:regularization=0.1,jda \\
                --learner 1nn --preprocess l1,zscore --report report.html

A recipe file is an array:
  [{ "name": "soft coral", "steps": [{ "use": "coral", "options": { "regularization": 10 } }],
     "learner": { "use": "logistic-regression" } }]`,
    )
    .action(async (options: Options) => {
      const { problem, evaluation } = await loadProblem(options);
      if (!evaluation) {
        throw new TransferError({
          code: 'INVALID_DATA',
          who: 'graft compare',
          message: `${options.target} has no column "${options.label}", so nothing can be measured. Name its labels with --target-label, or adapt without measuring: graft fit.`,
          details: { argument: 'target-label', reason: 'missing' },
        });
      }
      const toolkit = await makeToolkit(options.plugin);
      await runComparison(toolkit, { problem, evaluation }, options, typedCommand('compare'));
    });
}
