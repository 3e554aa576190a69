import {
  type Learner,
  type Matrix,
  type MatrixInput,
  type RunOptions,
  selectRows,
  stackRows,
} from '@graft-ml/core';
import { contentFolds, LogisticRegression, rocAuc } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { aDistanceOf } from '../divergences/proxy-a-distance.js';
import { outOfFoldDomains } from '../internal/domain-scores.js';
import { checkEntries, checkOption, samplePair } from '../internal/inputs.js';
import { normalTail } from '../internal/special-functions.js';
import type { ShiftTest } from './test-result.js';

export interface ClassifierTestOptions {
  /** Default `LogisticRegression()`. */
  readonly classifier?: Learner;
  /** The fold of each row for the out-of-fold scores, source rows first; default five folds by content. */
  readonly folds?: ArrayLike<number>;
  /** 0 (default): the p-value comes from one half of the rows, scored by a classifier of the other half. A whole number ≥ 1:
   * from so many random relabellings, each fitted anew on all folds: more power, and as many times the cost. */
  readonly nPermutations?: number;
}

export interface ClassifierTest extends ShiftTest {
  readonly test: 'classifier two-sample';
  /** Area under the ROC curve of all out-of-fold scores: the chance that a target row looks more like the target than a source row does. */
  readonly auc: number;
  readonly proxyADistance: number;
  /** P(target | x) out of fold, source rows first. */
  readonly probabilities: Float64Array;
}

/** Classifier two-sample test: can a classifier tell target rows from source rows it has not seen?
 *
 * Statistic   AUC of the out-of-fold scores of all rows
 * p-value     by default of the rank sum in a held-out half, z = (U − m·n/2) / √(m·n·(m + n + 1)/12), P(Z ≥ z): given the
 *             other half, ranks are random if nothing differs. Rank sums pooled over folds are no substitute: their models
 *             share rows, and under no shift their z has a standard deviation of 1.4, not 1 (measured)
 * Effect      2·AUC − 1, in [−1, 1]: 0 for guessing, 1 for separable domains
 * Assumes     independent rows. It sees only what the classifier can: a linear one misses a pure change of spread.
 * Paper       lopezpaz2017.
 */
export async function classifierTest(
  source: MatrixInput,
  target: MatrixInput,
  options: ClassifierTestOptions = {},
  run?: RunOptions,
): Promise<ClassifierTest> {
  const who = 'classifierTest';
  const { xs, xt } = samplePair(who, source, target, 2);
  const { classifier = new LogisticRegression(), nPermutations = 0 } = options;
  const whole = Number.isInteger(nPermutations) && nPermutations >= 0;
  checkOption(who, 'nPermutations', nPermutations, 'a whole number ≥ 0', whole);
  const x = stackRows([xs, xt]);
  const folds = options.folds ?? contentFolds(x, Math.min(5, x.rows), run?.seed);
  checkEntries(folds.length, x.rows, who, 'entries of "folds"');
  const scores = await outOfFoldDomains({ who, xs, xt, classifier, folds }, run);
  const { auc, probabilities, domains } = scores;
  const pValue =
    nPermutations > 0
      ? await relabelledPValue({ x, nSource: xs.rows, classifier, folds, auc, nPermutations }, run)
      : await heldOutPValue({ xs, xt, classifier }, run);
  return {
    test: 'classifier two-sample',
    statistic: auc,
    pValue,
    effect: 2 * auc - 1,
    auc,
    proxyADistance: aDistanceOf(probabilities, domains),
    probabilities,
  };
}

async function heldOutPValue(
  {
    xs,
    xt,
    classifier,
  }: { readonly xs: Matrix; readonly xt: Matrix; readonly classifier: Learner },
  run?: RunOptions,
): Promise<number> {
  const who = 'classifierTest';
  const x = stackRows([xs, xt]);
  const halves = contentFolds(x, 2, run?.seed);
  const { probabilities, domains } = await outOfFoldDomains(
    { who, xs, xt, classifier, folds: halves },
    run,
  );
  const judged = Int32Array.from(halves.keys()).filter((i) => halves[i] === 0);
  const labels = Array.from(judged, (i) => domains[i]);
  const nTarget = labels.reduce((sum, domain) => sum + domain, 0);
  const nSource = labels.length - nTarget;
  const auc = rocAuc(
    labels,
    Array.from(judged, (i) => probabilities[i]),
  );
  const spread = Math.sqrt((labels.length + 1) / (12 * nSource * nTarget));
  return normalTail((auc - 0.5) / spread);
}

interface RelabelInit {
  readonly x: Matrix;
  readonly nSource: number;
  readonly classifier: Learner;
  readonly folds: ArrayLike<number>;
  readonly auc: number;
  readonly nPermutations: number;
}

/** (1 + relabellings whose AUC is at least the observed one) / (1 + relabellings). Rows keep their folds. */
async function relabelledPValue(
  { x, nSource, classifier, folds, auc, nPermutations }: RelabelInit,
  run?: RunOptions,
): Promise<number> {
  const random = randomSource(run?.seed ?? 0).stream('relabel');
  let extreme = 0;
  for (let b = 0; b < nPermutations; b++) {
    const order = random.permutation(x.rows);
    const scores = await outOfFoldDomains(
      {
        who: 'classifierTest',
        xs: selectRows(x, order.subarray(0, nSource)),
        xt: selectRows(x, order.subarray(nSource)),
        classifier,
        folds: Array.from(order, (i) => folds[i]),
      },
      run,
    );
    if (scores.auc >= auc) extreme++;
  }
  return (1 + extreme) / (1 + nPermutations);
}
