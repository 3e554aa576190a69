/** Cosine and sine of a rotation and what it leaves. */
export interface Rotation {
  c: number;
  s: number;
  r: number;
}

/** Sets the rotation that turns (x, z) into (r, 0), r ≥ 0; also for numbers whose squares vanish, but not
 * for ones whose squares overflow. */
export function setRotation(rotation: Rotation, x: number, z: number): void {
  const squares = x * x + z * z;
  if (!(squares <= 1e-280)) {
    rotation.r = Math.sqrt(squares);
    rotation.c = x / rotation.r;
    rotation.s = z / rotation.r;
  } else if (x === 0 && z === 0) {
    rotation.c = 1;
    rotation.s = rotation.r = 0;
  } else {
    setRotation(rotation, x * 2 ** 600, z * 2 ** 600);
    rotation.r *= 2 ** -600;
  }
}

/** Rotates rows `i` and `j` of a matrix whose rows have `length` entries: (xᵢ, xⱼ) ← (c·xᵢ + s·xⱼ,
 * c·xⱼ − s·xᵢ). */
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

/** A chain of rotations of neighbouring rows: the k-th takes rows `first + k·step` and `first + (k
 * + 1)·step`. */
export interface RotationChain {
  readonly c: Float64Array;
  readonly s: Float64Array;
  count: number;
}

/** Room for a chain over `rows` rows. */
export function rotationChain(rows: number): RotationChain {
  return { c: new Float64Array(rows), s: new Float64Array(rows), count: 0 };
}

/** Applies a chain to rows of `length` entries, four rotations in one sweep over the columns, which
 * halves the traffic. */
export function rotateChain(
  data: Float64Array,
  length: number,
  first: number,
  step: 1 | -1,
  { c, s, count }: RotationChain,
): void {
  const jump = step * length;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const p0 = first * length + k * jump;
    const p1 = p0 + jump;
    const p2 = p1 + jump;
    const p3 = p2 + jump;
    const p4 = p3 + jump;
    const c0 = c[k];
    const c1 = c[k + 1];
    const c2 = c[k + 2];
    const c3 = c[k + 3];
    const s0 = s[k];
    const s1 = s[k + 1];
    const s2 = s[k + 2];
    const s3 = s[k + 3];
    for (let t = 0; t < length; t++) {
      const x0 = data[p0 + t];
      const x1 = data[p1 + t];
      const x2 = data[p2 + t];
      const x3 = data[p3 + t];
      const x4 = data[p4 + t];
      const y1 = c0 * x1 - s0 * x0;
      const y2 = c1 * x2 - s1 * y1;
      const y3 = c2 * x3 - s2 * y2;
      data[p0 + t] = c0 * x0 + s0 * x1;
      data[p1 + t] = c1 * y1 + s1 * x2;
      data[p2 + t] = c2 * y2 + s2 * x3;
      data[p3 + t] = c3 * y3 + s3 * x4;
      data[p4 + t] = c3 * x4 - s3 * y3;
    }
  }
  for (; k < count; k++) {
    const row = first + k * step;
    rotateRows(data, length, row, row + step, c[k], s[k]);
  }
}
