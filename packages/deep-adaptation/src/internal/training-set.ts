import {
  denseMatrix,
  type DenseMatrix,
  type Task,
  toDense,
  type TrainingRows,
} from '@graft-ml/core';

/** Column means and standard deviations that rows are brought to 0 and 1 by. */
export interface Scaling {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** Rows in an order that depends on their content alone, ready to be cut into batches. */
export interface TrainingSet {
  readonly rows: number;
  /** [rows, columns]. */
  readonly x: Float32Array;
  readonly columns: number;
  /** One-hot classes or one value per row [rows, outputs]; empty without labels. */
  readonly y: Float32Array;
  readonly outputs: number;
  readonly weights: Float32Array;
}

/** Sorts labelled rows by their values, so that training does not depend on the order in which they came, and leaves out rows
 * of weight 0. */
export function sortedRows({ task, x, y, weights }: TrainingRows): Required<TrainingRows> {
  const dense = toDense(x);
  const weight = weights ?? new Float64Array(x.rows).fill(1);
  const kept = Array.from({ length: x.rows }, (_, i) => i).filter((i) => weight[i]! > 0);
  const order = kept.sort(
    (i, j) => compareRows(dense, i, j) || y[i]! - y[j]! || weight[i]! - weight[j]!,
  );
  return {
    task,
    x: picked(dense, order),
    y: Float64Array.from(order, (i) => y[i]!),
    weights: Float64Array.from(order, (i) => weight[i]!),
  };
}

/** The same for rows without labels. */
export function sortedMatrix(x: DenseMatrix): DenseMatrix {
  const order = Array.from({ length: x.rows }, (_, i) => i);
  return picked(
    x,
    order.sort((i, j) => compareRows(x, i, j)),
  );
}

function compareRows({ columns, data }: DenseMatrix, i: number, j: number): number {
  for (let k = 0, p = i * columns, q = j * columns; k < columns; k++, p++, q++) {
    if (data[p] !== data[q]) return data[p]! - data[q]!;
  }
  return 0;
}

function picked({ columns, data }: DenseMatrix, order: readonly number[]): DenseMatrix {
  const taken = new Float64Array(order.length * columns);
  order.forEach((i, k) => taken.set(data.subarray(i * columns, (i + 1) * columns), k * columns));
  return denseMatrix(order.length, columns, taken);
}

/** Weighted moments of columns; a constant column is only centred. */
export function scalingOf({ rows, columns, data }: DenseMatrix, weights: Float64Array): Scaling {
  const means = new Float64Array(columns);
  const deviations = new Float64Array(columns);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) means[j]! += (weights[i]! / total) * data[i * columns + j]!;
    let variance = 0;
    for (let i = 0; i < rows; i++)
      variance += (weights[i]! / total) * (data[i * columns + j]! - means[j]!) ** 2;
    deviations[j] = Math.sqrt(variance) > 1e-12 * Math.abs(means[j]!) ? Math.sqrt(variance) : 1;
  }
  return { means, deviations };
}

/** No change of scale. */
export function identityScaling(columns: number): Scaling {
  return { means: new Float64Array(columns), deviations: new Float64Array(columns).fill(1) };
}

/** (x − mean) / deviation, as a new matrix. */
export function scaled(x: DenseMatrix, { means, deviations }: Scaling): DenseMatrix {
  const { rows, columns } = x;
  const data = new Float64Array(x.data.length);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) data[p] = (x.data[p]! - means[j]!) / deviations[j]!;
  }
  return denseMatrix(rows, columns, data);
}

/** Labelled rows as batches need them; a regression's values are brought to scale like columns. */
export function trainingSet(
  { task, x, y, weights }: Required<TrainingRows>,
  scaling: Scaling,
  valueScaling: Scaling,
): TrainingSet {
  const outputs = outputsOf(task);
  const labels = new Float32Array(x.rows * outputs);
  for (let i = 0; i < x.rows; i++) {
    if (task.kind === 'classification') labels[i * outputs + y[i]!] = 1;
    else labels[i] = (y[i]! - valueScaling.means[0]!) / valueScaling.deviations[0]!;
  }
  return {
    rows: x.rows,
    columns: x.columns,
    x: Float32Array.from(scaled(toDense(x), scaling).data),
    y: labels,
    outputs,
    weights: Float32Array.from(weights),
  };
}

/** Rows without labels as batches need them. */
export function unlabelledSet(x: DenseMatrix, scaling: Scaling): TrainingSet {
  return {
    rows: x.rows,
    columns: x.columns,
    x: Float32Array.from(scaled(x, scaling).data),
    y: new Float32Array(0),
    outputs: 0,
    weights: new Float32Array(x.rows).fill(1),
  };
}

/** Outputs of a head: one per class, or one value. */
export function outputsOf(task: Task): number {
  return task.kind === 'classification' ? task.classes.length : 1;
}

/** The rows of a set with the given numbers. */
export function subset(set: TrainingSet, chosen: Int32Array): TrainingSet {
  const { columns, outputs } = set;
  const x = new Float32Array(chosen.length * columns);
  const y = new Float32Array(chosen.length * outputs);
  chosen.forEach((i, k) => {
    x.set(set.x.subarray(i * columns, (i + 1) * columns), k * columns);
    y.set(set.y.subarray(i * outputs, (i + 1) * outputs), k * outputs);
  });
  return {
    rows: chosen.length,
    columns,
    x,
    y,
    outputs,
    weights: Float32Array.from(chosen, (i) => set.weights[i]!),
  };
}
