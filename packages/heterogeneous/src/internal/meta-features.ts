import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { columnMeans, columnStandardDeviations, quantile } from '@graft-ml/numerics';

/** Mean and standard deviation of each feature; 1 in place of a deviation of 0. */
export interface FeatureScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

export function featureScale(x: DenseMatrix, standardize: boolean): FeatureScale {
  if (!standardize) {
    return { mean: new Float64Array(x.columns), deviation: new Float64Array(x.columns).fill(1) };
  }
  const deviation = columnStandardDeviations(x, { ddof: 0 }).map((value) => value || 1);
  return { mean: columnMeans(x), deviation };
}

/** Each feature by the shape of its distribution, after `scale`: mean, deviation, and the quantiles at 0, 0.1, …, 1 [nFeatures, 13]. */
export function shapes(x: DenseMatrix, { mean, deviation }: FeatureScale): DenseMatrix {
  const { rows, columns } = x;
  const described = denseMatrix(columns, 13);
  const column = new Float64Array(rows);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) column[i] = (x.data[i * columns + j] - mean[j]) / deviation[j];
    const average = column.reduce((sum, value) => sum + value / rows, 0);
    const square = column.reduce((sum, value) => sum + (value - average) ** 2 / rows, 0);
    described.data.set([average, Math.sqrt(square)], j * 13);
    for (let k = 0; k <= 10; k++) described.data[j * 13 + 2 + k] = quantile(column, k / 10);
  }
  return described;
}

/** The mean of each feature, after `scale`, over the rows of each of `classes` [nFeatures, classes]. */
export function classProfile(
  x: DenseMatrix,
  y: Float64Array,
  classes: readonly number[],
  { mean, deviation }: FeatureScale,
): DenseMatrix {
  const profile = denseMatrix(x.columns, classes.length);
  for (const [k, label] of classes.entries()) {
    const members = Array.from(y.keys()).filter((i) => y[i] === label);
    for (let j = 0; j < x.columns; j++) {
      let sum = 0;
      for (const i of members) sum += x.data[i * x.columns + j] - mean[j];
      profile.data[j * classes.length + k] = sum / members.length / deviation[j];
    }
  }
  return profile;
}

/** 1 − mean over meta-features of |a − b| / range [rows of a, rows of b]; a meta-feature that is the same for all features, up to rounding, does not count. */
export function similarities(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const ranges = Float64Array.from({ length: a.columns }, (_, m) => {
    let [least, most] = [Infinity, -Infinity];
    for (const { data, rows, columns } of [a, b]) {
      for (let i = 0; i < rows; i++) {
        least = Math.min(least, data[i * columns + m]);
        most = Math.max(most, data[i * columns + m]);
      }
    }
    return most - least;
  });
  let largest = 0;
  for (const { data } of [a, b])
    for (const value of data) largest = Math.max(largest, Math.abs(value));
  const counted = Array.from(ranges.keys()).filter((m) => ranges[m] > 1e-9 * largest);
  const similarity = denseMatrix(a.rows, b.rows, new Float64Array(a.rows * b.rows).fill(1));
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      for (const m of counted) {
        const gap = Math.abs(a.data[i * a.columns + m] - b.data[j * b.columns + m]);
        similarity.data[i * b.rows + j] -= gap / ranges[m] / counted.length;
      }
    }
  }
  return similarity;
}
