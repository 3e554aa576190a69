// BLAS as LAPACK calls it, on top of the kernels. Symmetric products are in symmetric.c.
#include "blas.h"

#include <math.h>
#include <string.h>

#include "gemm.h"
#include "simd.h"
#include "triangular.h"
#include "vector.h"

// Where a vector with a negative step begins.
static const double *start_of(const double *x, int n, int step) { return step < 0 ? x - (ptrdiff_t)(n - 1) * step : x; }
static double *start_of_result(double *x, int n, int step) { return step < 0 ? x - (ptrdiff_t)(n - 1) * step : x; }

int dgemm_(const char *transa, const char *transb, const integer *m, const integer *n, const integer *k,
           const double *alpha, const double *a, const integer *lda, const double *b, const integer *ldb,
           const double *beta, double *c, const integer *ldc, text_length l1, text_length l2) {
  scale_matrix(*m, *n, *beta, c, *ldc);
  gemm_add(*m, *n, *k, *alpha, view_of(a, *lda, is_transposed(transa)), view_of(b, *ldb, is_transposed(transb)), c,
           *ldc);
  return 0;
}

int dtrsm_(const char *side, const char *uplo, const char *transa, const char *diag, const integer *m,
           const integer *n, const double *alpha, const double *a, const integer *lda, double *b, const integer *ldb,
           text_length l1, text_length l2, text_length l3, text_length l4) {
  const triangular matrix =
      triangular_of(a, *lda, is_upper(uplo) ? UPPER : LOWER, is_transposed(transa), is_unit(diag));
  scale_matrix(*m, *n, *alpha, b, *ldb);
  if (is_left(side)) solve_left(matrix, *m, *n, b, *ldb);
  else solve_right(matrix, *m, *n, b, *ldb);
  return 0;
}

int dtrmm_(const char *side, const char *uplo, const char *transa, const char *diag, const integer *m,
           const integer *n, const double *alpha, const double *a, const integer *lda, double *b, const integer *ldb,
           text_length l1, text_length l2, text_length l3, text_length l4) {
  const triangular matrix =
      triangular_of(a, *lda, is_upper(uplo) ? UPPER : LOWER, is_transposed(transa), is_unit(diag));
  if (is_left(side)) multiply_left(matrix, *m, *n, *alpha, b, *ldb);
  else multiply_right(matrix, *m, *n, *alpha, b, *ldb);
  return 0;
}

int dgemv_(const char *trans, const integer *m, const integer *n, const double *alpha, const double *a,
           const integer *lda, const double *x, const integer *incx, const double *beta, double *y,
           const integer *incy, text_length l) {
  const int transposed = is_transposed(trans);
  const int rows = transposed ? *n : *m;
  const int columns = transposed ? *m : *n;
  double *result = start_of_result(y, rows, *incy);
  if (*beta != 1) {
    for (int i = 0; i < rows; i++) {
      double *value = result + (ptrdiff_t)i * *incy;
      *value = *beta == 0 ? 0 : *beta * *value;
    }
  }
  gemv_add(rows, columns, *alpha, view_of(a, *lda, transposed), start_of(x, columns, *incx), *incx, result, *incy);
  return 0;
}

int dger_(const integer *m, const integer *n, const double *alpha, const double *x, const integer *incx,
          const double *y, const integer *incy, double *a, const integer *lda) {
  x = start_of(x, *m, *incx);
  y = start_of(y, *n, *incy);
  for (int j = 0; j < *n; j++) {
    const double factor = *alpha * y[(ptrdiff_t)j * *incy];
    double *column = a + (ptrdiff_t)j * *lda;
    if (factor == 0) continue;
    if (*incx == 1) axpy(*m, factor, x, column);
    else for (int i = 0; i < *m; i++) column[i] += factor * x[(ptrdiff_t)i * *incx];
  }
  return 0;
}

double ddot_(const integer *n, const double *x, const integer *incx, const double *y, const integer *incy) {
  if (*incx == 1 && *incy == 1) return dot(*n, x, y);
  x = start_of(x, *n, *incx);
  y = start_of(y, *n, *incy);
  double sum = 0;
  for (int i = 0; i < *n; i++) sum += x[(ptrdiff_t)i * *incx] * y[(ptrdiff_t)i * *incy];
  return sum;
}

