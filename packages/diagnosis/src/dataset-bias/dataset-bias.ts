import {
  type DenseMatrix,
  denseMatrix,
  type Learner,
  type Matrix,
  type MatrixInput,
  type RunOptions,
  selectRows,
  stackRows,
  step,
  toMatrix,
} from '@graft-ml/core';
import { LinearSvm, stratifiedKFold } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { checkEntries, checkOption, classIndices, tooFewRows } from '../internal/inputs.js';

/** One of several data sets of the same task. */
export interface LabelledSet {
  readonly name: string;
  readonly x: MatrixInput;
  /** Encoded classes [rows of x]. */
  readonly y: ArrayLike<number>;
}

export interface DatasetBiasOptions {
  /** So many rows of every set are used, or as many as the smallest has; a whole number ≥ 4, default 1000. */
  readonly maxRows?: number;
  /** Default `LinearSvm()`. */
  readonly learner?: Learner;
}

export interface DatasetBias {
  readonly names: readonly string[];
  /** [nSets, nSets]: share of the rows of set i that a classifier of the other rows takes for set j. */
  readonly confusion: DenseMatrix;
  /** Share of rows whose set is named right; `chance` is 1 / nSets. */
  readonly nameAccuracy: number;
  readonly chance: number;
  /** [nSets, nSets]: accuracy on set j of a model taught by set i; on its own set, by rows it has not seen. */
  readonly crossAccuracy: DenseMatrix;
  /** (own accuracy − mean accuracy on the others) / own accuracy, per set: 0 without bias. */
  readonly drops: Float64Array;
}

/** Name that data set, and the price of leaving it: how much of what a model learns belongs to its data set alone.
 *
 * Name      every set gives equally many rows; a classifier of two folds out of two names the sets: well above `chance` means
 *           that sets can be told apart by something else than the task
 * Cross     each set is halved by class; a model of one half of set i is tested on the other half of every set j
 * Assumes   one preparation for all sets: resolution, compression and scaling give a set away
 * Shapes    sets[k].x [n_k, nFeatures], the same features and classes everywhere
 * Errors    INVALID_DATA for one set or fewer than four rows; SHAPE_MISMATCH
 * Paper     torralba2011.
 */
export async function datasetBias(
  sets: readonly LabelledSet[],
  options: DatasetBiasOptions = {},
  run?: RunOptions,
): Promise<DatasetBias> {
  const who = 'datasetBias';
  const { maxRows = 1000, learner = new LinearSvm() } = options;
  checkOption(who, 'maxRows', maxRows, 'a whole number ≥ 4', maxRows >= 4);
  const seed = run?.seed ?? 0;
  const parts = equalParts(who, sets, maxRows, seed);
  const n = parts.length;
  const confusion = await nameTheSet(parts, learner, seed, run);
  const crossAccuracy = denseMatrix(n, n);
  for (const [i, part] of parts.entries()) {
    const model = await fitOn(learner, part.taught, run);
    for (const [j, { held }] of parts.entries()) {
      const predicted = await model(held.x);
      crossAccuracy.data[i * n + j] = shareEqual(predicted, held.y);
    }
    await step(run, who, { stage: 'leaving the data set', done: i + 1, total: n });
  }
  let named = 0;
  for (let i = 0; i < n; i++) named += confusion.data[i * (n + 1)] / n;
  return {
    names: parts.map(({ name }) => name),
    confusion,
    nameAccuracy: named,
    chance: 1 / n,
    crossAccuracy,
    drops: dropsOf(crossAccuracy),
  };
}

/** (own − mean of the others) / own for every row of cross accuracies [n, n]. */
export function dropsOf({ rows: n, data }: DenseMatrix): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const own = data[i * (n + 1)];
    let others = -own;
    for (let j = 0; j < n; j++) others += data[i * n + j];
    return (own - others / (n - 1)) / own;
  });
}

interface Rows {
  readonly x: Matrix;
  readonly y: readonly number[];
}

interface Part {
  readonly name: string;
  readonly taught: Rows;
  readonly held: Rows;
}

/** Equally many rows of every set, each set in halves with its classes in proportion. */
function equalParts(who: string, sets: readonly LabelledSet[], most: number, seed: number): Part[] {
  if (sets.length < 2) throw tooFewRows(who, 'sets', 2, sets.length);
  const given = sets.map((set, k) => {
    const x = toMatrix(set.x, who, `sets[${k}].x`);
    classIndices(who, set.y, x.rows, `sets[${k}].y`);
    return { ...set, x };
  });
  const least = Math.min(most, ...given.map(({ x }) => x.rows));
  if (least < 4) throw tooFewRows(who, 'sets', 4, least);
  const random = randomSource(seed);
  return given.map(({ name, x, y }, k) => {
    checkEntries(x.columns, given[0].x.columns, who, `columns of sets[${k}].x`);
    const rows = random.stream(k).sample(x.rows, least).sort();
    const labels = Array.from(rows, (i) => y[i]);
    const folds = stratifiedKFold(labels, 2, seed);
    const half = (fold: number): Rows => {
      const own = rows.filter((_, at) => folds[at] === fold);
      return { x: selectRows(x, own), y: Array.from(own, (i) => y[i]) };
    };
    return { name, taught: half(0), held: half(1) };
  });
}

/** Each half named by a classifier of the other halves. */
async function nameTheSet(
  parts: readonly Part[],
  learner: Learner,
  seed: number,
  run?: RunOptions,
): Promise<DenseMatrix> {
  const n = parts.length;
  const counts = denseMatrix(n, n);
  const halves = ['taught', 'held'] as const;
  for (const [h, half] of halves.entries()) {
    const other = halves[1 - h];
    const rows = { x: stackRows(parts.map((part) => part[other].x)), y: namesOf(parts, other) };
    const name = await fitOn(learner, rows, run);
    for (const [i, part] of parts.entries()) {
      for (const j of await name(part[half].x)) counts.data[i * n + j]++;
    }
    await step(run, 'datasetBias', { stage: 'naming data sets', done: h + 1, total: 2 });
  }
  return shares(counts);
}

function namesOf(parts: readonly Part[], half: 'taught' | 'held'): number[] {
  return parts.flatMap((part, i) => part[half].y.map(() => i));
}

function shares({ rows, columns, data }: DenseMatrix): DenseMatrix {
  const result = denseMatrix(rows, columns);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += data[i * columns + j];
    for (let j = 0; j < columns; j++) result.data[i * columns + j] = data[i * columns + j] / sum;
  }
  return result;
}

/** A model of the rows, as a function from rows to class indices. */
async function fitOn(
  learner: Learner,
  { x, y }: Rows,
  run?: RunOptions,
): Promise<(rows: Matrix) => Promise<number[]>> {
  const classes = [...new Set(y)].sort((a, b) => a - b);
  const [only] = classes;
  if (classes.length === 1)
    return (rows) => Promise.resolve(new Array<number>(rows.rows).fill(only));
  const model = await learner.fit({ x, y, task: { kind: 'classification', classes } }, run);
  return async (rows) => Array.from(await model.predictEncoded(rows, run), (c) => classes[c]);
}

function shareEqual(a: readonly number[], b: readonly number[]): number {
  return a.reduce((n, value, i) => (value === b[i] ? n + 1 : n), 0) / a.length;
}
