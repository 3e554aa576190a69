const digits = 11;
const radix = 1 << digits;

/** The positions of `values` in ascending order of their values, equal ones in the order they stand: a radix sort, linear in the length. −0 counts as below 0. */
export function radixOrder(values: Float64Array): Int32Array {
  const n = values.length;
  const words = new Uint32Array(values.slice().buffer);
  // Doubles sort like unsigned integers once negative ones are complemented and others get the sign bit.
  for (let p = 0; p < words.length; p += 2) {
    const negative = words[p + 1] >>> 31 === 1;
    words[p] = negative ? ~words[p] : words[p];
    words[p + 1] = negative ? ~words[p + 1] : words[p + 1] | 0x80000000;
  }
  let order = Int32Array.from({ length: n }, (_, i) => i);
  let next = new Int32Array(n);
  const starts = new Int32Array(radix + 1);
  for (let shift = 0; shift < 64; shift += digits) {
    starts.fill(0);
    for (let i = 0; i < n; i++) starts[digitAt(words, i, shift) + 1]++;
    if (starts.includes(n)) continue; // one digit for all: nothing to sort by
    for (let digit = 0; digit < radix; digit++) starts[digit + 1] += starts[digit];
    for (const i of order) next[starts[digitAt(words, i, shift)]++] = i;
    [order, next] = [next, order];
  }
  return order;
}

function digitAt(words: Uint32Array, i: number, shift: number): number {
  if (shift >= 32) return (words[2 * i + 1] >>> (shift - 32)) & (radix - 1);
  const low = words[2 * i] >>> shift;
  const high = shift === 0 ? 0 : words[2 * i + 1] << (32 - shift);
  return (low | high) & (radix - 1);
}
