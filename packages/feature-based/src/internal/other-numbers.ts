/** Those of the numbers 0 … n − 1 that are not in `taken`, ascending. */
export function otherNumbers(n: number, taken: Int32Array): Int32Array {
  const isTaken = new Uint8Array(n);
  for (const i of taken) isTaken[i] = 1;
  const others = new Int32Array(n - taken.length);
  for (let i = 0, next = 0; i < n; i++) if (!isTaken[i]) others[next++] = i;
  return others;
}
