import type { DenseMatrix, MatrixInput } from '@graft-ml/core';
import { denseMatrix, toDense, TransferError, toMatrix } from '@graft-ml/core';

/** Posteriors learned under one set of class shares, as they are under another: p'(c) ∝ p(c)·target(c)/source(c).
 *
 * Shapes    probabilities [rows, classes], shares of the classes in the same order, not negative and not all zero → [rows, classes]
 * Assumes   P(X|Y) is the same under both, and `probabilities` are calibrated
 * A class without share in the source gets none. A row all of whose classes have no share in the target gets the target's shares.
 * Errors    SHAPE_MISMATCH for another number of shares than columns; INVALID_DATA for shares that are negative or all zero.
 * Paper     saerens2002, equation 2.4.
 * Example   correctPosteriors([[0.5, 0.5]], [0.5, 0.5], [0.9, 0.1]).data // => Float64Array [0.9, 0.1]
 */
export function correctPosteriors(
  probabilities: MatrixInput,
  sourcePrior: ArrayLike<number>,
  targetPrior: ArrayLike<number>,
): DenseMatrix {
  const who = 'correctPosteriors';
  const { rows, columns, data } = toDense(toMatrix(probabilities, who, 'probabilities'));
  checkPrior(who, 'sourcePrior', sourcePrior, columns);
  checkPrior(who, 'targetPrior', targetPrior, columns);
  const corrected = denseMatrix(rows, columns);
  let total = 0;
  for (let c = 0; c < columns; c++) total += targetPrior[c];
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let c = 0, p = i * columns; c < columns; c++, p++) {
      const factor = sourcePrior[c] > 0 ? targetPrior[c] / sourcePrior[c] : 0;
      sum += corrected.data[p] = data[p] * factor;
    }
    for (let c = 0, p = i * columns; c < columns; c++, p++) {
      corrected.data[p] = sum > 0 ? corrected.data[p] / sum : targetPrior[c] / total;
    }
  }
  return corrected;
}

/** Refuses shares that are of another number, negative, not finite or all zero. */
export function checkPrior(
  who: string,
  argument: string,
  prior: ArrayLike<number>,
  nClasses: number,
): void {
  if (prior.length !== nClasses) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"${argument}" must have one share per class, ${nClasses}; received ${prior.length}.`,
      details: { argument, expected: nClasses, received: prior.length },
    });
  }
  let sum = 0;
  for (let c = 0; c < nClasses; c++) {
    if (!(prior[c] >= 0)) sum = Number.NaN;
    sum += prior[c];
  }
  if (sum > 0 && sum < Infinity) return;
  throw new TransferError({
    code: 'INVALID_DATA',
    who,
    message: `"${argument}" must hold shares of classes: finite, not negative, not all zero.`,
    details: { argument, reason: 'not-shares', received: Array.from(prior) },
  });
}
