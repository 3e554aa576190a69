import type { RandomSource } from '@graft-ml/numerics';

/** Rows in batches, forever: every pass takes each row once, in an order of its own. Batch `t` is a function of the random
 * source and of `t` alone, so that training can go on where it stopped. */
export interface BatchStream {
  /** Batches of one pass; their sizes differ by one row at most. */
  readonly perPass: number;
  /** Row numbers of batch `t`. */
  at(t: number): Int32Array;
}

/** Batches of at most `size` out of `n` rows; fewer than `size` rows are one batch each time. */
export function batchStream(n: number, size: number, random: RandomSource): BatchStream {
  const perPass = Math.max(1, Math.ceil(n / size));
  let pass = -1;
  let order: Int32Array = new Int32Array(0);
  return {
    perPass,
    at(t) {
      const wanted = Math.floor(t / perPass);
      if (wanted !== pass) {
        pass = wanted;
        order = random.stream(pass).permutation(n);
      }
      const k = t - pass * perPass;
      return order.subarray(Math.floor((k * n) / perPass), Math.floor(((k + 1) * n) / perPass));
    },
  };
}
