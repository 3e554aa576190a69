import { type LinearAlgebra, type MatrixInput, stackRows } from '@graft-ml/core';
import { pairwiseDistances, referenceLinearAlgebra } from '@graft-ml/numerics';
import { samplePair } from '../internal/inputs.js';
import { mmdOfGram } from './mmd.js';

/** Energy statistic: 2·E‖s − t‖ − E‖s − s′‖ − E‖t − t′‖ over all pairs, Euclidean. Never negative; in units of the features.
 *
 * It is the squared MMD under the kernel −‖x − y‖ and needs no width. Its square root is what other libraries call the
 * energy distance. Paper: szekely2013.
 */
export function energyStatistic(
  source: MatrixInput,
  target: MatrixInput,
  linearAlgebra: LinearAlgebra = referenceLinearAlgebra,
): number {
  const { xs, xt } = samplePair('energyStatistic', source, target);
  const x = stackRows([xs, xt]);
  const distances = pairwiseDistances(linearAlgebra, 'euclidean', x, x);
  return Math.max(0, -mmdOfGram(distances, xs.rows));
}

/** √ of {@link energyStatistic}. */
export function energyDistance(
  source: MatrixInput,
  target: MatrixInput,
  linearAlgebra?: LinearAlgebra,
): number {
  return Math.sqrt(energyStatistic(source, target, linearAlgebra));
}
