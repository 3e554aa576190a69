import { TransferError } from '@graft-ml/core';

/** How the number of rounds enters the logarithm of Hedge's factor. */
export type LogForm = 'log-over-rounds' | 'log-of-ratio';

/** What the weight of a wrong source row is multiplied with: β = 1 / (1 + √(2·L)),  L = ln(n)/N or ln(n/N).
 *
 * Errors: `INVALID_OPTION` where n/N < 1, so that its logarithm is negative.
 */
export function sourceFactor(who: string, nSource: number, nRounds: number, form: LogForm): number {
  const log =
    form === 'log-over-rounds' ? Math.log(nSource) / nRounds : Math.log(nSource / nRounds);
  if (log >= 0) return 1 / (1 + Math.sqrt(2 * log));
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"nRounds" must be at most the number of source rows, because ln(n/N) stands under a root; received ${nRounds} for ${nSource} rows. Boost fewer rounds.`,
    details: { option: 'nRounds', constraint: `at most ${nSource}`, received: nRounds },
  });
}
