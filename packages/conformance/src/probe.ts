import type { PlainProblem, Setting, TaskKind } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';

/** A small problem that a method of a given setting must cope with, and rows it has not seen. */
export interface Probe {
  readonly problem: PlainProblem;
  readonly newSource: number[][];
  readonly newTarget: number[][];
}

export interface ProbeShape {
  readonly nSource?: number;
  readonly nTarget?: number;
  readonly nFeatures?: number;
  readonly seed?: number;
  readonly task?: TaskKind;
  /** No shift: the target has the same rows as the source. */
  readonly equalDomains?: boolean;
}

const names = ['ant', 'bee', 'cow'];

/** Three noisy groups; the target is scaled, shifted and, for mappers, seen through other features. */
export function makeProbe(setting: Setting, shape: ProbeShape = {}): Probe {
  const { nSource = 36, nTarget = 30, nFeatures = 4, seed = 11, equalDomains = false } = shape;
  const task = shape.task ?? setting.tasks[0] ?? 'classification';
  const random = randomSource(seed);
  const source = sample(random, nSource, nFeatures);
  const target = equalDomains ? source : shifted(sample(random, nTarget, nFeatures));
  const mixing = Array.from({ length: nFeatures }, () =>
    Array.from({ length: nFeatures + 1 }, () => random.normal()),
  );
  const view =
    setting.features === 'different'
      ? (rows: number[][]) => mixed(rows, mixing)
      : (rows: number[][]) => rows;
  const few = shifted(sample(random, 12, nFeatures));
  const paired = sample(random, 3 * nFeatures, nFeatures);
  const newTarget = shifted(sample(random, 6, nFeatures));
  return {
    newSource: sample(random, 5, nFeatures).rows,
    newTarget: view(newTarget.rows),
    problem: {
      source: { x: source.rows, y: labels(source, task) },
      target: {
        x: view(target.rows),
        ...(setting.targetLabels === 'required'
          ? { labelled: { x: view(few.rows), y: labels(few, task) } }
          : {}),
      },
      ...(setting.pairs === 'required'
        ? { pairs: { source: paired.rows, target: view(paired.rows) } }
        : {}),
      task,
    },
  };
}

/** The same problem with its source and target rows in another order. */
export function reordered(probe: Probe, source: Int32Array, target: Int32Array): Probe {
  const { problem } = probe;
  const given = problem.source!;
  const x = given.x as number[][];
  const y = given.y as (string | number)[];
  const rows = problem.target.x as number[][];
  return {
    ...probe,
    problem: {
      ...problem,
      source: {
        ...given,
        x: Array.from(source, (i) => x[i]!),
        y: Array.from(source, (i) => y[i]!),
      },
      target: { ...problem.target, x: Array.from(target, (i) => rows[i]!) },
    },
  };
}

/** The problem with the source and target matrices replaced. */
export function withRows(
  probe: Probe,
  change: (rows: number[][], domain: 'source' | 'target') => number[][],
): Probe {
  const { problem } = probe;
  const source = problem.source!;
  return {
    ...probe,
    problem: {
      ...problem,
      source: { ...source, x: change(source.x as number[][], 'source') },
      target: { ...problem.target, x: change(problem.target.x as number[][], 'target') },
    },
  };
}

interface Sample {
  readonly rows: number[][];
  readonly groups: number[];
}

function sample(random: RandomSource, n: number, nFeatures: number): Sample {
  const groups = Array.from({ length: n }, (_, i) => i % names.length);
  const rows = groups.map((group) =>
    Array.from({ length: nFeatures }, (_, j) => random.normal() + (j === group ? 3 : 0) + 0.5 * j),
  );
  return { rows, groups };
}

function shifted({ rows, groups }: Sample): Sample {
  return { rows: rows.map((row) => row.map((value, j) => value * (1 + 0.2 * j) + 0.4)), groups };
}

function mixed(rows: number[][], mixing: number[][]): number[][] {
  return rows.map((row) =>
    mixing[0]!.map((_, j) => row.reduce((sum, value, i) => sum + value * mixing[i]![j]!, 0)),
  );
}

function labels({ rows, groups }: Sample, task: TaskKind): (string | number)[] {
  if (task === 'classification') return groups.map((group) => names[group]!);
  return rows.map((row) => row.reduce((sum, value, j) => sum + value / (j + 1), 0.25));
}
