import type { Learner, Matrix, Model, RunOptions } from '@graft-ml/core';
import { selectRows, stackRows, step, TransferError } from '@graft-ml/core';
import { contentFolds, rocAuc, splitsOf } from '@graft-ml/learners';

export interface DomainScores {
  /** P(target | x) of the source rows, then of the target rows; out of fold where there are folds. */
  readonly probabilities: Float64Array;
  /** 0 for source rows, 1 for target rows. */
  readonly domains: Float64Array;
  /** How well those probabilities rank target above source: 0.5 where the domains cannot be told apart. */
  readonly auc: number;
  /** The classifier of all rows. */
  readonly model: Model;
}

export interface ScoreDomainsInit {
  readonly who: string;
  readonly learner: Learner;
  readonly xs: Matrix;
  readonly xt: Matrix;
  readonly nFolds: number;
  /** One fold per row, source rows first; by default by content, so that equal rows never teach about each other. */
  readonly folds?: ArrayLike<number> | undefined;
  readonly run?: RunOptions | undefined;
}

const task = { kind: 'classification', classes: ['source', 'target'] } as const;

/** Fits a classifier that tells target rows from source rows and scores every row by models that have not seen it.
 *
 * Errors: `INVALID_DATA` where all rows of a domain fall into one fold; `UNSUPPORTED` for a learner without probabilities.
 */
export async function scoreDomains(init: ScoreDomainsInit): Promise<DomainScores> {
  const { who, learner, xs, xt, run } = init;
  const x = stackRows([xs, xt]);
  const labels = Array.from({ length: x.rows }, (_, i) => (i < xs.rows ? 'source' : 'target'));
  const domains = Float64Array.from(labels, (label) => (label === 'target' ? 1 : 0));
  const model = await learner.fit({ x, y: labels, task }, run);
  const probabilities = new Float64Array(x.rows);
  if (init.nFolds === 1 && !init.folds) {
    probabilities.set(await targetProbability(who, model, x, run));
  } else {
    const folds = init.folds ?? contentFolds(x, Math.min(init.nFolds, x.rows), run?.seed);
    const splits = splitsOf(folds);
    for (const [done, { train, test }] of splits.entries()) {
      const y = Array.from(train, (i) => labels[i]);
      if (!y.includes('source') || !y.includes('target')) throw tooFew(who);
      const part = await learner.fit({ x: selectRows(x, train), y, task }, run);
      const scores = await targetProbability(who, part, selectRows(x, test), run);
      test.forEach((row, position) => (probabilities[row] = scores[position]));
      await step(run, who, { stage: 'scoring domains', done: done + 1, total: splits.length });
    }
  }
  return { probabilities, domains, auc: rocAuc(domains, probabilities), model };
}

/** P(target | x) of each row. */
export async function targetProbability(
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
        'needs class probabilities, which this learner does not give. Hand in another one, LogisticRegression say.',
      details: { capability: 'predictProba' },
    });
  }
  const { data, columns } = await model.predictProba(x, run);
  return Float64Array.from({ length: x.rows }, (_, i) => data[i * columns + 1]);
}

function tooFew(who: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message:
      'cannot hold rows out: all different rows of one domain fall into a single fold. Give more rows, or set nFolds to 1.',
    details: { argument: 'source.x', reason: 'too-few-rows' },
  });
}
