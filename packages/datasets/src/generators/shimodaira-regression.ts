import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';
import { checkCounts } from '../internal/check-options.js';
import type { KnownProblem } from '../known-problem.js';

export interface ShimodairaRegressionOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Source rows. Default 100. */
  readonly nSource?: number;
  /** Target rows. Default 100. */
  readonly nTarget?: number;
}

/** G1: a cubic seen through two windows, the textbook case for importance weighting of a line.
 *
 * y = −x + x³ + N(0, 0.3²) in both domains;   source x ~ N(0.5, 0.5²),   target x ~ N(0, 0.3²)
 *
 * Only P(X) differs. `densityRatio` is p_target(x) / p_source(x) of each source row.
 * Paper    shimodaira2000
 * Example  const { problem, evaluation, densityRatio } = shimodairaRegression({ seed: 1 });
 */
export function shimodairaRegression(
  options: ShimodairaRegressionOptions = {},
): KnownProblem & { readonly densityRatio: Float64Array } {
  const { seed = 0, nSource = 100, nTarget = 100 } = options;
  checkCounts('shimodairaRegression', { nSource, nTarget });
  const random = randomSource(seed);
  const source = sample(random.stream('source'), nSource, 0.5, 0.5);
  const target = sample(random.stream('target'), nTarget, 0, 0.3);
  const featureNames = ['x'];
  return {
    problem: {
      source: { name: 'source', featureNames, ...source },
      target: { name: 'target', featureNames, x: target.x },
      task: 'regression',
    },
    evaluation: { y: target.y },
    densityRatio: source.x.data.map((x) => normalDensity(x, 0, 0.3) / normalDensity(x, 0.5, 0.5)),
  };
}

function sample(
  random: RandomSource,
  n: number,
  mean: number,
  spread: number,
): { readonly x: DenseMatrix; readonly y: Float64Array } {
  const x = denseMatrix(n, 1);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const at = mean + spread * random.normal();
    x.data[i] = at;
    y[i] = at * at * at - at + 0.3 * random.normal();
  }
  return { x, y };
}

function normalDensity(x: number, mean: number, spread: number): number {
  const z = (x - mean) / spread;
  return Math.exp(-0.5 * z * z) / (spread * Math.sqrt(2 * Math.PI));
}
