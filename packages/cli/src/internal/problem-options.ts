import {
  type FeatureKind,
  type Label,
  type PlainProblem,
  suggest,
  type TaskKind,
  toProblem,
  TransferError,
  type TransferProblem,
} from '@graft-ml/core';
import { digitsDemo, type Table, type TableDomain, tableToDomain } from '@graft-ml/datasets';
import { readTable } from '@graft-ml/datasets/node';
import { type Command, Option } from 'commander';

export interface ProblemOptions {
  readonly source: readonly string[];
  readonly target: string;
  readonly label: string;
  readonly targetLabel?: string;
  readonly labelledTarget?: string;
  readonly pairedSource?: string;
  readonly pairedTarget?: string;
  readonly ignore?: readonly string[];
  readonly task?: TaskKind;
  readonly counts?: true | readonly string[];
}

/** A problem from files, with the target labels for evaluation apart. */
export interface LoadedProblem {
  readonly problem: TransferProblem;
  /** Labels of the target rows, where the target file has them. */
  readonly evaluation?: { readonly y: ArrayLike<Label> };
}

/** Adds the options that say where the data is. */
export function withProblemOptions(command: Command): Command {
  const gather = (value: string, previous: readonly string[] = []) => [...previous, value];
  return command
    .requiredOption(
      '--source <file>',
      'CSV (or TSV, gzipped or not) with plenty of labels; repeat for several sources',
      gather,
    )
    .requiredOption('--target <file>', 'CSV of the domain the model shall work in')
    .requiredOption('--label <column>', 'the column that holds the labels of the source')
    .option(
      '--target-label <column>',
      'labels of the target, for evaluation alone (default: --label, where the target has that column)',
    )
    .option('--labelled-target <file>', 'a few labelled target rows that recipes may learn from')
    .option('--paired-source <file>', 'rows that correspond one to one to those of --paired-target')
    .option('--paired-target <file>', 'see --paired-source')
    .option(
      '--ignore <columns>',
      'columns that are neither features nor labels, with commas between',
      commaList,
    )
    .addOption(
      new Option(
        '--task <kind>',
        'what the labels are (default: whole numbers and text are classes)',
      ).choices(['classification', 'regression']),
    );
}

/** Adds the option that says which features count something. */
export function withCounts(command: Command): Command {
  return command.option(
    '--counts [columns]',
    'features that count something, such as words: all, or those named; says which are commoner or mean another class',
    commaList,
  );
}

/** Adds the same options, none of them required, and the embedded data in their place. */
export function withProblemOrDemo(command: Command): Command {
  withProblemOptions(command).option('--demo', 'the embedded digits instead of files');
  for (const option of command.options) option.makeOptionMandatory(false);
  return command;
}

/** The problem in the files, or the embedded one with `--demo`. Ends the command as misused where neither is given. */
export async function loadProblemOrDemo(
  command: Command,
  options: Partial<ProblemOptions> & { readonly demo?: boolean; readonly seed: number },
): Promise<LoadedProblem> {
  if (options.demo) {
    const { problem, evaluation } = digitsDemo({ seed: options.seed });
    return { problem: toProblem(problem, 'graft'), evaluation };
  }
  const { source, target, label } = options;
  if (source && target && label) return loadProblem({ ...options, source, target, label });
  return command.error(
    "error: options '--source <file>', '--target <file>' and '--label <column>' are needed, or '--demo'",
    { exitCode: 2 },
  );
}

