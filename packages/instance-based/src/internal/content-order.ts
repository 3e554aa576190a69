import type { Matrix } from '@graft-ml/core';
import { contentFolds } from '@graft-ml/learners';

/** Row numbers in an order that depends on what the rows hold and on the seed, not on where they stand; equal rows keep theirs.
 *
 * What is chosen or paired along it does not change when the rows come in another order.
 */
export function contentOrder(x: Matrix, seed = 0): Int32Array {
  const ranks = contentFolds(x, Math.max(2, x.rows), seed);
  return Int32Array.from(ranks.keys()).sort((i, j) => ranks[i] - ranks[j] || i - j);
}
