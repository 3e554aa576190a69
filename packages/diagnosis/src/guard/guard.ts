import { type RunOptions, toMatrix, TransferError } from '@graft-ml/core';
import { stratifiedKFold } from '@graft-ml/learners';
import { checkEntries, classIndices } from '../internal/inputs.js';
import { defaultGuardRule } from './default-guard-rule.js';
import { expectedGain, gainRuleFor, type GuardRule } from './guard-rule.js';
import { type GuardScores, guardScores } from './guard-scores.js';
import type {
  GuardDecision,
  GuardEstimate,
  GuardModel,
  GuardOptions,
  GuardProblem,
} from './guard-types.js';
import { agreementOf, reasonsOf } from './reasons.js';
import { intervalOf, type View, withLabels } from './view.js';

/** Chooses between source-only and adapted models without target labels, or with few: the guard against negative transfer.
 *
 * Gain      of each candidate over source-only by {@link expectedGain}: a quadratic function of five views, four where
 *           there is one candidate only
 * Labels    where there are labelled rows, half of them help to choose a candidate and the other half to decide about it:
 *           gain ← (gain/σ² + observed/τ²)/(1/σ² + 1/τ²), σ = halfWidth/1.645 · differs, τ² the variance of the observed
 *           difference. No label serves twice
 * Rule      adapt where gain > margin · (remaining σ / σ before labels); abstain where 0 < gain ≤ that, or where there are
 *           fewer than `minRows` target rows; else fall back
 * Interval  gain ± halfWidth·differs, cut to [−differs, differs]: mostly wide, because without labels little is certain
 * Assumes   classification; models that predict the classes of the source. It cannot see what no score sees: a target in
 *           which two classes have changed places looks perfect. How often it errs: `docs/benchmarks/guard.md`
 * Disagree  every estimate says how many of the scores favour the candidate
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
  return decideByScores(models, scores, {
    rule,
    seed: run?.seed ?? 0,
    ...(labels ? { labels } : {}),
  });
}

/** The guard's rule on scores that are known already: what {@link guard} does once it has them. The first model is source-only. */
export function decideByScores(
  models: readonly GuardModel[],
  scores: readonly GuardScores[],
  options: {
    readonly rule?: GuardRule;
    readonly labels?: ArrayLike<number>;
    readonly seed?: number;
  } = {},
): GuardDecision {
  const { rule = defaultGuardRule, labels, seed = 0 } = options;
  const [sourceOnly, ...candidates] = models;
  const [own, ...rest] = scores;
  const blind = candidates.map((candidate, k) => {
    const { differs } = rest[k];
    const spread = (gainRuleFor(rule, rest[k]).halfWidth / 1.645) * differs;
    return { candidate, scores: rest[k], differs, spread, gain: expectedGain(rule, rest[k], own) };
  });
  const halves = labels && labels.length > 1 ? stratifiedKFold(labels, 2, seed) : undefined;
  const seen = blind.map((view) => withLabels(view, sourceOnly, labels, halves, 0));
  const best = seen.reduce((a, b) => (b.gain > a.gain ? b : a));
  const first = blind[seen.indexOf(best)];
  const judged = withLabels(first, sourceOnly, labels, halves, 1);
  const { margin: least } = gainRuleFor(rule, first.scores);
  const margin = first.spread > 0 ? (least * judged.spread) / first.spread : least;
  const decision = judged.gain > margin ? 'adapt' : judged.gain > 0 ? 'abstain' : 'fallback';
  const estimates = seen.map((view, k) => estimateOf(view === best ? judged : blind[k], own));
  return {
    decision,
    choice: decision === 'adapt' ? best.candidate.name : sourceOnly.name,
    gain: judged.gain,
    interval: intervalOf(judged),
    reasons: reasonsOf(decision, judged, own, sourceOnly.name, margin, labels?.length ?? 0),
    estimates,
    sourceOnly: own,
  };
}

function estimateOf(view: View, own: GuardScores): GuardEstimate {
  const { candidate, gain, differs, scores } = view;
  const interval = intervalOf(view);
  const agreement = agreementOf(scores, own);
  return { name: candidate.name, gain, interval, differs, scores, agreement };
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
