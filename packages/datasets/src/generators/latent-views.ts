import type { DenseMatrix } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';
import { checkCounts, checkRange } from '../internal/check-options.js';
import { aroundMeans, columnNames, evenLabels, normalMatrix, times } from '../internal/draw.js';
import type { KnownProblem } from '../known-problem.js';

export interface LatentViewsOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Source rows. Default 300. */
  readonly nSource?: number;
  /** Unlabelled target rows. Default 300. */
  readonly nTarget?: number;
  /** Labelled target rows of each of the four classes; 0 for none. Default 3. */
  readonly labelledPerClass?: number;
  /** Rows known in both views; 0 for none. Default 30. */
  readonly nPairs?: number;
  /** Standard deviation of the noise on each feature, at least 0, default 0.5. */
  readonly noise?: number;
}

/** G8: the same hidden causes seen through two instruments with different features.
 *
 * hidden z in R⁵: class c ~ N(m_c, I), m_c ~ N(0, 1.5²·I), four classes
 * source row = A·z + e in R²⁰,   target row = B·z + e in R¹²;   entries of A and B ~ N(0, 1/5), e ~ N(0, noise²)
 *
 * X_S ≠ X_T. A pair is one z with its own noise in either view. `sourceView` is Aᵀ [5, 20], `targetView` is Bᵀ [5, 12].
 * Example  const { problem, evaluation } = latentViews({ seed: 1, nPairs: 50 });
 */
export function latentViews(
  options: LatentViewsOptions = {},
): KnownProblem & { readonly sourceView: DenseMatrix; readonly targetView: DenseMatrix } {
  const who = 'latentViews';
  const { seed = 0, nSource = 300, nTarget = 300, labelledPerClass = 3 } = options;
  const { nPairs = 30, noise = 0.5 } = options;
  checkCounts(who, { nSource, nTarget });
  checkCounts(who, { labelledPerClass, nPairs }, 0);
  checkRange(who, { noise }, 0);
  const random = randomSource(seed);
  const means = scaled(normalMatrix(random.stream('means'), nClasses, nHidden), 1.5);
  const sourceView = scaled(normalMatrix(random.stream('source view'), nHidden, 20), 0.2 ** 0.5);
  const targetView = scaled(normalMatrix(random.stream('target view'), nHidden, 12), 0.2 ** 0.5);
  const hidden = (stream: RandomSource, n: number) => {
    const y = evenLabels(stream, n, nClasses);
    return { y, z: aroundMeans(stream, y, means, 1) };
  };
  const draw = (name: string, n: number, view: DenseMatrix) => {
    const stream = random.stream(name);
    const { y, z } = hidden(stream, n);
    return { x: observed(stream, z, view, noise), y };
  };
  const target = draw('target', nTarget, targetView);
  const labelled = draw('labelled', nClasses * labelledPerClass, targetView);
  const pairs = random.stream('pairs');
  const { z } = hidden(pairs, nPairs);
  return {
    problem: {
      source: {
        name: 'source',
        featureNames: columnNames(20, 'a'),
        ...draw('source', nSource, sourceView),
      },
      target: {
        name: 'target',
        featureNames: columnNames(12, 'b'),
        x: target.x,
        ...(labelledPerClass > 0 ? { labelled } : {}),
      },
      ...(nPairs > 0
        ? {
            pairs: {
              source: observed(pairs.stream('source'), z, sourceView, noise),
              target: observed(pairs.stream('target'), z, targetView, noise),
            },
          }
        : {}),
      task: 'classification',
    },
    evaluation: { y: target.y },
    sourceView,
    targetView,
  };
}

const nClasses = 4;
const nHidden = 5;

function observed(
  random: RandomSource,
  z: DenseMatrix,
  view: DenseMatrix,
  noise: number,
): DenseMatrix {
  const x = times(z, view);
  for (let p = 0; p < x.data.length; p++) x.data[p]! += noise * random.normal();
  return x;
}

function scaled(matrix: DenseMatrix, factor: number): DenseMatrix {
  for (let p = 0; p < matrix.data.length; p++) matrix.data[p]! *= factor;
  return matrix;
}
