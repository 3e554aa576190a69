/** Rotates rows `i` and `j` of a matrix whose rows have `length` entries: (xᵢ, xⱼ) ← (c·xᵢ + s·xⱼ, c·xⱼ − s·xᵢ). */
export function rotateRows(
  data: Float64Array,
  length: number,
  i: number,
  j: number,
  c: number,
  s: number,
): void {
  const p = i * length;
  const q = j * length;
  for (let t = 0; t < length; t++) {
    const x = data[p + t];
    const y = data[q + t];
    data[p + t] = c * x + s * y;
    data[q + t] = c * y - s * x;
  }
}
