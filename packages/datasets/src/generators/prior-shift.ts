import { denseMatrix } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { checkCounts, checkRange } from '../internal/check-options.js';
import { aroundMeans, columnNames, labelsByShare } from '../internal/draw.js';
import type { KnownProblem } from '../known-problem.js';

export interface PriorShiftOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Source rows. Default 400. */
  readonly nSource?: number;
  /** Target rows. Default 400. */
  readonly nTarget?: number;
  /** The share of class 0 in the source; 0 to 1, default 0.5. */
  readonly sourceShare?: number;
  /** The share of class 0 in the target; 0 to 1, default 0.9. */
  readonly targetShare?: number;
}

/** G6: two blobs that look alike in both domains but are not equally frequent.
 *
 * class 0 ~ N((−1, 0), I),   class 1 ~ N((1, 0), I);   shares met exactly, but for rounding
 *
 * Only P(Y) differs.
 * Example  const { problem, evaluation } = priorShift({ seed: 1, targetShare: 0.8 });
 */
export function priorShift(options: PriorShiftOptions = {}): KnownProblem {
  const who = 'priorShift';
  const { seed = 0, nSource = 400, nTarget = 400, sourceShare = 0.5, targetShare = 0.9 } = options;
  checkCounts(who, { nSource, nTarget });
  checkRange(who, { sourceShare, targetShare }, 0, 1);
  const random = randomSource(seed);
  const means = denseMatrix(2, 2, Float64Array.of(-1, 0, 1, 0));
  const draw = (name: string, n: number, share: number) => {
    const stream = random.stream(name);
    const y = labelsByShare(stream, n, [share, 1 - share]);
    return { x: aroundMeans(stream, y, means, 1), y };
  };
  const source = draw('source', nSource, sourceShare);
  const target = draw('target', nTarget, targetShare);
  const featureNames = columnNames(2);
  return {
    problem: {
      source: { name: 'source', featureNames, ...source },
      target: { name: 'target', featureNames, x: target.x },
      task: 'classification',
    },
    evaluation: { y: target.y },
  };
}
