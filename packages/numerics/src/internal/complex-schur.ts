/** A complex matrix as two real ones, row-major [n, n]. */
export interface ComplexMatrix {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export interface ComplexSchur {
  /** Upper triangular T with the eigenvalues on its diagonal. */
  readonly t: ComplexMatrix;
  /** Unitary U with A = U·T·Uᴴ. */
  readonly u: ComplexMatrix;
}

/** Schur form of a real matrix over the complex numbers: Hessenberg reduction, then single-shift QR
 * steps with Wilkinson's shift (golub2013, 7.5). Gives undefined when a step does not settle. */
export function complexSchur(a: Float64Array, n: number): ComplexSchur | undefined {
  const t: ComplexMatrix = { re: a.slice(), im: new Float64Array(n * n) };
  const u: ComplexMatrix = { re: new Float64Array(n * n), im: new Float64Array(n * n) };
  for (let i = 0; i < n; i++) u.re[i * n + i] = 1;
  reduceToHessenberg(t.re, u.re, n);
  let steps = 0;
  for (let high = n - 1; high > 0;) {
    let low = high;
    while (low > 0 && !isNegligible(t, n, low)) low--;
    if (low === high) {
      high--;
      steps = 0;
      continue;
    }
    if (++steps > 100) return undefined;
    qrStep(t, u, n, low, high, steps % 11 === 10);
  }
  return { t, u };
}

/** H = Qᵀ·A·Q in place of A and U·Q in place of U, by Householder reflections. */
function reduceToHessenberg(h: Float64Array, u: Float64Array, n: number): void {
  const v = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    let largest = 0;
    for (let i = k + 2; i < n; i++) largest = Math.max(largest, Math.abs(h[i * n + k]));
    if (largest === 0) continue;
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm = Math.hypot(norm, h[i * n + k]);
    if (h[(k + 1) * n + k] < 0) norm = -norm;
    for (let i = k + 1; i < n; i++) v[i] = h[i * n + k] / norm;
    v[k + 1] += 1;
    const head = v[k + 1];
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = k + 1; i < n; i++) sum += v[i] * h[i * n + j];
      for (let i = k + 1; i < n; i++) h[i * n + j] -= (v[i] * sum) / head;
    }
    for (const matrix of [h, u]) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = k + 1; j < n; j++) sum += matrix[i * n + j] * v[j];
        for (let j = k + 1; j < n; j++) matrix[i * n + j] -= (sum * v[j]) / head;
      }
    }
    for (let i = k + 2; i < n; i++) h[i * n + k] = 0;
  }
}

/** Clears the entry left of (k, k) and says so when it is negligible beside its neighbours on the
 * diagonal. */
function isNegligible({ re, im }: ComplexMatrix, n: number, k: number): boolean {
  const p = k * n + k - 1;
  const above = p - n;
  const size = Math.abs(re[p]) + Math.abs(im[p]);
  const neighbours =
    Math.abs(re[above]) + Math.abs(im[above]) + Math.abs(re[p + 1]) + Math.abs(im[p + 1]);
  if (size > Number.EPSILON * neighbours && size > 1e-290) return false;
  re[p] = im[p] = 0;
  return true;
}

/** One QR step with shift on rows and columns low … high, by Givens rotations from the left, then
 * from the right. */
