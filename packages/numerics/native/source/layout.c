// Between row after row, as the callers store matrices, and column after column, as LAPACK does. A row-major matrix is
// its own transpose column-major, so most calls need none of this.
#include <math.h>
#include <stddef.h>

#include "simd.h"

enum { BLOCK = 32 };

// to [columns, rows] = from [rows, columns]ᵀ, both row-major.
EXPORT("transpose") void transpose(int rows, int columns, const double *from, double *to) {
  for (int i0 = 0; i0 < rows; i0 += BLOCK) {
    const int i1 = smaller(i0 + BLOCK, rows);
    for (int j0 = 0; j0 < columns; j0 += BLOCK) {
      const int j1 = smaller(j0 + BLOCK, columns);
      for (int i = i0; i < i1; i++) {
        for (int j = j0; j < j1; j++) to[i + (size_t)j * rows] = from[j + (size_t)i * columns];
      }
    }
  }
}

// Makes a square row-major matrix symmetric from its lower triangle.
EXPORT("mirrorLower") void mirror_lower(int n, double *a) {
  for (int i0 = 0; i0 < n; i0 += BLOCK) {
    const int i1 = smaller(i0 + BLOCK, n);
    for (int j0 = 0; j0 <= i0; j0 += BLOCK) {
      for (int i = i0; i < i1; i++) {
        const int j1 = smaller(j0 + BLOCK, i);
        for (int j = j0; j < j1; j++) a[i + (size_t)j * n] = a[j + (size_t)i * n];
      }
    }
  }
}

// Sets what lies strictly above the diagonal of a square row-major matrix to zero.
EXPORT("clearAbove") void clear_above(int n, double *a) {
  for (int i = 0; i < n; i++) {
    for (int j = i + 1; j < n; j++) a[j + (size_t)i * n] = 0;
  }
}

EXPORT("isFinite") int is_finite(double count, const double *values) {
  const size_t n = (size_t)count;
  pair sum = pair_zero();  // of x · 0, which is zero for numbers alone
  size_t i = 0;
  for (; i + 1 < n; i += 2) sum = wasm_f64x2_add(sum, wasm_f64x2_mul(pair_load(values + i), pair_zero()));
  double total = pair_sum(sum);
  if (i < n) total += values[i] * 0;
  return total == 0;
}

// +1 or −1: what makes the first entry of largest magnitude positive.
static double sign_of_largest(int n, const double *vector) {
  double largest = 0;
  double sign = 1;
  for (int i = 0; i < n; i++) {
    const double size = fabs(vector[i]);
    if (size > largest) {
      largest = size;
      sign = vector[i] < 0 ? -1 : 1;
    }
  }
  return sign;
}

// Writes `count` vectors of length n, stored one after the other, as the columns of a row-major matrix [n, count], each
// with its entry of largest magnitude positive; in reverse order when asked. `signs`, where given, gets the factors.
EXPORT("placeVectors") void place_vectors(int n, int count, int reversed, const double *vectors, double *to,
                                          double *signs) {
  for (int j = 0; j < count; j++) {
    const double *vector = vectors + (size_t)(reversed ? count - 1 - j : j) * n;
    const double sign = sign_of_largest(n, vector);
    if (signs) signs[j] = sign;
    for (int i = 0; i < n; i++) to[j + (size_t)i * count] = sign * vector[i];
  }
}

// Keeps the first `count` columns of a row-major matrix [rows, columns], column j times factors[j], in place.
EXPORT("keepColumns") void keep_columns(int rows, int columns, int count, const double *factors, double *a) {
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < count; j++) a[j + (size_t)i * count] = factors[j] * a[j + (size_t)i * columns];
  }
}
