import {
  type Learner,
  type Matrix,
  type ProblemInput,
  type RunOptions,
  sameFeatureSpace,
  scenario,
  selectRows,
  type SourceDomain,
  step,
  type TargetDomain,
  toProblem,
} from '@graft-ml/core';
import { LogisticRegression, stratifiedKFold } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import type { Diagnosis, MarginalShift, PriorShift, SourceDiagnosis } from './diagnosis.js';
import { energyDistance } from './divergences/energy.js';
import { checkOption } from './internal/inputs.js';
import { pooledScale } from './internal/pooled-scale.js';
import { inSourceCodes } from './internal/source-codes.js';
import { classifierTest } from './shift-tests/classifier-test.js';
import { conditionalShift, type ConditionalShift } from './shift-tests/conditional-shift.js';
import { chiSquareTest } from './shift-tests/counts.js';
import { featureTests } from './shift-tests/feature-tests.js';
import { kolmogorovSmirnovTest } from './shift-tests/kolmogorov-smirnov.js';
import { blackBoxShiftTest, estimateLabelShift } from './shift-tests/label-shift.js';
import { mmdTest, subsample } from './shift-tests/mmd-test.js';
import { holm } from './shift-tests/multiple-testing.js';
import { occurrenceShift } from './shift-tests/occurrence-shift.js';
import { summarize } from './summarize.js';
import { unknowns } from './unknowns.js';

export interface DiagnoseOptions {
  /** Below which adjusted p-value a difference is called one. In (0, 1), default 0.05. */
  readonly significance?: number;
  /** Relabellings of the permutation test, a whole number ≥ 1, default 500. */
  readonly nPermutations?: number;
  /** With more rows in a domain than this, so many are drawn; a whole number ≥ 10, default 1000. */
  readonly maxRows?: number;
  /** Learns classes from the source for the black-box and conditional tests; default `LogisticRegression()`. */
  readonly learner?: Learner;
}

/** Tests a problem for every kind of shift, source by source, and says in words what was found.
 *
 * Marginal      permutation MMD, classifier test and tests per feature, on features scaled by both domains together; the
 *               three answers are adjusted by Holm, so that a false alarm has at most the chance `significance`
 * Prior         class counts where target rows are labelled; else black-box estimation from a model of the source
 * Conditional   matched log losses, where labelled target rows make P(Y|X) visible; else "inconclusive"
 * Occurrence    features that both domains call count or binary, one by one: how often they occur (frequency bias) and,
 *               by target labels, with which classes (context bias). On all rows and on values as they are
 * Errors        those of `toProblem`. A part that cannot be tested says why instead.
 * Paper         the scenarios are those of pan2010survey.
 * Example       (await diagnose({ source: { x: xs, y }, target: { x: xt } })).summary
 */
export async function diagnose(
  input: ProblemInput,
  options: DiagnoseOptions = {},
  run?: RunOptions,
): Promise<Diagnosis> {
  const who = 'diagnose';
  const { significance = 0.05, maxRows = 1000 } = options;
  checkOption(who, 'significance', significance, 'in (0, 1)', significance > 0 && significance < 1);
  checkOption(who, 'maxRows', maxRows, 'a whole number ≥ 10', maxRows >= 10);
  const problem = toProblem(input, who);
  const sources: SourceDiagnosis[] = [];
  for (const source of problem.sources) {
    const given = limited(source, problem.target, maxRows, run?.seed ?? 0);
    const shifts = await diagnoseSource(given.source, given.target, options, run);
    const occurrence = await occurrenceShift(source, problem.target, significance, run);
    sources.push({ ...shifts, ...(occurrence ? { occurrence } : {}) });
    const stage = `comparing with ${source.name}`;
    await step(run, who, { stage, done: sources.length, total: problem.sources.length });
  }
  const structure = scenario(problem);
  return {
    scenario: structure,
    significance,
    sources,
    summary: summarize(structure, sources, problem.target, significance),
    unknown: unknowns(structure, sources),
  };
}

async function diagnoseSource(
  source: SourceDomain,
  target: TargetDomain,
  options: DiagnoseOptions,
  run?: RunOptions,
): Promise<SourceDiagnosis> {
  const { name } = source;
  if (!sameFeatureSpace(source.features, target.features)) {
    const reason = 'The feature spaces differ, so that rows of the two domains cannot be compared.';
    return {
      name,
      prior: priorFromLabels(source, target) ?? { from: 'nothing', reason },
      conditional: { answer: 'inconclusive', reason },
    };
  }
  const [xs, xt, labelled] = pooledScale(source.x, target.x, target.labelled?.x);
  const scaled = { ...source, x: xs };
  const scaledTarget = { ...target, x: xt };
  return {
    name,
    marginal: await marginalShift(scaled, scaledTarget, options, run),
    prior:
      priorFromLabels(source, target) ?? (await priorFromModel(scaled, scaledTarget, options, run)),
    conditional: await conditionalPart(scaled, target, labelled, options, run),
  };
}