/** `a,b` as a list. */
export function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Reads the files and refuses what cannot be used, before any work starts. Columns are matched by name, in any order. */
export async function loadProblem(options: ProblemOptions): Promise<LoadedProblem> {
  const sources: TableDomain[] = [];
  for (const file of options.source) {
    const table = await readTable(file);
    const features = featuresOf(table, options.label, options.ignore, sources[0]?.featureNames);
    sources.push(tableToDomain(table, { label: options.label, features }));
  }
  const first = sources[0]!.featureNames;
  const table = await readTable(options.target);
  const label =
    options.targetLabel ?? (hasColumn(table, options.label) ? options.label : undefined);
  const features = featuresOf(table, label, options.ignore, first);
  const pairs = await readPairs(options, first, features);
  if (!pairs) checkColumns(sources[0]!, features, options.target);
  const { y, ...target } = tableToDomain(table, { ...(label ? { label } : {}), features });
  const labelled = options.labelledTarget
    ? await readLabelled(options.labelledTarget, features, label ?? options.label)
    : undefined;
  const kinds = kindsBy(options.counts, [...new Set([...first, ...features])]);
  const plain: PlainProblem = {
    sources: sources.map((source) => ({ ...source, ...kinds(source.featureNames) })),
    target: { ...target, ...kinds(features), ...(labelled ? { labelled } : {}) },
    ...(pairs ? { pairs } : {}),
    ...(options.task ? { task: options.task } : {}),
  };
  return { problem: toProblem(plain, 'graft'), ...(y ? { evaluation: { y } } : {}) };
}

/** The feature columns of a table: in the order of `like` where the names are the same, else as they stand. */
function featuresOf(
  table: Table,
  label: string | undefined,
  ignore: readonly string[] = [],
  like?: readonly string[],
): readonly string[] {
  const names = table.columns
    .map(({ name }) => name)
    .filter((name) => name !== label && !ignore.includes(name));
  return like && names.length === like.length && like.every((name) => names.includes(name))
    ? like
    : names;
}

function hasColumn(table: Table, column: string): boolean {
  return table.columns.some(({ name }) => name === column);
}

function checkColumns(source: TableDomain, features: readonly string[], target: string): void {
  const lacking = source.featureNames.filter((name) => !features.includes(name));
  const extra = features.filter((name) => !source.featureNames.includes(name));
  if (lacking.length + extra.length === 0) return;
  const part = (what: string, names: readonly string[]) =>
    names.length
      ? [
          `${what} ${names
            .slice(0, 5)
            .map((name) => `"${name}"`)
            .join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`,
        ]
      : [];
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who: 'graft',
    message: `${target} has other features than ${source.name}: it ${[...part('lacks', lacking), ...part('has', extra)].join(' and ')}. Leave columns out with --ignore, or give rows that correspond with --paired-source and --paired-target.`,
    details: { argument: 'target', lacking, extra },
  });
}

/** What `--counts` says of features. */
function kindsBy(counts: ProblemOptions['counts'], known: readonly string[]) {
  const strange = counts === true ? undefined : counts?.find((name) => !known.includes(name));
  if (strange !== undefined) {
    const near = suggest(strange, known);
    throw new TransferError({
      code: 'INVALID_OPTION',
      who: 'graft',
      message: `"--counts" must name features; there is none called "${strange}".${near.length > 0 ? ` Did you mean ${near.map((name) => `"${name}"`).join(', ')}?` : ''}`,
      details: { option: '--counts', received: strange, near },
    });
  }
  return (names: readonly string[]): { readonly featureKinds?: readonly FeatureKind[] } =>
    counts === undefined
      ? {}
      : {
          featureKinds: names.map((name) =>
            counts === true || counts.includes(name) ? 'count' : 'numeric',
          ),
        };
}

async function readLabelled(file: string, features: readonly string[], label: string) {
  const domain = tableToDomain(await readTable(file), { label, features });
  return { x: domain.x, y: domain.y ?? [] };
}

async function readPairs(
  options: ProblemOptions,
  sourceFeatures: readonly string[],
  targetFeatures: readonly string[],
) {
  const { pairedSource, pairedTarget } = options;
  if (!pairedSource && !pairedTarget) return undefined;
  if (!pairedSource || !pairedTarget) {
    throw new TransferError({
      code: 'INVALID_OPTION',
      who: 'graft',
      message: '--paired-source and --paired-target go together; only one of them was given.',
      details: { option: pairedSource ? '--paired-target' : '--paired-source' },
    });
  }
  const source = tableToDomain(await readTable(pairedSource), { features: sourceFeatures });
  const target = tableToDomain(await readTable(pairedTarget), { features: targetFeatures });
  return { source: source.x, target: target.x };
}
