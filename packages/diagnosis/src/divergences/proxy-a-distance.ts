import { type Learner, type MatrixInput, type RunOptions } from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { samplePair } from '../internal/inputs.js';
import { outOfFoldDomains } from '../internal/domain-scores.js';

export interface ProxyADistanceOptions {
  /** Which rows of both domains stacked, source first, are judged by which model; default 5 folds by content. */
  readonly folds?: ArrayLike<number>;
  /** Default `LogisticRegression()`. */
  readonly classifier?: Learner;
}

/** Proxy A-distance 2·(1 − 2·error) from the out-of-fold error of a domain classifier: 2 for separable domains, 0 for equal ones.
 *
 * The error is balanced (the mean of both domains' error rates), so that unequal sizes do not look like a shift; on small
 * samples it can come out above ½, and the distance below 0. It sees what the classifier sees: a linear one misses, say, a
 * pure change of spread. Paper: bendavid2007.
 */
export async function proxyADistance(
  source: MatrixInput,
  target: MatrixInput,
  options: ProxyADistanceOptions = {},
  run?: RunOptions,
): Promise<number> {
  const who = 'proxyADistance';
  const { xs, xt } = samplePair(who, source, target, 2);
  const { folds, classifier = new LogisticRegression() } = options;
  const scores = await outOfFoldDomains(
    { who, xs, xt, classifier, ...(folds ? { folds } : {}) },
    run,
  );
  return aDistanceOf(scores.probabilities, scores.domains);
}

/** 2·(1 − 2·balanced error) of P(target) against domains (0 source, 1 target). */
export function aDistanceOf(probabilities: ArrayLike<number>, domains: ArrayLike<number>): number {
  const wrong = [0, 0];
  const count = [0, 0];
  for (let i = 0; i < domains.length; i++) {
    count[domains[i]]++;
    if (probabilities[i] > 0.5 !== (domains[i] === 1)) wrong[domains[i]]++;
  }
  return 2 * (1 - (wrong[0] / count[0] + wrong[1] / count[1]));
}
