import type { Learner, MatrixInput, RunOptions } from '@graft-ml/core';
import { selectRows } from '@graft-ml/core';
import { LogisticRegression, splitsOf, stratifiedKFold } from '@graft-ml/learners';
import {
  nearestNeighbours,
  quantile,
  randomSource,
  referenceLinearAlgebra,
} from '@graft-ml/numerics';
import { checkEntries, classIndices, samplePair } from '../internal/inputs.js';
import type { ShiftTest } from './test-result.js';

/** Labelled rows with encoded classes. */
export interface ClassRows {
  readonly x: MatrixInput;
  readonly y: ArrayLike<number>;
}

export interface ConditionalShiftOptions {
  /** Learns P(y|x) from the source; default `LogisticRegression()`. */
  readonly learner?: Learner;
  /** Below which p-value the answer is `'differs'`. In (0, 1), default 0.05. */
  readonly significance?: number;
  /** Random sign changes, a whole number ≥ 1, default 1000. */
  readonly nPermutations?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** What can be said about P(Y|X). `'inconclusive'` never means the same: a difference may be there and not be seen. */
export type ConditionalShift =
  | { readonly answer: 'differs'; readonly test: ShiftTest; readonly reason: string }
  | { readonly answer: 'inconclusive'; readonly test?: ShiftTest; readonly reason: string };

/** Tests whether P(Y|X) differs, where labelled target rows make that visible.
 *
 * Pairs       every labelled target row with its nearest source row of its own (each source row serves one), so that both
 *             have nearly the same x
 * Statistic   mean of −log p̂(y_t|x_t) + log p̂(y_s|x_s) over the pairs, p̂ learned from the source rows out of fold
 * p-value     by random sign changes of the pairs' differences, one-sided: under equal P(Y|X) a pair's order is arbitrary
 * Effect      the statistic: extra log loss on target labels, in nats
 * Inconclusive  without target labels (no test exists), with fewer than 10 of them, where target rows lie far from all
 *             source rows (twice the source's own 90 % nearest distance), and wherever the test does not reject
 */
export async function conditionalShift(
  source: ClassRows,
  target: ClassRows | undefined,
  nClasses: number,
  options: ConditionalShiftOptions = {},
  run?: RunOptions,
): Promise<ConditionalShift> {
  const who = 'conditionalShift';
  if (!target || target.y.length === 0) {
    return inconclusive(
      'No target row is labelled: from unlabelled rows P(Y|X) cannot be compared.',
    );
  }
  const { significance = 0.05, nPermutations = 1000, seed = 0 } = options;
  const { xs, xt } = samplePair(who, source.x, target.x);
  checkEntries(source.y.length, xs.rows, who, 'source labels');
  classIndices(who, target.y, xt.rows, 'target.y');
  const known = Array.from(target.y, (c) => c < nClasses);
  if (known.includes(false)) {
    return inconclusive('The target has classes that the source lacks: label spaces differ.');
  }
  if (xt.rows < 10) {
    return inconclusive(
      `Only ${xt.rows} target rows are labelled; at least 10 are needed for a test.`,
    );
  }
  const pairs = matchRows(xs, xt);
  const near = quantile(pairs.sourceDistances, 0.9);
  const kept = pairs.target.filter((_, k) => pairs.distances[k] <= 2 * near);
  if (kept.length < Math.max(10, xt.rows / 2)) {
    return inconclusive(
      `Only ${kept.length} of ${xt.rows} labelled target rows have a source row nearby: where the source is silent, P(Y|X) cannot be compared.`,
    );
  }
  const learner = options.learner ?? new LogisticRegression();
  const logs = await sourceLogLosses(
    { xs, ys: source.y, xt, yt: target.y, nClasses, learner },
    run,
  );
  const partner = new Map(pairs.target.map((t, k) => [t, pairs.source[k]]));
  const gaps = Float64Array.from(kept, (t) => logs.target[t] - logs.source[partner.get(t) ?? 0]);
  const test = signTest(gaps, nPermutations, seed);
  if (test.pValue <= significance) {
    return {
      answer: 'differs',
      test,
      reason: `At equal features, target labels cost the source's model ${test.effect.toFixed(2)} nats more than source labels (p = ${test.pValue.toPrecision(2)}).`,
    };
  }
  return inconclusive(
    `No difference was seen on ${kept.length} matched rows (p = ${test.pValue.toPrecision(2)}); that does not show there is none.`,
    test,
  );
}

function inconclusive(reason: string, test?: ShiftTest): ConditionalShift {
  return { answer: 'inconclusive', reason, ...(test ? { test } : {}) };
}

/** Greedy matching: target rows in their order take the nearest source row that is still free. */
function matchRows(xs: ReturnType<typeof samplePair>['xs'], xt: typeof xs) {
  const count = Math.min(10, xs.rows);
  const { indices, squaredDistances } = nearestNeighbours(referenceLinearAlgebra, count, xt, xs);
  const own = nearestNeighbours(referenceLinearAlgebra, 1, xs);
  const taken = new Set<number>();
  const matched: { source: number[]; target: number[]; distances: number[] } = {
    source: [],
    target: [],
    distances: [],
  };
  for (let t = 0; t < xt.rows; t++) {
    for (let k = 0; k < count; k++) {
      const s = indices[t * count + k];
      if (taken.has(s)) continue;
      taken.add(s);
      matched.source.push(s);
      matched.target.push(t);
      matched.distances.push(Math.sqrt(squaredDistances[t * count + k]));
      break;
    }
  }
  return { ...matched, sourceDistances: own.squaredDistances.map(Math.sqrt) };
}

interface LossInit {
  readonly xs: ReturnType<typeof samplePair>['xs'];
  readonly ys: ArrayLike<number>;
  readonly xt: ReturnType<typeof samplePair>['xs'];
  readonly yt: ArrayLike<number>;
  readonly nClasses: number;
  readonly learner: Learner;
}

/** −log p̂(y|x): source rows by models of the other folds, target rows by the mean over the same models. */
async function sourceLogLosses(
  { xs, ys, xt, yt, nClasses, learner }: LossInit,
  run?: RunOptions,
): Promise<{ readonly source: Float64Array; readonly target: Float64Array }> {
  const classes = Array.from({ length: nClasses }, (_, c) => c);
  const task = { kind: 'classification', classes } as const;
  const source = new Float64Array(xs.rows);
  const target = new Float64Array(xt.rows);
  const splits = splitsOf(stratifiedKFold(ys, 5, run?.seed ?? 0));
  for (const { train, test } of splits) {
    const y = Array.from(train, (i) => ys[i]);
    const model = await learner.fit({ x: selectRows(xs, train), y, task }, run);
    const held = await model.predictProba?.(selectRows(xs, test), run);
    const far = await model.predictProba?.(xt, run);
    if (!held || !far) continue;
    test.forEach((row, k) => (source[row] = logLossOf(held.data[k * nClasses + ys[row]])));
    for (let t = 0; t < xt.rows; t++) {
      target[t] += logLossOf(far.data[t * nClasses + yt[t]]) / splits.length;
    }
  }
  return { source, target };
}

function logLossOf(probability: number): number {
  return -Math.log(Math.max(probability, 1e-12));
}

function signTest(gaps: Float64Array, nPermutations: number, seed: number): ShiftTest {
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const random = randomSource(seed).stream('signs');
  let extreme = 0;
  for (let b = 0; b < nPermutations; b++) {
    let sum = 0;
    for (const gap of gaps) sum += random.uniform() < 0.5 ? gap : -gap;
    if (sum / gaps.length >= mean) extreme++;
  }
  return {
    test: 'matched log loss',
    statistic: mean,
    pValue: (1 + extreme) / (1 + nPermutations),
    effect: mean,
  };
}
