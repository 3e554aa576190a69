import type { DenseMatrix } from '@graft-ml/core';

/** Of each guessed class the surest rows, until they hold the share `keep` of the class's weight; indices ascending.
 *
 * How sure a guess is, is the probability of its class; all rows are kept where there are no probabilities.
 */
export function confidentRows(
  labels: Float64Array,
  weights: Float64Array,
  probabilities: DenseMatrix | undefined,
  keep: number,
): Int32Array {
  const all = Int32Array.from(labels.keys());
  if (!probabilities || keep === 1) return all;
  const { columns, data } = probabilities;
  const sureness = labels.map((label, p) => data[p * columns + label]);
  const order = all.slice().sort((p, q) => sureness[q] - sureness[p] || p - q);
  const total = new Map<number, number>();
  for (let p = 0; p < labels.length; p++) {
    total.set(labels[p], (total.get(labels[p]) ?? 0) + weights[p]);
  }
  const taken = new Map<number, number>();
  const kept: number[] = [];
  for (const p of order) {
    const before = taken.get(labels[p]) ?? 0;
    // The margin keeps the last row of a class at keep close to 1 from hanging on rounding.
    if (before >= keep * total.get(labels[p])! * (1 - 1e-12)) continue;
    kept.push(p);
    taken.set(labels[p], before + weights[p]);
  }
  return Int32Array.from(kept).sort();
}
