import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';
import { checkCounts, checkRange } from '../internal/check-options.js';
import {
  aroundMeans,
  columnNames,
  evenLabels,
  normalMatrix,
  orthonormalRows,
  times,
} from '../internal/draw.js';
import type { KnownProblem } from '../known-problem.js';

export interface MixedGaussiansOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Source rows. Default 300. */
  readonly nSource?: number;
  /** Target rows. Default 300. */
  readonly nTarget?: number;
  /** At least 2, default 10. */
  readonly nFeatures?: number;
  /** At least 2, default 4. */
  readonly nClasses?: number;
  /** Largest stretch of the mixing; its smallest is the inverse. At least 1 (no shift), default 6. */
  readonly stretch?: number;
}

/** G4: Gaussian classes; the target is mixed by a symmetric positive definite matrix.
 *
 * source row = μ_y + e,   μ_c ~ N(0, I), e ~ N(0, I);   target row = A·(μ_y + e),   A = Q·diag(s)·Qᵀ
 * Q a random rotation, s from stretch⁻¹ to stretch, its logarithm uniform
 *
 * Second moments differ, means hardly. `mixing` is A, the optimal linear map from source to target.
 * Example  const { problem, evaluation, mixing } = mixedGaussians({ seed: 1 });
 */
export function mixedGaussians(
  options: MixedGaussiansOptions = {},
): KnownProblem & { readonly mixing: DenseMatrix } {
  const who = 'mixedGaussians';
  const { seed = 0, nSource = 300, nTarget = 300, nFeatures = 10 } = options;
  const { nClasses = 4, stretch = 6 } = options;
  checkCounts(who, { nSource, nTarget });
  checkCounts(who, { nFeatures, nClasses }, 2);
  checkRange(who, { stretch }, 1);
  const random = randomSource(seed);
  const means = normalMatrix(random.stream('means'), nClasses, nFeatures);
  const mixing = randomStretch(random.stream('mixing'), nFeatures, stretch);
  const draw = (name: string, n: number) => {
    const stream = random.stream(name);
    const y = evenLabels(stream, n, nClasses);
    return { x: aroundMeans(stream, y, means, 1), y };
  };
  const source = draw('source', nSource);
  const target = draw('target', nTarget);
  const featureNames = columnNames(nFeatures);
  return {
    problem: {
      source: { name: 'source', featureNames, ...source },
      target: { name: 'target', featureNames, x: times(target.x, mixing) },
      task: 'classification',
    },
    evaluation: { y: target.y },
    mixing,
  };
}

function randomStretch(random: RandomSource, size: number, stretch: number): DenseMatrix {
  const rotation = orthonormalRows(random, size, size);
  const matrix = denseMatrix(size, size);
  for (let k = 0; k < size; k++) {
    const factor = stretch ** (2 * random.uniform() - 1);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        matrix.data[i * size + j]! +=
          factor * rotation.data[k * size + i]! * rotation.data[k * size + j]!;
      }
    }
  }
  return matrix;
}
