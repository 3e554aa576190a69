import {
  type DomainRef,
  type Estimator,
  type LabelledInput,
  type Matrix,
  type Model,
  type PlainProblem,
  type ProblemStrategy,
  type RunOptions,
  toDense,
} from '@graft-ml/core';
import type { Method } from './check.js';
import { ConformanceError } from './check.js';
import type { Probe } from './probe.js';

/** Everything a fit lets the outside see, by name. */
export type Observation = ReadonlyMap<string, Float64Array>;

/** A fitted object together with what it shows. */
export interface Outcome {
  readonly fitted: { toJSON(): unknown };
  readonly seen: Observation;
}

/** Fits a default instance and looks at everything it returns, on the training rows and on new ones. */
export async function observe(
  Class: Method,
  probe: Probe,
  run: RunOptions = { seed: 7 },
  strategy: ProblemStrategy | Estimator = new Class(),
): Promise<Outcome> {
  if (strategy.produces === 'model') {
    const model = await strategy.fit(probe.problem, run);
    return { fitted: model, seen: await observeModel(model, probe.newTarget, run) };
  }
  const { problem, fitted } = await strategy.fit(probe.problem, run);
  const seen = new Map<string, Float64Array>();
  problem.sources.forEach((source, k) => {
    seen.set(`sources[${k}].x`, values(source.x));
    if (source.weights) seen.set(`sources[${k}].weights`, source.weights);
    if (source.y) seen.set(`sources[${k}].y`, source.y);
  });
  seen.set('target.x', values(problem.target.x));
  if (problem.target.labelled) seen.set('target.labelled.x', values(problem.target.labelled.x));
  for (const domain of ['source', 'target'] as const) {
    const rows = domain === 'source' ? probe.newSource : probe.newTarget;
    seen.set(`transform(new ${domain} rows)`, values(await fitted.transform(rows, domain, run)));
  }
  return { fitted, seen };
}

/** Predictions, and probabilities where there are any. */
export async function observeModel(
  model: Model,
  rows: number[][],
  run?: RunOptions,
): Promise<Observation> {
  const seen = new Map<string, Float64Array>([
    ['predictions', await model.predictEncoded(rows, run)],
  ]);
  if (model.predictProba) seen.set('probabilities', (await model.predictProba(rows, run)).data);
  return seen;
}

/** Fits a learner to labelled rows. Parameter strategies have no such form. */
export async function learn(
  Class: Method,
  data: LabelledInput,
  run: RunOptions = { seed: 7 },
): Promise<Model> {
  const learner = new Class() as {
    fit(data: LabelledInput | PlainProblem, run: RunOptions): Promise<Model>;
  };
  return learner.fit(data, run);
}

/** Transforms rows with a fitted step. */
export async function transformed(
  fitted: { transform(x: number[][], domain: DomainRef): Promise<Matrix> },
  rows: number[][],
  domain: DomainRef,
): Promise<Float64Array> {
  return values(await fitted.transform(rows, domain));
}

/** Throws unless both show the same, number by number, within `tolerance` relative to the largest. */
export function expectSame(a: Observation, b: Observation, tolerance: number, what: string): void {
  for (const [name, expected] of a) {
    const received = b.get(name);
    if (!received) throw new ConformanceError(`${what}: "${name}" is missing the second time`);
    const gap = relativeGap(expected, received);
    if (!(gap <= tolerance))
      throw new ConformanceError(`${what}: "${name}" differs by ${gap} (allowed ${tolerance})`);
  }
}

/** Largest difference over the largest magnitude; infinite where lengths differ or a number is not finite. */
export function relativeGap(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) return Infinity;
  let scale = 1e-300;
  let gap = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!Number.isFinite(difference)) return Infinity;
    scale = Math.max(scale, Math.abs(a[i]!), Math.abs(b[i]!));
    gap = Math.max(gap, difference);
  }
  return gap === 0 ? 0 : gap / scale;
}

/** Throws where anything seen is NaN or infinite. */
export function expectFinite(seen: Observation, what: string): void {
  for (const [name, numbers] of seen) {
    const at = numbers.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new ConformanceError(`${what}: "${name}" holds ${numbers[at]} at ${at}`);
  }
}

function values(matrix: Matrix): Float64Array {
  return toDense(matrix).data;
}