async function marginalShift(
  source: SourceDomain,
  target: TargetDomain,
  { significance = 0.05, nPermutations = 500 }: DiagnoseOptions,
  run?: RunOptions,
): Promise<MarginalShift> {
  const seed = run?.seed ?? 0;
  const mmd = mmdTest(source.x, target.x, { nPermutations, seed });
  await step(run, 'diagnose', { stage: 'permutation test', done: 1, total: 3 });
  const classifier = await classifierTest(source.x, target.x, {}, run);
  const features = featureTests(source.x, target.x, target.features);
  const anyFeature = features.reduce((least, test) => Math.min(least, test.holm), 1);
  const pValue = Math.min(...holm([mmd.pValue, classifier.pValue, anyFeature]));
  return {
    answer: pValue <= significance ? 'differs' : 'inconclusive',
    pValue,
    rows: { source: source.x.rows, target: target.x.rows },
    mmd,
    classifier,
    features,
    energyDistance: energyDistance(source.x, target.x),
  };
}

/** Labels of both domains against each other: counts of classes, or the distribution of values. */
function priorFromLabels(source: SourceDomain, target: TargetDomain): PriorShift | undefined {
  const y = target.labelled?.y;
  if (!source.y || !y || y.length === 0) return undefined;
  if (source.task.kind === 'regression' || target.task.kind === 'regression') {
    return { from: 'target labels', test: kolmogorovSmirnovTest(source.y, y) };
  }
  const { classes } = source.task;
  const own = target.task.classes;
  const labels = [...new Set([...classes, ...own])];
  const count = (codes: Float64Array, names: readonly (string | number)[]) =>
    labels.map((label) => codes.reduce((n, c) => (names[c] === label ? n + 1 : n), 0));
  const test = chiSquareTest([count(source.y, classes), count(y, own)]);
  return { from: 'target labels', test };
}

async function priorFromModel(
  source: SourceDomain,
  target: TargetDomain,
  { learner = new LogisticRegression() }: DiagnoseOptions,
  run?: RunOptions,
): Promise<PriorShift> {
  const { y, x, task } = source;
  if (!y || task.kind === 'regression' || task.classes.length < 2 || x.rows < 10) {
    const reason =
      task.kind === 'regression'
        ? 'Without target labels the distribution of a number cannot be estimated.'
        : 'The source has too few labels to estimate class shares from predictions.';
    return { from: 'nothing', reason };
  }
  const folds = stratifiedKFold(y, 2, run?.seed ?? 0);
  const rows = (fold: number) => Int32Array.from(folds.keys()).filter((i) => folds[i] === fold);
  const taught = rows(0);
  const held = rows(1);
  const labels = Array.from(taught, (i) => task.classes[y[i]]);
  const model = await learner.fit({ x: selectRows(x, taught), y: labels, task }, run);
  const all = {
    nClasses: task.classes.length,
    validation: await model.predictEncoded(selectRows(x, held), run),
    validationLabels: Array.from(held, (i) => y[i]),
    target: await model.predictEncoded(target.x, run),
  };
  return {
    from: 'predictions',
    test: blackBoxShiftTest(all),
    estimate: estimateLabelShift(all, { seed: run?.seed ?? 0 }),
  };
}

async function conditionalPart(
  source: SourceDomain,
  target: TargetDomain,
  labelled: Matrix | undefined,
  { significance = 0.05, learner }: DiagnoseOptions,
  run?: RunOptions,
): Promise<ConditionalShift> {
  if (!source.y) return { answer: 'inconclusive', reason: 'The source has no labels.' };
  if (source.task.kind === 'regression' || target.task.kind === 'regression') {
    const reason = 'The test of P(Y|X) is for classes; for numbers there is none here.';
    return { answer: 'inconclusive', reason };
  }
  const { classes } = source.task;
  const y = inSourceCodes(source, target);
  return conditionalShift(
    { x: source.x, y: source.y },
    labelled && y ? { x: labelled, y } : undefined,
    classes.length,
    { significance, seed: run?.seed ?? 0, ...(learner ? { learner } : {}) },
    run,
  );
}

/** Both domains with at most `maxRows` rows. */
function limited(source: SourceDomain, target: TargetDomain, maxRows: number, seed: number) {
  const random = randomSource(seed);
  const { x, y, weights, ...rest } = source;
  const short = { ...target, x: subsample(target.x, maxRows, random.stream('target')) };
  if (x.rows <= maxRows) return { source, target: short };
  const kept = random.stream('source').sample(x.rows, maxRows).sort();
  const pick = (values: Float64Array) => Float64Array.from(kept, (i) => values[i]);
  const limitedSource = {
    ...rest,
    x: selectRows(x, kept),
    ...(y ? { y: pick(y) } : {}),
    ...(weights ? { weights: pick(weights) } : {}),
  };
  return { source: limitedSource, target: short };
}
