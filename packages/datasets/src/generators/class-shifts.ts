import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { checkCounts, checkRange } from '../internal/check-options.js';
import { aroundMeans, columnNames, evenLabels, orthonormalRows } from '../internal/draw.js';
import type { KnownProblem } from '../known-problem.js';

export interface ClassShiftsOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Source rows. Default 300. */
  readonly nSource?: number;
  /** Target rows. Default 300. */
  readonly nTarget?: number;
  /** At least 2 · `nClasses`, default 10. */
  readonly nFeatures?: number;
  /** At least 2, default 3. */
  readonly nClasses?: number;
  /** Length of each class's shift, in standard deviations; at least 0, default 3. */
  readonly shift?: number;
}

/** G5: every class moves in a direction of its own, so that aligning the clouds as wholes does not bring them back.
 *
 * source class c ~ N(4·u_c, I),   target class c ~ N(4·u_c + shift·v_c, I)
 * v_c = (u_{c+1} − u_c)/2 + w_c/√2,   u_0 …, w_0 … random orthonormal: towards the next class and into new space
 *
 * P(X|Y) differs. `shifts` holds shift·v_c in row c.
 * Example  const { problem, evaluation, shifts } = classShifts({ seed: 1 });
 */
export function classShifts(
  options: ClassShiftsOptions = {},
): KnownProblem & { readonly shifts: DenseMatrix } {
  const who = 'classShifts';
  const { seed = 0, nSource = 300, nTarget = 300, nClasses = 3 } = options;
  const { nFeatures = 10, shift = 3 } = options;
  checkCounts(who, { nSource, nTarget });
  checkCounts(who, { nClasses }, 2);
  checkCounts(who, { nFeatures }, 2 * nClasses);
  checkRange(who, { shift }, 0);
  const random = randomSource(seed);
  const directions = orthonormalRows(random.stream('directions'), 2 * nClasses, nFeatures).data;
  const size = nClasses * nFeatures;
  const means = denseMatrix(nClasses, nFeatures);
  const shifts = denseMatrix(nClasses, nFeatures);
  const moved = denseMatrix(nClasses, nFeatures);
  for (let p = 0; p < size; p++) {
    const towardsNext = (directions[(p + nFeatures) % size]! - directions[p]!) / 2;
    means.data[p] = 4 * directions[p]!;
    shifts.data[p] = shift * (towardsNext + Math.SQRT1_2 * directions[size + p]!);
    moved.data[p] = means.data[p]! + shifts.data[p]!;
  }
  const draw = (name: string, n: number, centres: DenseMatrix) => {
    const stream = random.stream(name);
    const y = evenLabels(stream, n, nClasses);
    return { x: aroundMeans(stream, y, centres, 1), y };
  };
  const source = draw('source', nSource, means);
  const target = draw('target', nTarget, moved);
  const featureNames = columnNames(nFeatures);
  return {
    problem: {
      source: { name: 'source', featureNames, ...source },
      target: { name: 'target', featureNames, x: target.x },
      task: 'classification',
    },
    evaluation: { y: target.y },
    shifts,
  };
}
