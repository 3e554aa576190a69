import { denseMatrix } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { checkCounts } from '../internal/check-options.js';
import { aroundMeans, columnNames, evenLabels, normalMatrix } from '../internal/draw.js';
import type { KnownProblem } from '../known-problem.js';

export interface PermutedColumnsOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Source rows. Default 300. */
  readonly nSource?: number;
  /** Unlabelled target rows. Default 300. */
  readonly nTarget?: number;
  /** Labelled target rows beside them; 0 for none. Default 200. */
  readonly nLabelled?: number;
  /** Features of the source. Default 10. */
  readonly nFeatures?: number;
  /** Target features that mean nothing. Default 0. */
  readonly nNoise?: number;
}

/** G9: the target has the source's columns in another order, under other names, with columns of noise among them.
 *
 * class c ~ N(μ_c, I), μ_c ~ N(0, 4·I), four classes;   target column j is source column permutation[j], or N(0, 1) where that is −1
 *
 * X_S ≠ X_T, though the same things are measured. Rows of the domains are drawn apart.
 * Example  const { problem, permutation } = permutedColumns({ seed: 1, nNoise: 2 });
 */
export function permutedColumns(
  options: PermutedColumnsOptions = {},
): KnownProblem & { readonly permutation: Int32Array } {
  const who = 'permutedColumns';
  const { seed = 0, nSource = 300, nTarget = 300, nLabelled = 200 } = options;
  const { nFeatures = 10, nNoise = 0 } = options;
  checkCounts(who, { nSource, nTarget, nFeatures });
  checkCounts(who, { nLabelled, nNoise }, 0);
  const random = randomSource(seed);
  const means = normalMatrix(random.stream('means'), 4, nFeatures);
  for (let p = 0; p < means.data.length; p++) means.data[p]! *= 2;
  const permutation = random
    .stream('permutation')
    .permutation(nFeatures + nNoise)
    .map((column) => (column < nFeatures ? column : -1));
  const placed = denseMatrix(4, permutation.length);
  for (let c = 0; c < 4; c++) {
    permutation.forEach((column, j) => {
      if (column >= 0) placed.data[c * placed.columns + j] = means.data[c * nFeatures + column]!;
    });
  }
  const draw = (name: string, n: number, centres: typeof means) => {
    const stream = random.stream(name);
    const y = evenLabels(stream, n, 4);
    return { x: aroundMeans(stream, y, centres, 1), y };
  };
  const target = draw('target', nTarget, placed);
  return {
    problem: {
      source: {
        name: 'source',
        featureNames: columnNames(nFeatures, 'a'),
        ...draw('source', nSource, means),
      },
      target: {
        name: 'target',
        featureNames: columnNames(permutation.length, 'b'),
        x: target.x,
        ...(nLabelled > 0 ? { labelled: draw('labelled', nLabelled, placed) } : {}),
      },
      task: 'classification',
    },
    evaluation: { y: target.y },
    permutation,
  };
}
