import { type RunOptions, toMatrix, TransferError } from '@graft-ml/core';
import { stratifiedKFold } from '@graft-ml/learners';
import { checkEntries, classIndices } from '../internal/inputs.js';
import { defaultGuardRule, expectedGain, type GuardRule } from './guard-rule.js';
import {
  type GuardRows,
  type GuardScoreOptions,
  type GuardScores,
  guardScores,
  shareEqual,
} from './guard-scores.js';

/** What a model says about the target. */
export interface GuardModel {
  readonly name: string;
  /** Predicted classes of the target rows, encoded [nTarget]. */
  readonly predicted: ArrayLike<number>;
  /** Predicted classes of the labelled target rows, where there are any [nLabelled]. The model must not have learned from them. */
  readonly labelled?: ArrayLike<number>;
}

export interface GuardProblem extends GuardRows {
  readonly sourceOnly: GuardModel;
  /** At least one. */
  readonly candidates: readonly GuardModel[];
  /** True classes of labelled target rows that none of the models has learned from. */
  readonly labels?: ArrayLike<number>;
}

export interface GuardOptions extends GuardScoreOptions {
  /** Default {@link defaultGuardRule}. */
  readonly rule?: GuardRule;
}

/** What is expected of one candidate, beside source-only. */
export interface GuardEstimate {
  readonly name: string;
  /** Expected gain in accuracy over source-only, in [−1, 1]. */
  readonly gain: number;
  /** 90 % interval of the gain. */
  readonly interval: { readonly low: number; readonly high: number };
  /** Share of target rows on which the two models differ: no gain or loss can be larger. */
  readonly differs: number;
  readonly scores: GuardScores;
}

export interface GuardDecision {
  /** `'adapt'`: use `choice`. `'fallback'`: source-only is expected to be at least as good. `'abstain'`: too little to tell by;
   * source-only is the choice, because it is what was there before. */
  readonly decision: 'adapt' | 'fallback' | 'abstain';
  /** Name of the model to use. */
  readonly choice: string;
  /** Expected gain of the best candidate, whether it was taken or not. */
  readonly gain: number;
  readonly interval: { readonly low: number; readonly high: number };
  /** In words, the weightiest first. */
  readonly reasons: readonly string[];
  readonly estimates: readonly GuardEstimate[];
}

/** Chooses between source-only and adapted models without target labels, or with few: the guard against negative transfer.
 *
 * Gain      of each candidate over source-only by {@link expectedGain}: a weighted sum of differences in four scores
 * Labels    where there are labelled rows, half of them help to choose a candidate and the other half to decide about it:
 *           gain ← (gain/σ² + observed/τ²)/(1/σ² + 1/τ²), σ = halfWidth/1.645 · differs, τ² the variance of the observed
 *           difference. No label serves twice
 * Rule      adapt where gain > margin · (remaining σ / σ before labels); abstain where 0 < gain ≤ that, or where there are
 *           fewer than `minRows` target rows; else fall back
 * Interval  gain ± halfWidth·differs, cut to [−differs, differs]: mostly wide, because without labels little is certain
 * Assumes   classification; models that predict the classes of the source. It cannot see what no score sees: a target in
 *           which two classes have changed places looks perfect. How often it errs: `docs/benchmarks/guard.md`
 * Errors    SHAPE_MISMATCH, INVALID_DATA
 * Example   (await guard({ source, target, nClasses, sourceOnly, candidates })).decision
 */
export async function guard(
  problem: GuardProblem,
  options: GuardOptions = {},
  run?: RunOptions,
): Promise<GuardDecision> {
  const { rule = defaultGuardRule } = options;
  const { sourceOnly, candidates, labels, nClasses } = problem;
  if (candidates.length === 0) throw noCandidates();
  const nTarget = toMatrix(problem.target.x, 'guard', 'target.x').rows;
  const models = [sourceOnly, ...candidates];
  checkLabels(models, labels, nClasses);
  if (nTarget < rule.minRows) {
    return {
      ...abstained(sourceOnly),
      reasons: [
        `The target has ${nTarget} rows; at least ${rule.minRows} are needed to judge by. ${sourceOnly.name} is kept.`,
      ],
    };
  }
  const scores = await guardScores(
    problem,
    models.map(({ predicted }) => predicted),
    options,
    run,
  );
  const [own, ...rest] = scores;
  const blind = candidates.map((candidate, k) => {
    const differs = 1 - shareEqual(candidate.predicted, sourceOnly.predicted);
    const spread = (rule.halfWidth / 1.645) * differs;
    return { candidate, scores: rest[k], differs, spread, gain: expectedGain(rule, rest[k], own) };
  });
  const halves =
    labels && labels.length > 1 ? stratifiedKFold(labels, 2, run?.seed ?? 0) : undefined;
  const seen = blind.map((view) => withLabels(view, sourceOnly, labels, halves, 0));
  const best = seen.reduce((a, b) => (b.gain > a.gain ? b : a));
  const first = blind[seen.indexOf(best)];
  const judged = withLabels(first, sourceOnly, labels, halves, 1);
  const margin = first.spread > 0 ? (rule.margin * judged.spread) / first.spread : rule.margin;
  const decision = judged.gain > margin ? 'adapt' : judged.gain > 0 ? 'abstain' : 'fallback';
  const estimates = seen.map((view, k) => estimateOf(view === best ? judged : blind[k]));
  return {
    decision,
    choice: decision === 'adapt' ? best.candidate.name : sourceOnly.name,
    gain: judged.gain,
    interval: intervalOf(judged),
    reasons: reasonsOf(decision, judged, own, sourceOnly.name, margin, labels?.length ?? 0),
    estimates,
  };
}

