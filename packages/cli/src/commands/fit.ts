import { Command } from 'commander';
import { writeAtomically } from '@graft-ml/datasets/node';
import { fit, namedRecipe, saveArtefact } from '@graft-ml/toolkit';
import { gather, integer } from '../internal/arguments.js';
import { guardLines } from '../internal/guard-lines.js';
import { stepNamed } from '../internal/names.js';
import {
  commaList,
  loadProblem,
  type ProblemOptions,
  withProblemOptions,
} from '../internal/problem-options.js';
import { checkWritable, chooseLearner } from '../internal/run-comparison.js';
import { makeToolkit } from '../internal/toolkit.js';
import { versions } from '../internal/version.js';

interface Options extends ProblemOptions {
  readonly recipe: string;
  readonly out: string;
  readonly learner?: string;
  readonly preprocess?: readonly string[];
  readonly seed: number;
  /** False with `--no-guard`. */
  readonly guard: boolean;
  readonly plugin?: readonly string[];
}

/** `graft fit`: fits one recipe and keeps the model. */
export function fitCommand(): Command {
  return withProblemOptions(new Command('fit'))
    .description(
      'Fit one recipe and save the model as a safetensors file; the guard keeps source-only where that is expected to be better. Needs no target labels.',
    )
    .requiredOption(
      '--recipe <name>',
      'which recipe, with options after colons: coral:regularization=0.1',
    )
    .requiredOption('--out <file>', 'where to save the model')
    .option(
      '--learner <name>',
      'what learns from the adapted data (default: logistic, or ridge for regression)',
    )
    .option('--preprocess <names>', 'steps before the recipe, e.g. l1,zscore', commaList)
    .option('--seed <number>', 'decides every random choice', integer, 0)
    .option('--no-guard', 'save the model of the recipe whatever the guard would say')
    .option('--plugin <file|package>', 'load more methods; repeat for several', gather)
    .action(async (options: Options) => {
      await checkWritable(options.out);
      const { problem } = await loadProblem(options);
      const toolkit = await makeToolkit(options.plugin);
      const learner = chooseLearner(toolkit, problem.target.task.kind, options.learner);
      const preprocess = (options.preprocess ?? []).map((name) => stepNamed(toolkit, name));
      const asked = namedRecipe(toolkit, options.recipe, { preprocess, learner });
      const interrupt = new AbortController();
      const onInterrupt = () => interrupt.abort();
      process.once('SIGINT', onInterrupt);
      try {
        const { model, recipe, guard, seconds } = await fit(toolkit, {
          problem,
          recipe: asked,
          seed: options.seed,
          signal: interrupt.signal,
          guard: options.guard ? 'on' : 'off',
        });
        const info = {
          recipe: JSON.parse(JSON.stringify(recipe)),
          label: options.label,
          seed: options.seed,
          versions: versions(),
        };
        await writeAtomically(options.out, saveArtefact(model, info));
        for (const { code, message } of model.diagnostics.warnings)
          process.stderr.write(`graft: ${code}: ${message}\n`);
        if (guard)
          process.stdout.write(`${guardLines(guard, seconds, problem.target.task.kind)}\n`);
        process.stdout.write(
          `Fitted ${recipe.name} on ${problem.sources.map(({ x }) => x.rows).join(' + ')} source and ${problem.target.x.rows} target rows. Written: ${options.out}\n`,
        );
      } finally {
        process.removeListener('SIGINT', onInterrupt);
      }
    });
}
