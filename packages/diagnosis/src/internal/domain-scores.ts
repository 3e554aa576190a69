import {
  type Learner,
  type Matrix,
  type Model,
  type RunOptions,
  selectRows,
  stackRows,
  step,
  TransferError,
} from '@graft-ml/core';
import { contentFolds, rocAuc, splitsOf } from '@graft-ml/learners';

export interface DomainScores {
  /** P(target | x) of the source rows, then the target rows, each by a model that has not seen the row. */
  readonly probabilities: Float64Array;
  /** 0 for source rows, 1 for target rows. */
  readonly domains: Float64Array;
  /** How well the probabilities rank target above source; 0.5 for guessing. */
  readonly auc: number;
}

interface DomainScoresInit {
  readonly who: string;
  readonly xs: Matrix;
  readonly xt: Matrix;
  readonly classifier: Learner;
  /** Default: five, by content, so that equal rows never teach about each other. */
  readonly folds?: ArrayLike<number>;
}

const task = { kind: 'classification', classes: [0, 1] } as const;

/** Scores every row by a domain classifier fitted on the other folds. */
export async function outOfFoldDomains(
  { who, xs, xt, classifier, folds: given }: DomainScoresInit,
  run?: RunOptions,
): Promise<DomainScores> {
  const x = stackRows([xs, xt]);
  const domains = new Float64Array(x.rows).fill(1, xs.rows);
  const folds = given ?? contentFolds(x, Math.min(5, x.rows), run?.seed);
  const probabilities = new Float64Array(x.rows);
  const splits = splitsOf(folds);
  for (const [done, { train, test }] of splits.entries()) {
    const y = Array.from(train, (i) => domains[i]);
    if (!y.includes(0) || !y.includes(1)) {
      throw new TransferError({
        code: 'INVALID_DATA',
        who,
        message: 'all different rows of one domain fall into a single fold. Give more rows.',
        details: { argument: 'source', reason: 'too-few-rows' },
      });
    }
    const model = await classifier.fit({ x: selectRows(x, train), y, task }, run);
    const scores = await secondClass(who, model, selectRows(x, test), run);
    test.forEach((row, k) => (probabilities[row] = scores[k]));
    await step(run, who, {
      stage: 'telling the domains apart',
      done: done + 1,
      total: splits.length,
    });
  }
  return { probabilities, domains, auc: rocAuc(domains, probabilities) };
}

/** The probability of the second class, row by row. Errors: `UNSUPPORTED` for a model without probabilities. */
export async function secondClass(
  who: string,
  model: Model,
  x: Matrix,
  run?: RunOptions,
): Promise<Float64Array> {
  if (!model.predictProba) {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message:
        'needs class probabilities, which this learner does not give. Hand in LogisticRegression, say.',
      details: { capability: 'predictProba' },
    });
  }
  const { data, columns } = await model.predictProba(x, run);
  return Float64Array.from({ length: x.rows }, (_, i) => data[i * columns + 1]);
}
