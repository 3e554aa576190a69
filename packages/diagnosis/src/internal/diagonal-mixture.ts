import { type DenseMatrix, denseMatrix } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';

/** P(component | row) [rows, nComponents] of a Gaussian mixture with diagonal covariances, fitted to centred rows.
 *
 * Expectation–maximisation from k-means++ centres and the spread of all rows; ends when the log likelihood gains less than
 * 1e-6 of itself, or after 50 rounds. Variances keep at least a thousandth of the mean one.
 */
export function mixtureResponsibilities(
  x: DenseMatrix,
  nComponents: number,
  seed: number,
): DenseMatrix {
  const { rows, columns, data } = x;
  const variances = new Float64Array(columns);
  data.forEach((value, p) => (variances[p % columns] += (value * value) / rows));
  const floor = 1e-3 * (variances.reduce((a, b) => a + b, 0) / columns) + Number.MIN_VALUE;
  const mixture: Mixture = {
    means: startingMeans(x, nComponents, seed),
    variances: Array.from({ length: nComponents }, () => variances.map((v) => Math.max(v, floor))),
    shares: new Float64Array(nComponents).fill(1 / nComponents),
  };
  const result = denseMatrix(rows, nComponents);
  let previous = -Infinity;
  for (let round = 0; round < 50; round++) {
    const likelihood = assign(x, mixture, result);
    if (likelihood - previous < 1e-6 * Math.abs(likelihood)) break;
    previous = likelihood;
    for (let k = 0; k < nComponents; k++) refit(x, mixture, result, k, floor);
  }
  return result;
}

interface Mixture {
  readonly means: Float64Array[];
  readonly variances: Float64Array[];
  readonly shares: Float64Array;
}

/** Rows drawn one by one with chances proportional to the squared distance to those already drawn (arthur2007). */
function startingMeans(
  { rows, columns, data }: DenseMatrix,
  count: number,
  seed: number,
): Float64Array[] {
  const random = randomSource(seed).stream('mixture');
  const rowOf = (i: number) => data.slice(i * columns, (i + 1) * columns);
  const means = [rowOf(random.integer(rows))];
  const nearest = new Float64Array(rows).fill(Infinity);
  while (means.length < count) {
    const last = means[means.length - 1];
    for (let i = 0; i < rows; i++) {
      let distance = 0;
      for (let j = 0; j < columns; j++) distance += (last[j] - data[i * columns + j]) ** 2;
      nearest[i] = Math.min(nearest[i], distance);
    }
    const apart = nearest.some((distance) => distance > 0);
    means.push(rowOf(apart ? random.categorical(nearest) : random.integer(rows)));
  }
  return means;
}

/** E step: writes responsibilities and returns the log likelihood. */
function assign(
  x: DenseMatrix,
  { means, variances, shares }: Mixture,
  result: DenseMatrix,
): number {
  const { rows, columns, data } = x;
  const count = shares.length;
  let likelihood = 0;
  for (let i = 0; i < rows; i++) {
    const row = result.data.subarray(i * count, (i + 1) * count);
    let largest = -Infinity;
    for (let k = 0; k < count; k++) {
      let log = Math.log(shares[k]);
      for (let j = 0; j < columns; j++) {
        const gap = data[i * columns + j] - means[k][j];
        log -= ((gap * gap) / variances[k][j] + Math.log(variances[k][j])) / 2;
      }
      row[k] = log;
      largest = Math.max(largest, log);
    }
    let sum = 0;
    for (let k = 0; k < count; k++) sum += row[k] = Math.exp(row[k] - largest);
    for (let k = 0; k < count; k++) row[k] /= sum;
    likelihood += largest + Math.log(sum);
  }
  return likelihood;
}

/** M step of component `k`. */
function refit(x: DenseMatrix, mixture: Mixture, result: DenseMatrix, k: number, floor: number) {
  const { rows, columns, data } = x;
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  let weight = 1e-12; // a component without rows keeps a share above 0
  for (let i = 0; i < rows; i++) {
    const share = result.data[i * result.columns + k];
    weight += share;
    for (let j = 0; j < columns; j++) mean[j] += share * data[i * columns + j];
  }
  for (let j = 0; j < columns; j++) mean[j] /= weight;
  for (let i = 0; i < rows; i++) {
    const share = result.data[i * result.columns + k];
    for (let j = 0; j < columns; j++) square[j] += share * (data[i * columns + j] - mean[j]) ** 2;
  }
  mixture.means[k] = mean;
  mixture.variances[k] = square.map((value) => Math.max(value / weight, floor));
  mixture.shares[k] = weight / rows;
}
