import {
  type DenseMatrix,
  type Learner,
  type Matrix,
  type RunOptions,
  selectRows,
  stackRows,
} from '@graft-ml/core';
import { contentFolds } from '@graft-ml/learners';

/** Prepares μ = d_C / (d_M + d_C): how much of the difference between the domains is within classes.
 *
 * d_M is the proxy A-distance 2·(1 − 2·error) between all rows of both domains, at least 0, d_C its mean over the classes
 * that have two different rows in each; `error` is that of a domain classifier on rows held out, each domain counting half.
 * 1/2 where no distance is seen. Rows are dealt by content, so that their order does not matter.
 */
export async function distanceBalance(
  classifier: Learner,
  rows: DenseMatrix,
  y: Float64Array,
  nClasses: number,
  run?: RunOptions,
): Promise<(targetLabels: Float64Array) => Promise<number>> {
  const nSource = y.length;
  const source = Array.from(y.keys());
  const target = Array.from({ length: rows.rows - nSource }, (_, i) => nSource + i);
  const between = (from: readonly number[], to: readonly number[]) =>
    domainDistance(classifier, selectRows(rows, from), selectRows(rows, to), run);
  const overall = (await between(source, target)) ?? 0;

  return async (targetLabels) => {
    let sum = 0;
    let count = 0;
    for (let c = 0; c < nClasses; c++) {
      const distance = await between(
        source.filter((i) => y[i] === c),
        target.filter((i) => targetLabels[i - nSource] === c),
      );
      if (distance === undefined) continue;
      sum += distance;
      count++;
    }
    const within = count > 0 ? sum / count : 0;
    return overall + within > 0 ? within / (overall + within) : 1 / 2;
  };
}

/** The proxy A-distance by two folds; undefined where a domain has no two different rows. */
async function domainDistance(
  classifier: Learner,
  source: Matrix,
  target: Matrix,
  run: RunOptions | undefined,
): Promise<number | undefined> {
  if (source.rows < 2 || target.rows < 2) return undefined;
  const domains = [source, target].map((x) => ({ x, folds: contentFolds(x, 2) }));
  let error = 0;
  for (const fold of [0, 1]) {
    const parts = domains.map(({ x, folds }) => {
      const pick = (held: boolean) =>
        selectRows(
          x,
          Array.from(folds.keys()).filter((i) => (folds[i] === fold) === held),
        );
      return { learn: pick(false), held: pick(true) };
    });
    if (parts.some(({ learn, held }) => learn.rows === 0 || held.rows === 0)) return undefined;
    const total = parts.reduce((sum, { learn }) => sum + learn.rows, 0);
    const model = await classifier.fit(
      {
        x: stackRows(parts.map(({ learn }) => learn)),
        y: parts.flatMap(({ learn }, domain) => new Array<number>(learn.rows).fill(domain)),
        weights: parts.flatMap(({ learn }) =>
          new Array<number>(learn.rows).fill(total / (2 * learn.rows)),
        ),
        task: 'classification',
      },
      run,
    );
    for (const [domain, { held }] of parts.entries()) {
      const guessed = await model.predictEncoded(held, run);
      error += guessed.filter((label) => label !== domain).length / held.rows / 4;
    }
  }
  return Math.max(0, 2 * (1 - 2 * error));
}
