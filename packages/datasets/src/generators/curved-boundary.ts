import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';
import { checkCounts, checkRange } from '../internal/check-options.js';
import type { KnownProblem } from '../known-problem.js';

export interface CurvedBoundaryOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Source rows. Default 200. */
  readonly nSource?: number;
  /** Target rows. Default 200. */
  readonly nTarget?: number;
  /** The share of source labels that are flipped, each row on its own; 0 to 0.5, default 0. */
  readonly labelNoise?: number;
}

/** G2: two classes on either side of a wave, sampled along the wave by a biased selection.
 *
 * y = 1 where x2 > 1.1·sin(1.6·x1), else 0;   x2 ~ N(0, 1)
 * source x1 ~ N(−0.3, 1),   target x1 ~ N(1, 0.7²)
 *
 * Only P(X) differs. `densityRatio` is p_target(x) / p_source(x) of each source row. A model too stiff for the wave gains from
 * weighting by it (an RBF machine with C = 10, gamma = 0.1 errs 11 % without and 7 % with), a flexible one hardly.
 *
 * Example  const { problem, densityRatio } = curvedBoundary({ seed: 1, nTarget: 4000 });
 */
export function curvedBoundary(
  options: CurvedBoundaryOptions = {},
): KnownProblem & { readonly densityRatio: Float64Array } {
  const who = 'curvedBoundary';
  const { seed = 0, nSource = 200, nTarget = 200, labelNoise = 0 } = options;
  checkCounts(who, { nSource, nTarget });
  checkRange(who, { labelNoise }, 0, 0.5);
  const random = randomSource(seed);
  const source = sample(random.stream('source'), nSource, -0.3, 1);
  const target = sample(random.stream('target'), nTarget, 1, 0.7);
  const noise = random.stream('noise');
  const densityRatio = new Float64Array(nSource);
  for (let i = 0; i < nSource; i++) {
    if (noise.uniform() < labelNoise) source.y[i] = 1 - source.y[i]!;
    const x1 = source.x.data[2 * i]!;
    const [zTarget, zSource] = [(x1 - 1) / 0.7, x1 + 0.3];
    densityRatio[i] = Math.exp(0.5 * (zSource * zSource - zTarget * zTarget)) / 0.7;
  }
  const featureNames = ['x1', 'x2'];
  return {
    problem: {
      source: { name: 'source', featureNames, ...source },
      target: { name: 'target', featureNames, x: target.x },
      task: 'classification',
    },
    evaluation: { y: target.y },
    densityRatio,
  };
}

function sample(
  random: RandomSource,
  n: number,
  mean: number,
  spread: number,
): { readonly x: DenseMatrix; readonly y: Float64Array } {
  const x = denseMatrix(n, 2);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const x1 = mean + spread * random.normal();
    const x2 = random.normal();
    x.data[2 * i] = x1;
    x.data[2 * i + 1] = x2;
    y[i] = x2 > 1.1 * Math.sin(1.6 * x1) ? 1 : 0;
  }
  return { x, y };
}
