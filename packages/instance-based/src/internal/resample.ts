import type {
  Adaptation,
  LabelledSource,
  Matrix,
  OptionSpec,
  RunOptions,
  Setting,
  TransferProblem,
  Warning,
} from '@graft-ml/core';
import { labelledSources, selectRows, step } from '@graft-ml/core';
import { effectiveSampleSize, type RandomSource, randomSource } from '@graft-ml/numerics';
import { FittedWeights } from '../fitted-weights.js';
import { contentOrder } from './content-order.js';

/** The setting of every method that changes how many source rows each class has. */
export const classBalance: Setting = {
  role: 'instance',
  features: 'same',
  sources: 'many',
  sourceLabels: 'required',
  targetLabels: 'unused',
  pairs: 'unused',
  tasks: ['classification'],
  corrects: 'prior',
  sparse: 'kept',
};

export const ratioSpec: OptionSpec<number> = {
  type: 'number',
  above: 0,
  atMost: 1,
  default: 1,
  description: 'How many rows a class shall have at least, as a share of the largest class.',
  effect: 'Smaller values change less.',
};

export const neighboursSpec: OptionSpec<number> = {
  type: 'integer',
  atLeast: 1,
  default: 5,
  description: 'How many neighbours of its class a row may be joined with.',
  effect: 'More spread new rows wider.',
};

/** What became of the rows of a source. */
export interface Resampled {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly weights?: Float64Array | undefined;
  readonly warnings?: readonly Warning[];
}

/** Replaces the rows of every source by what `resample` makes of them. Rows come to it in an order that depends on what they
 * hold, so that what is drawn at random does not depend on where they stood. */
export async function resampleSources(
  method: { readonly id: string; readonly name: string },
  problem: TransferProblem,
  run: RunOptions | undefined,
  resample: (source: LabelledSource, random: RandomSource) => Resampled,
): Promise<Adaptation<FittedWeights>> {
  const who = method.name;
  const given = labelledSources(problem, who);
  const random = randomSource(run?.seed ?? 0);
  const made: Resampled[] = [];
  for (const [k, source] of given.entries()) {
    const order = contentOrder(source.x, run?.seed);
    const { weights } = source;
    made.push(
      resample(
        {
          ...source,
          x: selectRows(source.x, order),
          y: Float64Array.from(order, (i) => source.y[i]),
          ...(weights ? { weights: Float64Array.from(order, (i) => weights[i]) } : {}),
        },
        random.stream(k),
      ),
    );
    const [done, total] = [made.length, given.length];
    await step(run, who, { stage: 'resampling', done, total });
  }
  const sources = given.map(({ weights: _, ...source }, k) => {
    const { x, y, weights } = made[k];
    return { ...source, x, y, ...(weights ? { weights: ofMeanOne(weights) } : {}) };
  });
  const fitted = new FittedWeights(method, {
    nFeatures: problem.target.x.columns,
    effectiveSampleSizes: sources.map(({ x, weights }) =>
      weights ? effectiveSampleSize(weights) : x.rows,
    ),
    diagnostics: {
      warnings: made.flatMap(({ warnings }) => warnings ?? []),
      facts: {
        classCountsBefore: given.map((source) => countsOf(source)),
        classCountsAfter: given.map((source, k) => countsOf({ ...source, ...made[k] })),
      },
    },
  });
  return { problem: { ...problem, sources }, fitted };
}

/** How many rows each class has. */
export function countsOf({ task, y }: Pick<LabelledSource, 'task' | 'y'>): number[] {
  const counts = new Array<number>(task.kind === 'classification' ? task.classes.length : 0).fill(
    0,
  );
  for (let i = 0; i < y.length; i++) counts[y[i]]++;
  return counts;
}

/** The row numbers of each class. */
export function membersOf(source: LabelledSource): number[][] {
  const members: number[][] = countsOf(source).map(() => []);
  source.y.forEach((c, i) => members[c].push(i));
  return members;
}

/** How many rows each class lacks to have `ratio` times as many as the largest; none for classes without rows. */
export function lacking(counts: readonly number[], ratio: number): number[] {
  const largest = Math.max(...counts);
  return counts.map((count) =>
    count === 0 ? 0 : Math.max(0, Math.round(ratio * largest) - count),
  );
}

/** Rows picked from a source, with repetition. */
export function pick({ x, y, weights }: LabelledSource, rows: readonly number[]): Resampled {
  return {
    x: selectRows(x, rows),
    y: Float64Array.from(rows, (i) => y[i]),
    weights: weights && Float64Array.from(rows, (i) => weights[i]),
  };
}

/** Whole numbers of sum `total`, as near as can be to being proportional to `shares`. */
export function apportion(shares: ArrayLike<number>, total: number): number[] {
  const exact = Array.from(shares);
  const sum = exact.reduce((a, b) => a + b, 0);
  const quota = exact.map((share) => (share * total) / sum);
  const whole = quota.map(Math.floor);
  const order = quota
    .map((value, i) => ({ rest: value - whole[i], i }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  const left = total - whole.reduce((a, b) => a + b, 0);
  for (let k = 0; k < left; k++) whole[order[k].i]++;
  return whole;
}

function ofMeanOne(weights: Float64Array): Float64Array {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return mean > 0 ? weights.map((weight) => weight / mean) : weights;
}
