import { describeOption, type OptionSpec } from '@graft-ml/core';
import { shortName } from '@graft-ml/toolkit';
import Table from 'cli-table3';
import { Command } from 'commander';
import { gather } from '../internal/arguments.js';
import { makeToolkit } from '../internal/toolkit.js';

/** `graft list`: what there is, where it applies and what can be set. */
export function listCommand(): Command {
  return new Command('list')
    .description('List every method with its setting, or one method with its options.')
    .argument('[method]', 'a short name or id, to see its options')
    .option('--plugin <file|package>', 'load more methods; repeat for several', gather)
    .option('--json', 'as JSON')
    .action(
      async (
        name: string | undefined,
        options: { readonly plugin?: readonly string[]; readonly json?: boolean },
      ) => {
        const toolkit = await makeToolkit(options.plugin);
        const methods = name === undefined ? toolkit.methods : [toolkit.find(name)];
        if (options.json) {
          const listed = methods.map(({ id, summary, setting, schema }) => ({
            id,
            summary,
            setting,
            options: schema,
          }));
          process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
          return;
        }
        if (name !== undefined) {
          const [method] = methods;
          process.stdout.write(`${method!.id}\n${method!.summary}\n\n${settingText(method!)}\n`);
          for (const [option, spec] of Object.entries(
            method!.schema as Record<string, OptionSpec>,
          )) {
            process.stdout.write(
              `\n  ${option}   ${describeOption(spec)}, default ${String(spec.default)}\n      ${spec.description}${spec.effect ? ` ${spec.effect}` : ''}\n`,
            );
          }
          return;
        }
        const table = new Table({
          head: ['name', 'role', 'features', 'target labels', 'what it does'],
          style: { head: [], border: [], compact: true },
        });
        const ordered = [...methods].sort((a, b) => (a.id < b.id ? -1 : 1));
        for (const { id, summary, setting } of ordered)
          table.push([
            shortName(id),
            setting.role,
            setting.features,
            setting.targetLabels,
            summary,
          ]);
        process.stdout.write(`${table.toString()}\n`);
      },
    );
}

function settingText({
  setting,
}: {
  readonly setting: Record<keyof import('@graft-ml/core').Setting, unknown>;
}): string {
  return Object.entries(setting)
    .map(([key, value]) => `  ${key}: ${String(value)}`)
    .join('\n');
}
