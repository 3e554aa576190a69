import type { Learner, Matrix, Model, RunOptions, Task, TransferProblem } from '@graft-ml/core';
import { labelledSources, stackRows } from '@graft-ml/core';
import { labelledTarget, targetAsSource } from './pool-target.js';

/** All labelled rows of a problem on top of each other: those of the sources first, those of the target last. */
export interface PooledRows {
  readonly problem: TransferProblem;
  readonly task: Task;
  readonly x: Matrix;
  readonly y: Float64Array;
  /** The first row of each source, then of the target, then the number of rows. */
  readonly starts: readonly number[];
  /** How many of them are of the sources. */
  readonly nSource: number;
  /** Weights from before, 1 for target rows; scaled to sum 1. */
  readonly weights: Float64Array;
}

/** Errors: `UNSUPPORTED` where a target label is one that no source has. */
export function pooledRows(who: string, problem: TransferProblem): PooledRows {
  const sources = labelledSources(problem, who);
  const target = targetAsSource(problem, labelledTarget(who, problem));
  const parts = [...sources, target];
  const starts = [0];
  for (const { x } of parts) starts.push(starts[starts.length - 1] + x.rows);
  const y = new Float64Array(starts[parts.length]);
  const weights = new Float64Array(y.length).fill(1);
  parts.forEach((part, k) => {
    y.set(part.y, starts[k]);
    if (part.weights) weights.set(part.weights, starts[k]);
  });
  normalize(weights);
  const x = stackRows(parts.map((part) => part.x));
  return { problem, task: target.task, x, y, starts, nSource: starts[sources.length], weights };
}

/** Teaches a learner rows with weights, scaled to mean 1 so that its penalties mean the same whatever their sum. */
export async function fitWeighted(
  learner: Learner,
  { problem, task }: PooledRows,
  { x, y }: { readonly x: Matrix; readonly y: Float64Array },
  weights: Float64Array,
  run: RunOptions | undefined,
): Promise<Model> {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  const scaled = weights.map((weight) => (weight * weights.length) / sum);
  const { features } = problem.target;
  const source = { name: 'labelled rows', features, task, x, y, weights: scaled };
  return learner.fit({ ...problem, sources: [source] }, quiet(run));
}

/** Makes the weights sum to 1. */
export function normalize(weights: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  for (let i = 0; i < weights.length; i++) weights[i] /= sum;
}

/** Σ weights·values / Σ weights over the rows `from` … `to` − 1. */
export function weightedMean(
  values: Float64Array,
  weights: Float64Array,
  from = 0,
  to = values.length,
): number {
  let sum = 0;
  let total = 0;
  for (let i = from; i < to; i++) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}

/** The run for work inside a method, which reports its own progress. */
export function quiet(run: RunOptions | undefined): RunOptions {
  const { seed, signal } = run ?? {};
  return { ...(seed === undefined ? {} : { seed }), ...(signal ? { signal } : {}) };
}
