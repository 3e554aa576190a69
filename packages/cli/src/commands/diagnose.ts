import { advise, diagnose, factsOf } from '@graft-ml/diagnosis';
import { writeAtomically } from '@graft-ml/datasets/node';
import { renderReport } from '@graft-ml/report';
import { Command } from 'commander';
import { integer, share, typedCommand } from '../internal/arguments.js';
import { diagnosisInput } from '../internal/diagnosis-input.js';
import { diagnosisText } from '../internal/diagnosis-text.js';
import { untilInterrupted } from '../internal/interrupted.js';
import { writeJson } from '../internal/plain-json.js';
import {
  loadProblemOrDemo,
  type ProblemOptions,
  withCounts,
  withProblemOrDemo,
} from '../internal/problem-options.js';
import { checkWritable } from '../internal/run-comparison.js';
import { versions } from '../internal/version.js';

interface Options extends Partial<ProblemOptions> {
  readonly demo?: boolean;
  readonly significance: number;
  readonly maxRows: number;
  readonly seed: number;
  readonly json?: string | true;
  readonly report?: string;
}

/** `graft diagnose`: what differs between the domains, how sure that is, and what cannot be known. */
export function diagnoseCommand(): Command {
  return withCounts(withProblemOrDemo(new Command('diagnose')))
    .description(
      'Say what differs between source and target, how sure that is, and what cannot be known without target labels.',
    )
    .option(
      '--significance <p>',
      'below which adjusted p-value a difference is called one',
      share,
      0.05,
    )
    .option('--max-rows <number>', 'rows drawn from larger domains', integer, 1000)
    .option('--seed <number>', 'decides every random choice', integer, 0)
    .option('--json [file]', 'as JSON: to a file, or instead of the text')
    .option('--report <file>', 'write a self-contained HTML report with pictures')
    .addHelpText(
      'after',
      `
Labels in the target file are not looked at. Those in --labelled-target are: without them nobody can tell whether the same
features mean the same class in both domains.

--counts says that features count something: words in a text, events in a log. They are then tested one by one for how
often they occur (frequency feature bias) and, with --labelled-target, for the classes they go with (context feature bias).

Examples:
  graft diagnose --demo
  graft diagnose --source lab.csv --target field.csv --label disease --report shift.html
  graft diagnose --source lab.csv --target field.csv --label disease --labelled-target known.csv --json
  graft diagnose --source books.csv --target films.csv --label praise --counts --report words.html`,
    )
    .action(async (options: Options, command: Command) => {
      if (options.report) await checkWritable(options.report);
      if (typeof options.json === 'string') await checkWritable(options.json);
      const { problem } = await loadProblemOrDemo(command, options);
      const { significance, maxRows, seed, json } = options;
      const diagnosis = await untilInterrupted((signal) =>
        diagnose(problem, { significance, maxRows }, { seed, signal }),
      );
      const { nextStep } = advise(factsOf(problem, diagnosis));
      const report = diagnosisInput(problem, diagnosis, typedCommand('diagnose'), seed);
      if (json !== true) process.stdout.write(diagnosisText(problem, report.diagnosis, nextStep));
      if (json) {
        const settings = { significance, maxRows, seed };
        await writeJson(json, {
          formatVersion: 1,
          ...settings,
          versions: versions(),
          diagnosis,
          nextStep,
          report,
        });
      }
      if (!options.report) return;
      await writeAtomically(options.report, renderReport(report));
      if (json !== true) process.stdout.write(`Written: ${options.report}\n`);
    });
}
