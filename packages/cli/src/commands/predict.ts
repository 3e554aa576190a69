import { type Label, TransferError } from '@graft-ml/core';
import { formatRow, tableToDomain } from '@graft-ml/datasets';
import { streamTableFile, writeAtomically } from '@graft-ml/datasets/node';
import { loadArtefact, PipelineModel } from '@graft-ml/toolkit';
import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { gather } from '../internal/arguments.js';
import { makeToolkit } from '../internal/toolkit.js';

interface Options {
  readonly model: string;
  readonly input: string;
  readonly out?: string;
  readonly proba?: boolean;
  readonly plugin?: readonly string[];
}

/** `graft predict`: applies a saved model to new target rows, in a stream. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('Apply a saved model to new target rows; reads and writes in a stream.')
    .requiredOption('--model <file>', 'what graft fit has written')
    .requiredOption(
      '--input <file>',
      'CSV of new target rows; columns are matched by name, others are ignored',
    )
    .option('--out <file>', 'where to write the predictions as CSV (default: standard output)')
    .option('--proba', 'add a column per class with its probability')
    .option('--plugin <file|package>', 'load more methods; repeat for several', gather)
    .action(async (options: Options) => {
      const model = await readModel(options);
      if (options.proba && !model.predictProba) {
        throw new TransferError({
          code: 'UNSUPPORTED',
          who: 'graft predict',
          message:
            'this model has no probabilities; leave --proba out, or fit it with --learner logistic.',
          details: { capability: 'predictProba' },
        });
      }
      if (!options.out) {
        for await (const text of predictions(model, options)) process.stdout.write(text);
        return;
      }
      await writeAtomically(options.out, async (write) => {
        for await (const text of predictions(model, options)) await write(text);
      });
      process.stdout.write(`Written: ${options.out}\n`);
    });
}

async function readModel({ model: path, plugin }: Options): Promise<PipelineModel> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new TransferError({
      code: 'IO',
      who: 'graft predict',
      message: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
  const { fitted } = loadArtefact(bytes, await makeToolkit(plugin));
  if (fitted instanceof PipelineModel) return fitted;
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who: 'graft predict',
    message: `${path} holds no model.`,
  });
}

async function* predictions(model: PipelineModel, options: Options): AsyncGenerator<string> {
  const { task, features } = model;
  const classes: readonly Label[] =
    options.proba && task.kind === 'classification' ? task.classes : [];
  yield formatRow(['prediction', ...classes.map((label) => `probability ${label}`)]);
  for await (const table of streamTableFile(options.input, { numeric: features })) {
    const { x } = tableToDomain(table, { features });
    const labels = await model.predict(x);
    const proba = options.proba ? await model.predictProba?.(x) : undefined;
    let text = '';
    labels.forEach((label, i) => {
      const row = proba
        ? Array.from(proba.data.subarray(i * proba.columns, (i + 1) * proba.columns))
        : [];
      text += formatRow([label, ...row]);
    });
    yield text;
  }
}
