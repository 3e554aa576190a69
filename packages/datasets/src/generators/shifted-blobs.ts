import { denseMatrix } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { checkCounts, checkRange } from '../internal/check-options.js';
import { aroundMeans, columnNames, evenLabels, unitVector } from '../internal/draw.js';
import type { KnownProblem } from '../known-problem.js';

export interface ShiftedBlobsOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Source rows. Default 200. */
  readonly nSource?: number;
  /** Target rows. Default 200. */
  readonly nTarget?: number;
  /** At least 2, default 3. */
  readonly nClasses?: number;
  /** Length of the shift, in standard deviations of a blob; at least 0, default 4. */
  readonly shift?: number;
  /** Factor on all target coordinates before the shift; at least 0, default 1.5. */
  readonly scale?: number;
}

/** G3, blobs: round classes on a circle; the target's are blown up and shifted as one.
 *
 * class c ~ N(3·(cos 2πc/C, sin 2πc/C), I) in the plane;   target = scale·x + shift·u, u a random direction
 *
 * P(X) differs by an affine map. `offset` is shift·u.
 * Example  const { problem, evaluation, offset } = shiftedBlobs({ seed: 1, shift: 2 });
 */
export function shiftedBlobs(
  options: ShiftedBlobsOptions = {},
): KnownProblem & { readonly offset: Float64Array } {
  const who = 'shiftedBlobs';
  const { seed = 0, nSource = 200, nTarget = 200, nClasses = 3, shift = 4, scale = 1.5 } = options;
  checkCounts(who, { nSource, nTarget });
  checkCounts(who, { nClasses }, 2);
  checkRange(who, { shift, scale }, 0);
  const random = randomSource(seed);
  const means = denseMatrix(nClasses, 2);
  for (let c = 0; c < nClasses; c++) {
    means.data[2 * c] = 3 * Math.cos((2 * Math.PI * c) / nClasses);
    means.data[2 * c + 1] = 3 * Math.sin((2 * Math.PI * c) / nClasses);
  }
  const offset = unitVector(random.stream('shift'), 2).map((value) => shift * value);
  const draw = (name: string, n: number) => {
    const stream = random.stream(name);
    const y = evenLabels(stream, n, nClasses);
    return { x: aroundMeans(stream, y, means, 1), y };
  };
  const source = draw('source', nSource);
  const target = draw('target', nTarget);
  for (let p = 0; p < target.x.data.length; p++) {
    target.x.data[p] = scale * target.x.data[p]! + offset[p % 2]!;
  }
  const featureNames = columnNames(2);
  return {
    problem: {
      source: { name: 'source', featureNames, ...source },
      target: { name: 'target', featureNames, x: target.x },
      task: 'classification',
    },
    evaluation: { y: target.y },
    offset,
  };
}