interface View {
  readonly candidate: GuardModel;
  readonly scores: GuardScores;
  readonly differs: number;
  /** Standard deviation of the gain. */
  readonly spread: number;
  readonly gain: number;
}

/** The view after looking at the labelled rows of one half, as precision-weighted mean. */
function withLabels(
  view: View,
  sourceOnly: GuardModel,
  labels: ArrayLike<number> | undefined,
  halves: ArrayLike<number> | undefined,
  half: number,
): View {
  const { candidate, spread } = view;
  if (!labels || !halves || !candidate.labelled || !sourceOnly.labelled || spread === 0)
    return view;
  let n = 0;
  let won = 0;
  let lost = 0;
  for (let i = 0; i < labels.length; i++) {
    if (halves[i] !== half) continue;
    n++;
    const right = candidate.labelled[i] === labels[i];
    const before = sourceOnly.labelled[i] === labels[i];
    if (right && !before) won++;
    if (before && !right) lost++;
  }
  if (n === 0) return view;
  const observed = (won - lost) / n;
  // One imagined row on either side keeps the variance from 0 where the models agree on all rows.
  const variance = ((won + lost + 1) / (n + 2) - ((won - lost) / (n + 2)) ** 2) / n;
  const precision = 1 / spread ** 2 + 1 / variance;
  return {
    ...view,
    gain: (view.gain / spread ** 2 + observed / variance) / precision,
    spread: Math.sqrt(1 / precision),
  };
}

function intervalOf({ gain, spread, differs }: View) {
  const cut = (value: number) => Math.min(differs, Math.max(-differs, value));
  return { low: cut(gain - 1.645 * spread), high: cut(gain + 1.645 * spread) };
}

function estimateOf(view: View): GuardEstimate {
  const { candidate, gain, differs, scores } = view;
  return { name: candidate.name, gain, interval: intervalOf(view), differs, scores };
}

function abstained(sourceOnly: GuardModel) {
  const interval = { low: -1, high: 1 };
  return {
    decision: 'abstain',
    choice: sourceOnly.name,
    gain: 0,
    interval,
    estimates: [],
  } as const;
}

function reasonsOf(
  decision: GuardDecision['decision'],
  view: View,
  own: GuardScores,
  baseline: string,
  margin: number,
  nLabels: number,
): string[] {
  const { candidate, gain, differs, scores } = view;
  const { low, high } = intervalOf(view);
  const verdict = {
    adapt: `${candidate.name} is expected to gain ${points(gain)} over ${baseline}, more than the margin of ${points(margin)}.`,
    abstain: `${candidate.name} may gain ${points(gain)} over ${baseline}, within the margin of ${points(margin)}: too little to act on.`,
    fallback: `No candidate is expected to gain; the best, ${candidate.name}, by ${points(gain)}.`,
  }[decision];
  const named: [string, number | undefined, number | undefined][] = [
    ['Agreement with the other models', scores.consensus, own.consensus],
    ['Agreement with the nearest source rows', scores.nearestSource, own.nearestSource],
    ['Predicting the source back', scores.reverse, own.reverse],
    ['Agreement with neighbouring target rows', scores.neighbours, own.neighbours],
  ];
  return [
    verdict,
    `They differ on ${(100 * differs).toFixed(0)} % of the target rows; the gain lies between ${points(low)} and ${points(high)} in nine of ten such cases.`,
    ...named.flatMap(([what, model, before]) =>
      model === undefined || before === undefined
        ? []
        : [`${what}: ${(100 * model).toFixed(1)} % against ${(100 * before).toFixed(1)} %.`],
    ),
    nLabels > 1
      ? `${nLabels} labelled target rows were used: half to choose among candidates, half to decide.`
      : 'No labelled target rows were used: harm can be made unlikely, not ruled out.',
  ];
}

function points(share: number): string {
  return `${share < 0 ? '−' : ''}${Math.abs(100 * share).toFixed(1)} points`;
}

function checkLabels(
  models: readonly GuardModel[],
  labels: ArrayLike<number> | undefined,
  nClasses: number,
): void {
  if (!labels) return;
  classIndices('guard', labels, labels.length, 'labels');
  for (const { name, labelled } of models) {
    if (labelled) {
      checkEntries(labelled.length, labels.length, 'guard', `labelled predictions of "${name}"`);
      classIndices('guard', labelled, labels.length, `labelled predictions of "${name}"`, nClasses);
    } else {
      throw new TransferError({
        code: 'INVALID_DATA',
        who: 'guard',
        message: `"labels" are given, but not what "${name}" predicts for those rows. Give "labelled" for every model.`,
        details: { argument: 'labelled', reason: 'missing' },
      });
    }
  }
}

function noCandidates(): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'guard',
    message: 'needs at least one candidate beside source-only; received none.',
    details: { argument: 'candidates', reason: 'missing' },
  });
}
