import {
  advise,
  type Advice,
  defaultAdviceRules,
  diagnose,
  type Facts,
  factsOf,
} from '@graft-ml/diagnosis';
import { Command } from 'commander';
import colors from 'picocolors';
import { integer } from '../internal/arguments.js';
import { points } from '../internal/guard-lines.js';
import { untilInterrupted } from '../internal/interrupted.js';
import { writeJson } from '../internal/plain-json.js';
import {
  loadProblemOrDemo,
  type ProblemOptions,
  withProblemOrDemo,
} from '../internal/problem-options.js';
import { checkWritable } from '../internal/run-comparison.js';
import { wrapped } from '../internal/text-layout.js';
import { versions } from '../internal/version.js';

interface Options extends Partial<ProblemOptions> {
  readonly demo?: boolean;
  readonly rules?: boolean;
  readonly seed: number;
  readonly json?: string | true;
}

/** `graft advise`: what to try, in which order, and why. */
export function adviseCommand(): Command {
  return withProblemOrDemo(new Command('advise'))
    .description('Rank what to try on these domains, with expected gain, cost and the reason.')
    .option('--rules', 'print the rules instead, of which all advice is made')
    .option('--seed <number>', 'decides every random choice', integer, 0)
    .option('--json [file]', 'as JSON: to a file, or instead of the text')
    .addHelpText(
      'after',
      `
The gains are means over the problems of the guard's benchmark (docs/benchmarks/guard.md), not promises for yours: a
recipe without one was not in it. Confidence is judgement, halved for every fact that nobody knows.

Examples:
  graft advise --demo
  graft advise --source lab.csv --target field.csv --label disease
  graft advise --rules --json rules.json`,
    )
    .action(async (options: Options, command: Command) => {
      const { rules, json, seed } = options;
      if (typeof json === 'string') await checkWritable(json);
      if (rules) {
        if (json) await writeJson(json, defaultAdviceRules);
        else process.stdout.write(rulesText());
        return;
      }
      const { problem } = await loadProblemOrDemo(command, options);
      const facts = await untilInterrupted(async (signal) =>
        factsOf(
          problem,
          await diagnose(problem, { maxRows: 500, nPermutations: 200 }, { seed, signal }),
        ),
      );
      const advice = advise(facts);
      if (json !== true) process.stdout.write(adviceText(facts, advice));
      if (json)
        await writeJson(json, { formatVersion: 1, seed, versions: versions(), facts, ...advice });
    });
}

const factWords: Readonly<Record<keyof Facts, string>> = {
  task: 'task',
  features: 'features',
  pairs: 'paired rows',
  sources: 'sources',
  sourceLabels: 'source labels',
  targetLabels: 'target labels',
  marginal: 'features’ distribution P(X)',
  prior: 'class shares P(Y)',
  conditional: 'meaning P(Y|X)',
  overlap: 'overlap',
};

function adviceText(facts: Facts, { recommendations, transfer, nextStep }: Advice): string {
  const known = (Object.keys(factWords) as (keyof Facts)[]).map(
    (name) => `${factWords[name]}: ${facts[name]}`,
  );
  const ranked = recommendations.flatMap(({ method, confidence, cost, reason, measured }, k) => [
    `${String(k + 1).padStart(3)}. ${colors.bold(method)}`,
    `     confidence ${confidence.toFixed(2)} · ${measured ? `measured ${points(measured.gain)} points on average, helped ${percent(measured.helped)}, harmed ${percent(measured.harmed)} of ${measured.cells} cases` : 'gain not measured'} · ${cost}`,
    wrapped(reason, '     '),
  ]);
  const verdict =
    recommendations.length === 0
      ? 'No rule applies: too little is known.'
      : transfer
        ? 'Try these, the best first; the guard of graft compare and graft fit decides whether to keep one.'
        : 'The best advice is not to transfer.';
  return [
    wrapped(known.join(' · '), ''),
    '',
    verdict,
    ...ranked,
    '',
    wrapped(`Next: ${nextStep}`, ''),
    '',
  ].join('\n');
}

function rulesText(): string {
  return defaultAdviceRules
    .flatMap(({ id, when, requires = [], methods, confidence, cost, reason }) => [
      colors.bold(id),
      `  when ${Object.entries(when)
        .map(([fact, values]) => `${fact} is ${values.join(' or ')}`)
        .join(', ')}${requires.length > 0 ? ` (must be known: ${requires.join(', ')})` : ''}`,
      `  try  ${methods.join(', ')} · confidence ${confidence} · ${cost}`,
      wrapped(reason),
      '',
    ])
    .join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
