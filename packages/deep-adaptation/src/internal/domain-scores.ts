import { denseMatrix, type DenseMatrix, type JsonObject } from '@graft-ml/core';
import { minimizeLbfgs, type RandomSource } from '@graft-ml/numerics';
import { scaled, scalingOf, sortedMatrix } from './training-set.js';

const folds = 5;
const bins = 20;
/** Rows of each domain that are drawn at most, and those without which nothing is said. */
const rowLimit = 400;
const fewestRows = 10;

/** How well a classifier tells two domains apart that it has not seen the rows of.
 *
 * P(target | row) is given to each row by logistic regression on the other four fifths of the rows, features brought to mean 0
 * and deviation 1, λ = 1, both domains counting alike. `source` and `target` count rows per bin of P, 20 bins of equal width
 * from 0 to 1; `auc` is the chance that a target row has a larger P than a source row, equal ones counted half: 0.5 is
 * guessing. Rows come in a random order. Undefined with fewer than 10 of a domain.
 */
export function domainScores(xs: DenseMatrix, xt: DenseMatrix): JsonObject | undefined {
  if (Math.min(xs.rows, xt.rows) < fewestRows) return undefined;
  const rows = xs.rows + xt.rows;
  const data = new Float64Array(rows * xs.columns);
  data.set(xs.data);
  data.set(xt.data, xs.data.length);
  const weights = Float64Array.from({ length: rows }, (_, i) =>
    i < xs.rows ? 0.5 / xs.rows : 0.5 / xt.rows,
  );
  const features = denseMatrix(rows, xs.columns, data);
  const x = scaled(features, scalingOf(features, weights));
  const isTarget = Uint8Array.from({ length: rows }, (_, i) => Number(i >= xs.rows));
  // Every fifth row of each domain.
  const fold = (i: number): number => (isTarget[i] ? i - xs.rows : i) % folds;
  const scores = new Float64Array(rows);
  for (let f = 0; f < folds; f++) {
    const own = weights.map((weight, i) => (fold(i) === f ? 0 : weight));
    const coefficients = logisticCoefficients(x, isTarget, own, 1 / (rows * (1 - 1 / folds)));
    for (let i = 0; i < rows; i++) if (fold(i) === f) scores[i] = score(x, i, coefficients);
  }
  const probabilities = Array.from(scores, (value) => 1 / (1 + Math.exp(-value)));
  return {
    auc: areaUnderCurve(scores.subarray(0, xs.rows), scores.subarray(xs.rows)),
    source: histogram(probabilities.slice(0, xs.rows)),
    target: histogram(probabilities.slice(xs.rows)),
  };
}

/** What turns rows into features: a fitted network. */
interface Extractor {
  features(x: DenseMatrix): Promise<DenseMatrix>;
}

/** The fact `domainScores` with {@link domainScores} before and after: of the source, then of the target, before; then after.
 * Nothing where there are too few rows. */
export async function confusionFacts(
  random: RandomSource,
  extractors: readonly [Extractor, Extractor, Extractor, Extractor],
  source: DenseMatrix,
  target: DenseMatrix,
): Promise<JsonObject> {
  const stream = random.stream('domain scores');
  // The same rows before and after, whatever the order they come in.
  const xs = drawn(sortedMatrix(source), stream.stream('source'));
  const xt = drawn(sortedMatrix(target), stream.stream('target'));
  const [sourceBefore, targetBefore, sourceAfter, targetAfter] = extractors;
  const before = domainScores(await sourceBefore.features(xs), await targetBefore.features(xt));
  const after = domainScores(await sourceAfter.features(xs), await targetAfter.features(xt));
  return before && after ? { domainScores: { before, after } } : {};
}

/** min Σ wᵢ·log(1 + exp(∓f)) + λ/2·‖b‖² with f = b·x + c, positive for y = 1: [b, c], c free. */
export function logisticCoefficients(
  x: DenseMatrix,
  y: ArrayLike<number>,
  weights: Float64Array,
  penalty: number,
): Float64Array {
  const { rows, columns, data } = x;
  const { x: found } = minimizeLbfgs(
    (coefficients, gradient) => {
      gradient.fill(0);
      let value = 0;
      for (let i = 0; i < rows; i++) {
        const weight = weights[i]!;
        if (weight === 0) continue;
        const sign = y[i] ? 1 : -1;
        const margin = sign * score(x, i, coefficients);
        const decay = Math.exp(-Math.abs(margin));
        value += weight * (Math.log1p(decay) + Math.max(0, -margin));
        const slope = (-sign * weight * (margin >= 0 ? decay : 1)) / (1 + decay);
        for (let j = 0, p = i * columns; j < columns; j++, p++) gradient[j]! += slope * data[p]!;
        gradient[columns]! += slope;
      }
      for (let j = 0; j < columns; j++) {
        value += (penalty / 2) * coefficients[j]! ** 2;
        gradient[j]! += penalty * coefficients[j]!;
      }
      return value;
    },
    new Float64Array(columns + 1),
    { tolerance: 1e-5, maxIterations: 200 },
  );
  return found;
}

function score({ columns, data }: DenseMatrix, i: number, coefficients: Float64Array): number {
  let sum = coefficients[columns]!;
  for (let j = 0, p = i * columns; j < columns; j++, p++) sum += coefficients[j]! * data[p]!;
  return sum;
}

/** Some rows, or all, in a random order. */
function drawn({ rows, columns, data }: DenseMatrix, random: RandomSource): DenseMatrix {
  const order = random.permutation(rows).subarray(0, rowLimit);
  const taken = new Float64Array(order.length * columns);
  order.forEach((i, k) => taken.set(data.subarray(i * columns, (i + 1) * columns), k * columns));
  return denseMatrix(order.length, columns, taken);
}

function histogram(probabilities: readonly number[]): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const p of probabilities) counts[Math.min(bins - 1, Math.floor(p * bins))]!++;
  return counts;
}

/** Share of pairs in which the second value is larger, equal ones counted half. */
function areaUnderCurve(smaller: Float64Array, larger: Float64Array): number {
  const sorted = smaller.slice().sort();
  const below = (value: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const sum = larger.reduce((total, v) => total + below(v, false) + below(v, true), 0);
  return sum / (2 * sorted.length * larger.length);
}
