import { TransferError } from '@graft-ml/core';
import { writeAtomically } from '@graft-ml/datasets/node';
import { readReportInput, renderReport } from '@graft-ml/report';
import { Command } from 'commander';
import { checkWritable, readJson } from '../internal/run-comparison.js';

/** `graft report`: draws the report of a saved comparison. */
export function reportCommand(): Command {
  return new Command('report')
    .description('Draw the HTML report of a comparison that was saved with --json.')
    .argument('<results.json>', 'what graft compare --json has written')
    .requiredOption('--out <file>', 'where to write the report')
    .action(async (file: string, { out }: { readonly out: string }) => {
      await checkWritable(out);
      const results = (await readJson(file)) as { readonly report?: unknown } | null;
      if (!results?.report) {
        throw new TransferError({
          code: 'INVALID_DATA',
          who: 'graft report',
          message: `${file} was not written by graft compare --json.`,
        });
      }
      await writeAtomically(out, renderReport(readReportInput(results.report)));
      process.stdout.write(`Written: ${out}\n`);
    });
}
