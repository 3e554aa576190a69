import type { DenseMatrix, LabelledSource, Warning } from '@graft-ml/core';
import { denseMatrix, stackRows, toDense } from '@graft-ml/core';
import type { RandomSource } from '@graft-ml/numerics';
import { countsOf, lacking, membersOf, type Resampled } from './resample.js';

/** Makes rows of one class: row numbers of `rows` that each new row begins at. */
export interface ClassTask {
  /** The rows of the class [m, nFeatures], at least two. */
  readonly rows: DenseMatrix;
  /** Where they stand in the source. */
  readonly members: readonly number[];
  /** How many to make. */
  readonly count: number;
  readonly random: RandomSource;
}

/** Adds synthetic rows of every class that lacks some. New rows have the mean weight of the rows of their class.
 *
 * A class of one row has no neighbours: it is repeated, with a `CLASS_SMALL` warning.
 */
export function synthesize(
  source: LabelledSource,
  random: RandomSource,
  ratio: number,
  make: (task: ClassTask) => DenseMatrix,
): Resampled {
  const x = toDense(source.x);
  const members = membersOf(source);
  const parts: DenseMatrix[] = [x];
  const labels = [...source.y];
  const weights = source.weights ? [...source.weights] : undefined;
  const warnings: Warning[] = [];
  lacking(countsOf(source), ratio).forEach((count, c) => {
    if (count === 0) return;
    const rows = rowsAt(x, members[c]);
    const own = random.stream(c);
    if (rows.rows === 1) warnings.push(singleRow(source, c));
    const made =
      rows.rows === 1
        ? rowsAt(rows, new Array<number>(count).fill(0))
        : make({ rows, members: members[c], count, random: own });
    parts.push(made);
    const mean = weights
      ? members[c].reduce((sum, i) => sum + source.weights![i], 0) / members[c].length
      : 1;
    for (let k = 0; k < count; k++) {
      labels.push(c);
      weights?.push(mean);
    }
  });
  return {
    x: stackRows(parts),
    y: Float64Array.from(labels),
    weights: weights && Float64Array.from(weights),
    warnings,
  };
}

/** Which row each of `count` new rows begins at: all equally often, but for a remainder drawn without repetition. */
export function basesOf(nRows: number, count: number, random: RandomSource): Int32Array {
  const bases = new Int32Array(count);
  const whole = Math.floor(count / nRows) * nRows;
  for (let k = 0; k < whole; k++) bases[k] = k % nRows;
  random.sample(nRows, count - whole).forEach((row, k) => (bases[whole + k] = row));
  return bases;
}

/** x + g·(z − x) [count, nFeatures] for rows `bases` and `ends` of `x`; `gaps` has one g per new row, or one per entry. */
export function interpolate(
  { columns, data }: DenseMatrix,
  bases: ArrayLike<number>,
  ends: ArrayLike<number>,
  gaps: ArrayLike<number>,
): DenseMatrix {
  const made = denseMatrix(bases.length, columns);
  const perEntry = gaps.length === made.data.length && columns !== 1;
  for (let k = 0; k < bases.length; k++) {
    for (let j = 0; j < columns; j++) {
      const from = data[bases[k] * columns + j];
      const g = gaps[perEntry ? k * columns + j : k];
      made.data[k * columns + j] = from + g * (data[ends[k] * columns + j] - from);
    }
  }
  return made;
}

export function rowsAt(x: DenseMatrix, indices: ArrayLike<number>): DenseMatrix {
  const made = denseMatrix(indices.length, x.columns);
  for (let k = 0; k < indices.length; k++) {
    const from = indices[k] * x.columns;
    made.data.set(x.data.subarray(from, from + x.columns), k * x.columns);
  }
  return made;
}

function singleRow({ name, task }: LabelledSource, c: number): Warning {
  const label = task.kind === 'classification' ? JSON.stringify(task.classes[c]) : String(c);
  return {
    code: 'CLASS_SMALL',
    message: `class ${label} has a single row in "${name}", which has no neighbours to be joined with; it was repeated. Collect more rows of it.`,
  };
}