int daxpy_(const integer *n, const double *factor, const double *x, const integer *incx, double *y,
           const integer *incy) {
  if (*incx == 1 && *incy == 1) {
    axpy(*n, *factor, x, y);
    return 0;
  }
  x = start_of(x, *n, *incx);
  y = start_of_result(y, *n, *incy);
  for (int i = 0; i < *n; i++) y[(ptrdiff_t)i * *incy] += *factor * x[(ptrdiff_t)i * *incx];
  return 0;
}

int dscal_(const integer *n, const double *factor, double *x, const integer *incx) {
  for (int i = 0; i < *n; i++) x[(ptrdiff_t)i * *incx] *= *factor;
  return 0;
}

int dcopy_(const integer *n, const double *x, const integer *incx, double *y, const integer *incy) {
  x = start_of(x, *n, *incx);
  y = start_of_result(y, *n, *incy);
  for (int i = 0; i < *n; i++) y[(ptrdiff_t)i * *incy] = x[(ptrdiff_t)i * *incx];
  return 0;
}

int dswap_(const integer *n, double *x, const integer *incx, double *y, const integer *incy) {
  x = start_of_result(x, *n, *incx);
  y = start_of_result(y, *n, *incy);
  for (int i = 0; i < *n; i++) {
    const double kept = x[(ptrdiff_t)i * *incx];
    x[(ptrdiff_t)i * *incx] = y[(ptrdiff_t)i * *incy];
    y[(ptrdiff_t)i * *incy] = kept;
  }
  return 0;
}

int drot_(const integer *n, double *x, const integer *incx, double *y, const integer *incy, const double *c,
          const double *s) {
  x = start_of_result(x, *n, *incx);
  y = start_of_result(y, *n, *incy);
  int i = 0;
  if (*incx == 1 && *incy == 1) {
    for (; i + 1 < *n; i += 2) {
      const pair a = pair_load(x + i);
      const pair b = pair_load(y + i);
      pair_store(x + i, wasm_f64x2_add(wasm_f64x2_mul(pair_of(*c), a), wasm_f64x2_mul(pair_of(*s), b)));
      pair_store(y + i, wasm_f64x2_sub(wasm_f64x2_mul(pair_of(*c), b), wasm_f64x2_mul(pair_of(*s), a)));
    }
  }
  for (; i < *n; i++) {
    double *a = x + (ptrdiff_t)i * *incx;
    double *b = y + (ptrdiff_t)i * *incy;
    const double turned = *c * *a + *s * *b;
    *b = *c * *b - *s * *a;
    *a = turned;
  }
  return 0;
}

integer idamax_(const integer *n, const double *x, const integer *incx) {
  int best = 0;
  for (int i = 1; i < *n; i++) {
    if (fabs(x[(ptrdiff_t)i * *incx]) > fabs(x[(ptrdiff_t)best * *incx])) best = i;
  }
  return *n > 0 ? best + 1 : 0;
}

// Squares of what lies between these neither overflow nor lose bits when summed.
static const double smallest_safe = 0x1p-500;
static const double largest_safe = 0x1p+490;

double dnrm2_(const integer *n, const double *x, const integer *incx) {
  double largest = 0;
  for (int i = 0; i < *n; i++) {
    const double size = fabs(x[(ptrdiff_t)i * *incx]);
    if (size > largest || size != size) largest = size;  // not-a-number stays
  }
  if (largest == 0 || !(largest <= 0x1.fffffffffffffp+1023)) return largest;
  if (largest > smallest_safe && largest < largest_safe) return sqrt(ddot_(n, x, incx, x, incx));
  const double scale = largest > 1 ? 0x1p-600 : 0x1p+600;
  double sum = 0;
  for (int i = 0; i < *n; i++) {
    const double scaled = scale * x[(ptrdiff_t)i * *incx];
    sum += scaled * scaled;
  }
  return sqrt(sum) / scale;
}
