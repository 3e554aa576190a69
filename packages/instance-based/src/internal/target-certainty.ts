import type { LabelledRows, Learner, RunOptions, TransferProblem } from '@graft-ml/core';
import { labelledSources } from '@graft-ml/core';
import { posteriorsOf } from './label-shift.js';
import { targetAsSource } from './pool-target.js';
import { quiet } from './pooled-rows.js';

/** P_T(y | x) − max_{c ≠ y} P_T(c | x) of every row of every source, P_T by the learner on labelled target rows.
 *
 * Absent where the rows are all of one class and say nothing about labels.
 * Errors: `UNSUPPORTED` for a learner without probabilities.
 */
export async function targetCertainty({
  who,
  learner,
  problem,
  rows,
  run,
}: {
  readonly who: string;
  readonly learner: Learner;
  readonly problem: TransferProblem;
  readonly rows: LabelledRows;
  readonly run?: RunOptions | undefined;
}): Promise<Float64Array[] | undefined> {
  const sources = labelledSources(problem, who);
  if (new Set(rows.y).size < 2) return undefined;
  const onTarget = { ...problem, sources: [targetAsSource(problem, rows)] };
  const model = await learner.fit(onTarget, quiet(run));
  const certainty: Float64Array[] = [];
  for (const { x, y } of sources) {
    const { columns, data } = await posteriorsOf(who, model, x, run);
    certainty.push(
      y.map((label, i) => {
        let other = 0;
        for (let c = 0; c < columns; c++)
          if (c !== label) other = Math.max(other, data[i * columns + c]);
        return data[i * columns + label] - other;
      }),
    );
  }
  return certainty;
}
