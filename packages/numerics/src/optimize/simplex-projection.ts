import { TransferError } from '@graft-ml/core';

/** Euclidean projection on the simplex { x ≥ 0, Σ x = total }: x = max(v − θ, 0) with the one θ
 * that fits the sum (duchi2008, "Efficient projections onto the l1-ball"). `total` is above 0, by
 * default 1. */
export function projectOnSimplex(values: ArrayLike<number>, total = 1): Float64Array {
  if (!(total > 0 && total < Infinity) || values.length === 0) {
    throw new TransferError({
      code: 'INVALID_OPTION',
      who: 'projectOnSimplex',
      message: `needs at least one value and a "total" above 0; received ${values.length} values and ${String(total)}.`,
      details: { option: 'total', received: total },
    });
  }
  const descending = Float64Array.from(values).sort().reverse();
  let sum = 0;
  let threshold = 0;
  for (let k = 0; k < descending.length; k++) {
    sum += descending[k];
    const candidate = (sum - total) / (k + 1);
    if (descending[k] <= candidate) break;
    threshold = candidate;
  }
  return Float64Array.from(values, (value) => Math.max(0, value - threshold));
}
