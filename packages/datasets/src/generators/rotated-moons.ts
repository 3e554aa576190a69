import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';
import { checkCounts, checkRange } from '../internal/check-options.js';
import { evenLabels } from '../internal/draw.js';
import type { KnownProblem } from '../known-problem.js';

export interface RotatedMoonsOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Source rows. Default 200. */
  readonly nSource?: number;
  /** Target rows. Default 200. */
  readonly nTarget?: number;
  /** How far the target is turned, in degrees counter-clockwise; −180 to 180, default 30. Beyond 50 or so most methods fail. */
  readonly angle?: number;
  /** Standard deviation of the noise on each coordinate, at least 0, default 0.1. */
  readonly noise?: number;
}

/** G3: two interleaved half-moons; the target's are turned about their common middle.
 *
 * moon 0: (cos t, sin t),   moon 1: (1 − cos t, 1/2 − sin t),   t uniform on [0, π], plus N(0, noise²) on each coordinate
 *
 * P(X) differs, and with it, mildly, P(Y|X). Classes are equally frequent.
 * Example  const { problem, evaluation } = rotatedMoons({ seed: 1, angle: 20 });
 */
export function rotatedMoons(options: RotatedMoonsOptions = {}): KnownProblem {
  const who = 'rotatedMoons';
  const { seed = 0, nSource = 200, nTarget = 200, angle = 30, noise = 0.1 } = options;
  checkCounts(who, { nSource, nTarget });
  checkRange(who, { angle }, -180, 180);
  checkRange(who, { noise }, 0);
  const random = randomSource(seed);
  const source = moons(random.stream('source'), nSource, noise, 0);
  const target = moons(random.stream('target'), nTarget, noise, (angle * Math.PI) / 180);
  const featureNames = ['x1', 'x2'];
  return {
    problem: {
      source: { name: 'source', featureNames, ...source },
      target: { name: 'target', featureNames, x: target.x },
      task: 'classification',
    },
    evaluation: { y: target.y },
  };
}

function moons(
  random: RandomSource,
  n: number,
  noise: number,
  radians: number,
): { readonly x: DenseMatrix; readonly y: Float64Array } {
  const x = denseMatrix(n, 2);
  const y = evenLabels(random, n, 2);
  const cos = Math.cos(radians);
  const sin = Math.sin(radians);
  for (let i = 0; i < n; i++) {
    const t = Math.PI * random.uniform();
    const u = (y[i] === 0 ? Math.cos(t) : 1 - Math.cos(t)) + noise * random.normal() - 0.5;
    const v = (y[i] === 0 ? Math.sin(t) : 0.5 - Math.sin(t)) + noise * random.normal() - 0.25;
    x.data[2 * i] = 0.5 + cos * u - sin * v;
    x.data[2 * i + 1] = 0.25 + sin * u + cos * v;
  }
  return { x, y };
}
