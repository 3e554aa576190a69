import { denseMatrix, TransferError, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { checkFinite, checkSquare, notConverged } from './internal/checks.js';
import { complexSchur, type ComplexMatrix } from './internal/complex-schur.js';

/** Solves A·X + X·B = C for symmetric A [m, m] and B [n, n].
 *
 * With A = U·diag(α)·Uᵀ and B = V·diag(β)·Vᵀ, X = U·Y·Vᵀ where Yᵢⱼ = (Uᵀ·C·V)ᵢⱼ / (αᵢ + βⱼ).
 * Errors: `NUMERICAL` when some αᵢ + βⱼ vanishes, `SHAPE_MISMATCH`.
 */
export function solveSymmetricSylvester(
  linalg: LinearAlgebra,
  a: DenseMatrix,
  b: DenseMatrix,
  c: DenseMatrix,
): DenseMatrix {
  const who = 'solveSymmetricSylvester';
  checkShapes(a, b, c, who);
  const left = linalg.eigenSymmetric(a);
  const right = linalg.eigenSymmetric(b);
  const y = linalg.multiply(linalg.multiply(left.vectors, c, { transposeA: true }), right.vectors);
  const { columns } = y;
  const size = spread(left.values) + spread(right.values);
  for (let i = 0; i < y.rows; i++) {
    for (let j = 0; j < columns; j++) {
      const sum = left.values[i] + right.values[j];
      if (!(Math.abs(sum) > vanishing(a, b, size))) throw singular(sum, who);
      y.data[i * columns + j] /= sum;
    }
  }
  return linalg.multiply(linalg.multiply(left.vectors, y), right.vectors, { transposeB: true });
}

/** Solves A·X + X·B = C for any square A [m, m] and B [n, n] (bartels1972): with complex Schur
 * forms A = U·S·Uᴴ and B = V·T·Vᴴ the columns of Y = Uᴴ·X·V follow one by one from triangular
 * systems.
 *
 * In plain TypeScript, O(m³ + n³). Errors: `NUMERICAL` when an eigenvalue of A is minus one of B,
 * `SHAPE_MISMATCH`.
 */
export function solveSylvester(a: DenseMatrix, b: DenseMatrix, c: DenseMatrix): DenseMatrix {
  const who = 'solveSylvester';
  checkShapes(a, b, c, who);
  for (const matrix of [a, b, c]) checkFinite(matrix, who);
  const [m, n] = [a.rows, b.rows];
  const left = complexSchur(a.data, m);
  const right = complexSchur(b.data, n);
  if (!left || !right) throw notConverged(100, who);
  const given: ComplexMatrix = { re: c.data, im: new Float64Array(m * n) };
  const rotated = product(adjoint(left.u, m), product(given, right.u, m, n, n), m, m, n);
  const y = solveTriangular(
    left.t,
    right.t,
    rotated,
    m,
    n,
    vanishing(a, b, size(a) + size(b)),
    who,
  );
  const x = product(left.u, product(y, adjoint(right.u, n), m, n, n), m, m, n);
  return denseMatrix(m, n, x.re);
}

/** Solves S·Y + Y·T = D for upper triangular S and T, column by column, each from its last row
 * up. */
function solveTriangular(
  s: ComplexMatrix,
  t: ComplexMatrix,
  d: ComplexMatrix,
  m: number,
  n: number,
  smallest: number,
  who: string,
): ComplexMatrix {
  const y: ComplexMatrix = { re: d.re.slice(), im: d.im.slice() };
  for (let j = 0; j < n; j++) {
    for (let i = m - 1; i >= 0; i--) {
      let re = y.re[i * n + j];
      let im = y.im[i * n + j];
      for (let k = 0; k < j; k++) {
        const p = i * n + k;
        const q = k * n + j;
        re -= y.re[p] * t.re[q] - y.im[p] * t.im[q];
        im -= y.re[p] * t.im[q] + y.im[p] * t.re[q];
      }
      for (let k = i + 1; k < m; k++) {
        const p = i * m + k;
        const q = k * n + j;
        re -= s.re[p] * y.re[q] - s.im[p] * y.im[q];
        im -= s.re[p] * y.im[q] + s.im[p] * y.re[q];
      }
      const sumRe = s.re[i * m + i] + t.re[j * n + j];
      const sumIm = s.im[i * m + i] + t.im[j * n + j];
      const modulus = Math.hypot(sumRe, sumIm);
      if (!(modulus > smallest)) throw singular(modulus, who);
      y.re[i * n + j] = (re * (sumRe / modulus) + im * (sumIm / modulus)) / modulus;
      y.im[i * n + j] = (im * (sumRe / modulus) - re * (sumIm / modulus)) / modulus;
    }
  }
  return y;
}

function product(
  a: ComplexMatrix,
  b: ComplexMatrix,
  rows: number,
  inner: number,
  columns: number,
): ComplexMatrix {
  const re = new Float64Array(rows * columns);
  const im = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const ar = a.re[i * inner + k];
      const ai = a.im[i * inner + k];
      for (let j = 0; j < columns; j++) {
        const br = b.re[k * columns + j];
        const bi = b.im[k * columns + j];
        re[i * columns + j] += ar * br - ai * bi;
        im[i * columns + j] += ar * bi + ai * br;
      }
    }
  }
  return { re, im };
}

function adjoint(a: ComplexMatrix, n: number): ComplexMatrix {
  const re = new Float64Array(n * n);
  const im = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      re[i * n + j] = a.re[j * n + i];
      im[i * n + j] = -a.im[j * n + i];
    }
  }
  return { re, im };
}

function checkShapes(a: DenseMatrix, b: DenseMatrix, c: DenseMatrix, who: string): void {
  checkSquare(a, who, 'a');
  checkSquare(b, who, 'b');
  if (c.rows === a.rows && c.columns === b.rows) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"c" must be ${a.rows} × ${b.rows} to match "a" and "b"; received ${c.rows} × ${c.columns}.`,
    details: { argument: 'c', expected: [a.rows, b.rows], received: [c.rows, c.columns] },
  });
}

/** What rounding leaves of a sum of two eigenvalues that cancel. */
function vanishing(a: DenseMatrix, b: DenseMatrix, size: number): number {
  return Math.max(a.rows, b.rows) * Number.EPSILON * size;
}

function spread(values: Float64Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Largest row sum of magnitudes, a bound on every eigenvalue. */
function size(a: DenseMatrix): number {
  let largest = 0;
  for (let i = 0; i < a.rows; i++) {
    let sum = 0;
    for (let j = 0; j < a.columns; j++) sum += Math.abs(a.data[i * a.columns + j]);
    largest = Math.max(largest, sum);
  }
  return largest;
}

function singular(sum: number, who: string): TransferError {
  return new TransferError({
    code: 'NUMERICAL',
    who,
    message: `an eigenvalue of "a" and one of "b" add up to ${sum}, so there is no unique solution. Shift one of the matrices.`,
    details: { operation: 'sylvester', sum },
  });
}
