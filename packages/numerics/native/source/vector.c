#include "vector.h"

#include "simd.h"

// Where neither side is contiguous, pieces of this many entries are gathered on the stack.
enum { PIECE = 512 };

void axpy(int n, double factor, const double *x, double *y) {
  const pair f = pair_of(factor);
  int i = 0;
  for (; i + 3 < n; i += 4) {
    pair_store(y + i, multiply_add(pair_load(x + i), f, pair_load(y + i)));
    pair_store(y + i + 2, multiply_add(pair_load(x + i + 2), f, pair_load(y + i + 2)));
  }
  for (; i < n; i++) y[i] += factor * x[i];
}

double dot(int n, const double *x, const double *y) {
  pair s0 = pair_zero();
  pair s1 = pair_zero();
  pair s2 = pair_zero();
  pair s3 = pair_zero();
  int i = 0;
  for (; i + 7 < n; i += 8) {
    s0 = multiply_add(pair_load(x + i), pair_load(y + i), s0);
    s1 = multiply_add(pair_load(x + i + 2), pair_load(y + i + 2), s1);
    s2 = multiply_add(pair_load(x + i + 4), pair_load(y + i + 4), s2);
    s3 = multiply_add(pair_load(x + i + 6), pair_load(y + i + 6), s3);
  }
  double sum = pair_sum(wasm_f64x2_add(wasm_f64x2_add(s0, s1), wasm_f64x2_add(s2, s3)));
  for (; i < n; i++) sum += x[i] * y[i];
  return sum;
}

// y += alpha · a · x with a stored column after column and y contiguous: four columns at a time, so that y is read and
// written a quarter as often.
static void add_columns(int m, int n, double alpha, const double *a, ptrdiff_t lda, const double *x,
                        ptrdiff_t x_step, double *y) {
  int j = 0;
  for (; j + 3 < n; j += 4, a += 4 * lda) {
    const double *a0 = a;
    const double *a1 = a + lda;
    const double *a2 = a + 2 * lda;
    const double *a3 = a + 3 * lda;
    const double x0 = alpha * x[j * x_step];
    const double x1 = alpha * x[(j + 1) * x_step];
    const double x2 = alpha * x[(j + 2) * x_step];
    const double x3 = alpha * x[(j + 3) * x_step];
    int i = 0;
    for (; i + 1 < m; i += 2) {
      pair sum = pair_load(y + i);
      sum = multiply_add(pair_load(a0 + i), pair_of(x0), sum);
      sum = multiply_add(pair_load(a1 + i), pair_of(x1), sum);
      sum = multiply_add(pair_load(a2 + i), pair_of(x2), sum);
      sum = multiply_add(pair_load(a3 + i), pair_of(x3), sum);
      pair_store(y + i, sum);
    }
    if (i < m) y[i] = y[i] + a0[i] * x0 + a1[i] * x1 + a2[i] * x2 + a3[i] * x3;
  }
  for (; j < n; j++, a += lda) axpy(m, alpha * x[j * x_step], a, y);
}

// y += alpha · aᵀ · x with x contiguous.
static void add_column_products(int m, int n, double alpha, const double *a, ptrdiff_t lda, const double *x,
                                double *y, ptrdiff_t y_step) {
  int j = 0;
  for (; j + 3 < n; j += 4, a += 4 * lda) {
    const double *a0 = a;
    const double *a1 = a + lda;
    const double *a2 = a + 2 * lda;
    const double *a3 = a + 3 * lda;
    pair s0 = pair_zero();
    pair s1 = pair_zero();
    pair s2 = pair_zero();
    pair s3 = pair_zero();
    int i = 0;
    for (; i + 1 < m; i += 2) {
      const pair v = pair_load(x + i);
      s0 = multiply_add(pair_load(a0 + i), v, s0);
      s1 = multiply_add(pair_load(a1 + i), v, s1);
      s2 = multiply_add(pair_load(a2 + i), v, s2);
      s3 = multiply_add(pair_load(a3 + i), v, s3);
    }
    double t0 = pair_sum(s0);
    double t1 = pair_sum(s1);
    double t2 = pair_sum(s2);
    double t3 = pair_sum(s3);
    if (i < m) {
      t0 += a0[i] * x[i];
      t1 += a1[i] * x[i];
      t2 += a2[i] * x[i];
      t3 += a3[i] * x[i];
    }
    y[j * y_step] += alpha * t0;
    y[(j + 1) * y_step] += alpha * t1;
    y[(j + 2) * y_step] += alpha * t2;
    y[(j + 3) * y_step] += alpha * t3;
  }
  for (; j < n; j++, a += lda) y[j * y_step] += alpha * dot(m, a, x);
}

static void add_to_scattered(int m, int n, double alpha, matrix_view a, const double *x, ptrdiff_t x_step, double *y,
                             ptrdiff_t y_step) {
  double piece[PIECE];
  for (int first = 0; first < m; first += PIECE) {
    const int count = smaller(PIECE, m - first);
    for (int i = 0; i < count; i++) piece[i] = 0;
    add_columns(count, n, alpha, a.data + first, a.column_step, x, x_step, piece);
    for (int i = 0; i < count; i++) y[(first + i) * y_step] += piece[i];
  }
}

static void add_from_scattered(int m, int n, double alpha, matrix_view a, const double *x, ptrdiff_t x_step,
                               double *y, ptrdiff_t y_step) {
  double piece[PIECE];
  for (int first = 0; first < n; first += PIECE) {
    const int count = smaller(PIECE, n - first);
    for (int i = 0; i < count; i++) piece[i] = x[(first + i) * x_step];
    add_column_products(count, m, alpha, a.data + first, a.row_step, piece, y, y_step);
  }
}

void gemv_add(int m, int n, double alpha, matrix_view a, const double *x, ptrdiff_t x_step, double *y,
              ptrdiff_t y_step) {
  if (m <= 0 || n <= 0 || alpha == 0) return;
  if (a.row_step == 1) {
    if (y_step == 1) add_columns(m, n, alpha, a.data, a.column_step, x, x_step, y);
    else add_to_scattered(m, n, alpha, a, x, x_step, y, y_step);
  } else {
    if (x_step == 1) add_column_products(n, m, alpha, a.data, a.row_step, x, y, y_step);
    else add_from_scattered(m, n, alpha, a, x, x_step, y, y_step);
  }
}
