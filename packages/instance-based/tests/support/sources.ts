import type { Estimator, Learner, ProblemInput, ProblemStrategy } from '@graft-ml/core';
import { relatedSources, type RelatedSourcesOptions, type Relation } from '@graft-ml/datasets';
import { TargetOnly } from '@graft-ml/instance-based';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { agreement, mean, meanOverSeeds } from './measure.js';

/** Mean target accuracy of logistic regression after a step, over 20 problems with five sources of which two are related. */
export function accuracyAfter(
  step: ProblemStrategy | undefined,
  options: RelatedSourcesOptions,
  keep: 'all' | 'related' = 'all',
): Promise<number> {
  return meanOverSeeds(async (seed) => {
    const { problem, evaluation, relations } = relatedSources({ ...options, seed });
    const sources = problem.sources.filter((_, k) => keep === 'all' || relations[k] === keep);
    const given = { ...problem, sources };
    const adapted = step ? (await step.fit(given, { seed })).problem : given;
    const model = await new LogisticRegression().fit(adapted);
    return agreement(await model.predictEncoded(problem.target.x), evaluation.y);
  });
}

/** Mean target accuracy of a method that makes a model, over 20 problems with five sources of which two are related. */
export function accuracyOf(
  method: () => Estimator,
  options: RelatedSourcesOptions,
  keep: readonly Relation[] = ['related', 'flipped', 'random'],
): Promise<number> {
  return meanOverSeeds(async (seed) => {
    const { problem, evaluation, relations } = relatedSources({ ...options, seed });
    const sources = problem.sources.filter((_, k) => keep.includes(relations[k]!));
    const model = await method().fit({ ...problem, sources }, { seed });
    return agreement(await model.predictEncoded(problem.target.x), evaluation.y);
  });
}

/** A regression in five features whose source has the sign of a share of its values wrong. */
export function partlyWrongSource(seed: number, wrongShare: number, nLabelled = 12) {
  const random = randomSource(seed);
  const slopes = Array.from({ length: 5 }, () => random.normal());
  const draw = (n: number) => Array.from({ length: n }, () => slopes.map(() => random.normal()));
  const value = (row: number[], sign: number) =>
    sign * row.reduce((sum, x, j) => sum + x * slopes[j]!, 0) + 0.3 * random.normal();
  const xs = draw(200);
  const ys = xs.map((row, i) => value(row, i < 200 * wrongShare ? -1 : 1));
  const xl = draw(nLabelled);
  const labelled = { x: xl, y: xl.map((row) => value(row, 1)) };
  const xt = draw(300);
  const source = { x: xs, y: ys };
  return {
    problem: { source, target: { x: xt, labelled }, task: 'regression' as const },
    values: xt.map((row) => value(row, 1)),
  };
}

/** Two classes on either side of a plane in five features; the source's plane is turned by `angle` degrees, a share of its
 * labels is flipped, and the first feature of the target is moved by 1. */
export function doubtfulSource(seed: number, { angle = 0, flippedShare = 0, nLabelled = 20 }) {
  const random = randomSource(seed);
  const normals = () => Array.from({ length: 5 }, () => random.normal());
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, j) => sum + value * b[j]!, 0);
  const along = normals();
  const raw = normals();
  const across = raw.map((value, j) => value - (dot(raw, along) / dot(along, along)) * along[j]!);
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const lengths = [along, across].map((w) => Math.sqrt(dot(w, w)));
  const turned = along.map(
    (value, j) => (cos * value) / lengths[0]! + (sin * across[j]!) / lengths[1]!,
  );
  const draw = (n: number, shift: number) =>
    Array.from({ length: n }, () => normals().map((value, j) => (j === 0 ? value + shift : value)));
  const side = (row: number[], w: number[]) => (dot(row, w) > 0 ? 1 : 0);
  const xs = draw(200, 0);
  const flipped = xs.map(() => random.uniform() < flippedShare);
  const ys = xs.map((row, i) => (flipped[i] ? 1 - side(row, turned) : side(row, turned)));
  const [xt, xl] = [draw(300, 1), draw(nLabelled, 1)];
  const labelled = { x: xl, y: xl.map((row) => side(row, along)) };
  return {
    problem: {
      source: { x: xs, y: ys },
      target: { x: xt, labelled },
      task: 'classification' as const,
    },
    evaluation: { y: xt.map((row) => side(row, along)) },
    flipped,
  };
}

/** Mean target accuracy of logistic regression after a step on {@link doubtfulSource}. */
export function accuracyOnDoubtful(
  step: ProblemStrategy | undefined,
  options: Parameters<typeof doubtfulSource>[1],
  nSeeds = 20,
): Promise<number> {
  return meanOverSeeds(async (seed) => {
    const { problem, evaluation } = doubtfulSource(seed, options);
    const adapted = step ? (await step.fit(problem, { seed })).problem : problem;
    const model = await new LogisticRegression().fit(adapted);
    return agreement(await model.predictEncoded(problem.target.x), evaluation.y);
  }, nSeeds);
}

/** Mean root mean squared error on {@link partlyWrongSource}, over 20 seeds. */
export function errorOf(method: () => Estimator, wrongShare: number): Promise<number> {
  return meanOverSeeds(async (seed) => {
    const { problem, values } = partlyWrongSource(seed, wrongShare);
    const model = await method().fit(problem, { seed });
    const predicted = await model.predictEncoded(problem.target.x);
    return Math.sqrt(mean(values.map((value, i) => (value - predicted[i]!) ** 2)));
  });
}

/** A learner that forgets the sources. */
export function onTargetOnly(learner: Learner): Estimator {
  return {
    produces: 'model',
    options: {},
    fit: async (problem: ProblemInput) =>
      learner.fit((await new TargetOnly().fit(problem)).problem),
  };
}
