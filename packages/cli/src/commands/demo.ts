import { digitsDemo } from '@graft-ml/datasets';
import { Command } from 'commander';
import { gather, integer, typedCommand } from '../internal/arguments.js';
import { commaList } from '../internal/problem-options.js';
import { type ComparisonOptions, runComparison } from '../internal/run-comparison.js';
import { makeToolkit } from '../internal/toolkit.js';

/** Recipes that show how much depends on a setting: CORAL hurts as published and helps once both domains are centred. */
const demoRecipes = [
  'coral',
  'coral:centring=both',
  'linear-monge',
  'ot',
  'subspace-alignment',
  'tca',
  'jda',
  'classifier-density-ratio',
  'kernel-mean-matching',
].join(',');

/** `graft demo`: the main job on embedded data, simulated digits to real ones. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Compare recipes on embedded data: learn from simulated digits, recognise real ones.',
    )
    .option('--recipes <names|file.json>', 'what to compare', demoRecipes)
    .option('--learner <name>', 'what learns from the adapted data (default: logistic)')
    .option('--preprocess <names>', 'steps before every recipe', commaList)
    .option('--seed <number>', 'decides every random choice', integer, 0)
    .option('--json <file>', 'write the results as JSON')
    .option('--report <file>', 'write a self-contained HTML report')
    .option('--no-guard', 'do not say which recipe the guard against negative transfer would use')
    .option('--plugin <file|package>', 'load more methods; repeat for several', gather)
    .action(async (options: ComparisonOptions & { readonly plugin?: readonly string[] }) => {
      const { problem, evaluation } = digitsDemo({ seed: options.seed });
      process.stdout.write(
        'Sim to real: the source is 2,000 digits drawn by a simulator, the target 1,797 handwritten ones (UCI, CC BY 4.0).\n' +
          'Labels of the real digits serve evaluation alone.\n\n',
      );
      await runComparison(
        await makeToolkit(options.plugin),
        { problem, evaluation },
        options,
        typedCommand('demo'),
      );
    });
}