function qrStep(
  t: ComplexMatrix,
  u: ComplexMatrix,
  n: number,
  low: number,
  high: number,
  exceptional: boolean,
): void {
  const shift = exceptional ? [Math.abs(t.re[high * n + high - 1]), 0] : wilkinsonShift(t, n, high);
  for (let i = low; i <= high; i++) {
    t.re[i * n + i] -= shift[0];
    t.im[i * n + i] -= shift[1];
  }
  // Rotation k acts on rows k, k + 1 as [[c, s], [−s̄, c̄]] with complex c and s.
  const count = high - low;
  const c: ComplexMatrix = { re: new Float64Array(count), im: new Float64Array(count) };
  const s: ComplexMatrix = { re: new Float64Array(count), im: new Float64Array(count) };
  for (let k = low; k < high; k++) {
    const p = k * n + k;
    const size = Math.hypot(t.re[p], t.im[p], t.re[p + n], t.im[p + n]);
    const q = k - low;
    c.re[q] = size === 0 ? 1 : t.re[p] / size;
    c.im[q] = size === 0 ? 0 : -t.im[p] / size;
    s.re[q] = size === 0 ? 0 : t.re[p + n] / size;
    s.im[q] = size === 0 ? 0 : -t.im[p + n] / size;
    for (let j = k; j < n; j++) rotate(t, k * n + j, (k + 1) * n + j, c, s, q, 1);
  }
  for (let k = low; k < high; k++) {
    const q = k - low;
    const last = Math.min(k + 2, high + 1);
    for (let i = 0; i < last; i++) rotate(t, i * n + k, i * n + k + 1, c, s, q, -1);
    for (let i = 0; i < n; i++) rotate(u, i * n + k, i * n + k + 1, c, s, q, -1);
  }
  for (let i = low; i <= high; i++) {
    t.re[i * n + i] += shift[0];
    t.im[i * n + i] += shift[1];
  }
}

/** (x, y) ← (c·x + s·y, −s̄·x + c̄·y) for sign 1; for sign −1 the same with c and s conjugated,
 * which is G's effect from the right as Gᴴ. */
function rotate(
  m: ComplexMatrix,
  p: number,
  q: number,
  c: ComplexMatrix,
  s: ComplexMatrix,
  k: number,
  sign: 1 | -1,
): void {
  const cr = c.re[k];
  const ci = sign * c.im[k];
  const sr = s.re[k];
  const si = sign * s.im[k];
  const xr = m.re[p];
  const xi = m.im[p];
  const yr = m.re[q];
  const yi = m.im[q];
  m.re[p] = cr * xr - ci * xi + sr * yr - si * yi;
  m.im[p] = cr * xi + ci * xr + sr * yi + si * yr;
  m.re[q] = -sr * xr - si * xi + cr * yr + ci * yi;
  m.im[q] = -sr * xi + si * xr + cr * yi - ci * yr;
}

/** The eigenvalue of the last 2 × 2 block that is nearer to its last entry. */
function wilkinsonShift({ re, im }: ComplexMatrix, n: number, high: number): [number, number] {
  const d = high * n + high;
  const a = d - n - 1;
  const halfRe = (re[a] - re[d]) / 2;
  const halfIm = (im[a] - im[d]) / 2;
  const bcRe = re[a + 1] * re[d - 1] - im[a + 1] * im[d - 1];
  const bcIm = re[a + 1] * im[d - 1] + im[a + 1] * re[d - 1];
  const [rootRe, rootIm] = squareRoot(
    halfRe * halfRe - halfIm * halfIm + bcRe,
    2 * halfRe * halfIm + bcIm,
  );
  const sign = halfRe * rootRe + halfIm * rootIm < 0 ? -1 : 1;
  const bottomRe = halfRe + sign * rootRe;
  const bottomIm = halfIm + sign * rootIm;
  const size = bottomRe * bottomRe + bottomIm * bottomIm;
  if (size === 0) return [re[d], im[d]];
  // d − b·c / (half ± root)
  return [
    re[d] - (bcRe * bottomRe + bcIm * bottomIm) / size,
    im[d] - (bcIm * bottomRe - bcRe * bottomIm) / size,
  ];
}

function squareRoot(re: number, im: number): [number, number] {
  const size = Math.hypot(re, im);
  const real = Math.sqrt((size + Math.abs(re)) / 2);
  if (real === 0) return [0, 0];
  const other = im / (2 * real);
  return re >= 0 ? [real, other] : [Math.abs(other), im < 0 ? -real : real];
}
