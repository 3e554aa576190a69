import { isTransferError, type TransferError } from '@graft-ml/core';
import { Command, CommanderError } from 'commander';
import { adviseCommand } from './commands/advise.js';
import { autoCommand } from './commands/auto.js';
import { compareCommand } from './commands/compare.js';
import { demoCommand } from './commands/demo.js';
import { diagnoseCommand } from './commands/diagnose.js';
import { doctorCommand } from './commands/doctor.js';
import { fitCommand } from './commands/fit.js';
import { listCommand } from './commands/list.js';
import { predictCommand } from './commands/predict.js';
import { reportCommand } from './commands/report.js';
import { Interrupted } from './internal/interrupted.js';
import { packageVersion } from './internal/version.js';

/** What a command came to: 0 done, 1 refused or failed, 2 misused, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Runs the command line `graft …args` and returns its exit code. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const program = new Command('graft')
    .description(
      'Transfer learning: adapt a model from a domain with many labels to one with few, and see whether it helped.',
    )
    .version(packageVersion())
    .addHelpText(
      'after',
      `
Start here:
  graft demo                                                the main job on embedded data
  graft diagnose --source s.csv --target t.csv --label y    what differs, and how sure is that?
  graft compare --source s.csv --target t.csv --label y     which recipe helps, and which hurts?
  graft fit … --recipe coral --out model.safetensors        keep the one you chose
  graft predict --model model.safetensors --input new.csv   use it`,
    )
    .exitOverride();
  for (const make of [
    demoCommand,
    diagnoseCommand,
    adviseCommand,
    compareCommand,
    autoCommand,
    fitCommand,
    predictCommand,
    listCommand,
    reportCommand,
    doctorCommand,
  ]) {
    program.addCommand(make().exitOverride());
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted || isTransferError(error, 'ABORTED')) {
    process.stderr.write(
      `graft: interrupted. ${error instanceof Interrupted ? error.message : 'Nothing was written.'}\n`,
    );
    return 130;
  }
  if (isTransferError(error)) process.stderr.write(`graft: ${messageFor(error)}\n`);
  else
    process.stderr.write(
      `graft: something unexpected went wrong.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  return 1;
}

/** The message without the name of the function that noticed, which means nothing on a command line; methods keep theirs. */
function messageFor({ who, message }: TransferError): string {
  return /^[a-z]/.test(who) || who === 'Toolkit' ? message.slice(who.length + 2) : message;
}
