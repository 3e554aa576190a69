import type { Learner, ProblemStrategy, TransferProblem } from '@graft-ml/core';
import { toDense } from '@graft-ml/core';
import { priorShift } from '@graft-ml/datasets';
import { LogisticRegression } from '@graft-ml/learners';
import { agreement, meanOverSeeds } from './measure.js';

/** Mean accuracy on a target of 50/50 of a learner taught a source of 90/10, after a step if there is one (20 seeds). */
export function balancedAccuracyAfter(
  step?: ProblemStrategy,
  learner: Learner = new LogisticRegression(),
): Promise<number> {
  return meanOverSeeds(async (seed) => {
    const { problem, evaluation } = priorShift({ seed, sourceShare: 0.9, targetShare: 0.5 });
    const adapted = step ? (await step.fit(problem, { seed })).problem : problem;
    const model = await learner.fit(adapted);
    return agreement(await model.predictEncoded(problem.target.x), evaluation.y);
  });
}

/** A source with 3 rows of class a, 9 of b and 6 of c, told by their first column. */
export const uneven = {
  source: {
    x: Array.from({ length: 18 }, (_, i) => [
      i < 3 ? 0 : i < 12 ? 10 : 20,
      Math.sin(7 * i),
      Math.cos(3 * i),
    ]),
    y: Array.from({ length: 18 }, (_, i) => (i < 3 ? 'a' : i < 12 ? 'b' : 'c')),
  },
  target: { x: [[0, 0, 0]] },
};

/** How many rows of each class the first source has. */
export function classCounts({ sources: [source] }: TransferProblem): number[] {
  const counts: number[] = [];
  for (const c of source!.y!) counts[c] = (counts[c] ?? 0) + 1;
  return counts;
}

/** The rows of the first source, as text, in order. */
export function rowsAsText({ sources: [source] }: TransferProblem): string[] {
  const { rows, columns, data } = toDense(source!.x);
  return Array.from({ length: rows }, (_, i) =>
    [source!.y![i], ...data.subarray(i * columns, (i + 1) * columns)].join(' '),
  );
}

/** Whether a step makes the same rows when those it is given come in another order. */
export async function ignoresOrder(step: ProblemStrategy): Promise<boolean> {
  const order = [...uneven.source.y.keys()].sort((i, j) => ((7 * i) % 18) - ((7 * j) % 18));
  const mixed = {
    ...uneven,
    source: { x: order.map((i) => uneven.source.x[i]!), y: order.map((i) => uneven.source.y[i]!) },
  };
  const [a, b] = [await step.fit(uneven, { seed: 3 }), await step.fit(mixed, { seed: 3 })];
  return rowsAsText(a.problem).join() === rowsAsText(b.problem).join();
}
