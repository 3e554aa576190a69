import type {
  JsonObject,
  LabelledRows,
  Learner,
  RunOptions,
  TransferProblem,
} from '@graft-ml/core';
import { selectRows, step, TransferError } from '@graft-ml/core';
import { contentFolds, logLoss, splitsOf } from '@graft-ml/learners';
import { posteriorsOf } from './label-shift.js';
import { poolTarget } from './pool-target.js';
import { quiet } from './pooled-rows.js';

/** The last all but leaves the sources out. */
const shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99];

export interface BestTargetShareInit {
  readonly who: string;
  readonly learner: Learner;
  readonly labelled: LabelledRows;
  readonly nFolds: number;
  /** The problem with its sources weighed by these labelled target rows alone, which it holds as its own. */
  readonly pool: (rows: LabelledRows) => Promise<TransferProblem>;
  readonly run?: RunOptions | undefined;
}

/** Of the shares 0.1 … 0.9 and 0.99 of all weight for the target, the one with which the learner has the least log-loss on held-out target rows.
 *
 * Everything that labels decide is decided anew without the rows held out. Of equal losses the smaller share wins.
 * Errors: `INVALID_DATA` where the labelled target rows are all equal, so that none can be held out.
 */
export async function bestTargetShare(
  init: BestTargetShareInit,
): Promise<{ readonly best: number; readonly facts: JsonObject }> {
  const { who, learner, labelled, nFolds, pool, run } = init;
  const { x, y } = labelled;
  const splits =
    x.rows < 2
      ? []
      : splitsOf(contentFolds(x, Math.min(nFolds, x.rows), run?.seed)).filter(
          ({ train }) => train.length > 0,
        );
  if (splits.length < 2) throw cannotHoldOut(who);
  const losses = new Float64Array(shares.length);
  for (const [done, { train, test }] of splits.entries()) {
    const pick = (rows: Int32Array): LabelledRows => ({
      x: selectRows(x, rows),
      y: Float64Array.from(rows, (i) => y[i]),
    });
    const weighted = await pool(pick(train));
    const held = pick(test);
    for (const [k, share] of shares.entries()) {
      const model = await learner.fit(poolTarget(who, weighted, share).problem, quiet(run));
      const posteriors = await posteriorsOf(who, model, held.x, run);
      losses[k] += (logLoss(held.y, posteriors) * test.length) / y.length;
    }
    await step(run, who, { stage: 'trying target shares', done: done + 1, total: splits.length });
  }
  const best = shares[losses.indexOf(Math.min(...losses))];
  return { best, facts: { triedShares: shares, heldOutLosses: Array.from(losses) } };
}

function cannotHoldOut(who: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message:
      'cannot hold labelled target rows out to find the target share: all of them are equal. Give more rows, or set "targetShare" to a number.',
    details: { argument: 'target.labelled', reason: 'too-few-rows' },
  });
}
