// Products with a symmetric matrix of which one triangle is stored.
#include "blas.h"
#include "gemm.h"
#include "heap.h"
#include "simd.h"
#include "threads.h"
#include "vector.h"

// Below this the threads cost more than they gain.
static const int parallel_size = 300;

// Columns [first, last) of the stored lower triangle: each entry below the diagonal counts for its own row and, mirrored,
// for its column. Four columns at a time.
static void add_lower_columns(int n, double alpha, const double *a, ptrdiff_t lda, const double *x, double *y,
                              int first, int last) {
  int j = first;
  for (; j + 3 < last; j += 4) {
    const double *a0 = a + j * lda;
    const double *a1 = a0 + lda;
    const double *a2 = a1 + lda;
    const double *a3 = a2 + lda;
    const double x0 = alpha * x[j];
    const double x1 = alpha * x[j + 1];
    const double x2 = alpha * x[j + 2];
    const double x3 = alpha * x[j + 3];
    double t0 = a0[j] * x[j] + a0[j + 1] * x[j + 1] + a0[j + 2] * x[j + 2] + a0[j + 3] * x[j + 3];
    double t1 = a0[j + 1] * x[j] + a1[j + 1] * x[j + 1] + a1[j + 2] * x[j + 2] + a1[j + 3] * x[j + 3];
    double t2 = a0[j + 2] * x[j] + a1[j + 2] * x[j + 1] + a2[j + 2] * x[j + 2] + a2[j + 3] * x[j + 3];
    double t3 = a0[j + 3] * x[j] + a1[j + 3] * x[j + 1] + a2[j + 3] * x[j + 2] + a3[j + 3] * x[j + 3];
    pair s0 = pair_zero();
    pair s1 = pair_zero();
    pair s2 = pair_zero();
    pair s3 = pair_zero();
    int i = j + 4;
    for (; i + 1 < n; i += 2) {
      const pair v = pair_load(x + i);
      pair sum = pair_load(y + i);
      pair entry = pair_load(a0 + i);
      sum = multiply_add(entry, pair_of(x0), sum);
      s0 = multiply_add(entry, v, s0);
      entry = pair_load(a1 + i);
      sum = multiply_add(entry, pair_of(x1), sum);
      s1 = multiply_add(entry, v, s1);
      entry = pair_load(a2 + i);
      sum = multiply_add(entry, pair_of(x2), sum);
      s2 = multiply_add(entry, v, s2);
      entry = pair_load(a3 + i);
      sum = multiply_add(entry, pair_of(x3), sum);
      s3 = multiply_add(entry, v, s3);
      pair_store(y + i, sum);
    }
    t0 += pair_sum(s0);
    t1 += pair_sum(s1);
    t2 += pair_sum(s2);
    t3 += pair_sum(s3);
    if (i < n) {
      y[i] += a0[i] * x0 + a1[i] * x1 + a2[i] * x2 + a3[i] * x3;
      t0 += a0[i] * x[i];
      t1 += a1[i] * x[i];
      t2 += a2[i] * x[i];
      t3 += a3[i] * x[i];
    }
    y[j] += alpha * t0;
    y[j + 1] += alpha * t1;
    y[j + 2] += alpha * t2;
    y[j + 3] += alpha * t3;
  }
  for (; j < last; j++) {
    const double *column = a + j * lda;
    const int below = n - j - 1;
    y[j] += alpha * (column[j] * x[j] + dot(below, column + j + 1, x + j + 1));
    axpy(below, alpha * x[j], column + j + 1, y + j + 1);
  }
}

static void add_upper(int n, double alpha, const double *a, ptrdiff_t lda, const double *x, double *y) {
  for (int j = 0; j < n; j++) {
    const double *column = a + j * lda;
    axpy(j, alpha * x[j], column, y);
    y[j] += alpha * (column[j] * x[j] + dot(j, column, x));
  }
}

typedef struct {
  int n;
  double alpha;
  const double *a;
  int lda;
  const double *x;
  double *y;         // of the first thread
  double *partial;   // of each other thread, n entries apart
} symmetric_product;

static double *result_of(const symmetric_product *job, int thread) {
  return thread == 0 ? job->y : job->partial + (ptrdiff_t)(thread - 1) * job->n;
}

static void add_lower_share(int thread, int threads, void *argument) {
  const symmetric_product *job = argument;
  const int first = triangle_share_start(job->n, thread, threads, 4, 1);
  const int last = triangle_share_start(job->n, thread + 1, threads, 4, 1);
  double *y = result_of(job, thread);
  if (thread > 0) {
    for (int i = first; i < job->n; i++) y[i] = 0;
  }
  add_lower_columns(job->n, job->alpha, job->a, job->lda, job->x, y, first, last);
}

static void add_lower(int n, double alpha, const double *a, int lda, const double *x, double *y) {
  const int threads = thread_count();
  const heap_mark mark = heap_top();
  double *partial = threads > 1 && n >= parallel_size ? heap_doubles((uint64_t)n * (threads - 1)) : 0;
  symmetric_product job = {n, alpha, a, lda, x, y, partial};
  if (partial) {
    run_in_parallel(add_lower_share, &job);
    for (int t = 1; t < threads; t++) {
      const int first = triangle_share_start(n, t, threads, 4, 1);
      axpy(n - first, 1, result_of(&job, t) + first, y + first);
    }
  } else {
    add_lower_share(0, 1, &job);
  }
  heap_release(mark);
}

static void add_scattered(int upper, int n, double alpha, const double *a, ptrdiff_t lda, const double *x,
                          ptrdiff_t x_step, double *y, ptrdiff_t y_step) {
  for (int j = 0; j < n; j++) {
    for (int i = 0; i < n; i++) {
      const int stored = upper ? i <= j : i >= j;
      y[i * y_step] += alpha * (stored ? a[i + j * lda] : a[j + i * lda]) * x[j * x_step];
    }
  }
}

int dsymv_(const char *uplo, const integer *n, const double *alpha, const double *a, const integer *lda,
           const double *x, const integer *incx, const double *beta, double *y, const integer *incy, text_length l) {
  const ptrdiff_t x_step = *incx;
  const ptrdiff_t y_step = *incy;
  if (x_step < 0) x -= (*n - 1) * x_step;
  if (y_step < 0) y -= (*n - 1) * y_step;
  for (int i = 0; i < *n; i++) y[i * y_step] = *beta == 0 ? 0 : *beta * y[i * y_step];
  if (*alpha == 0) return 0;
  if (x_step != 1 || y_step != 1) add_scattered(is_upper(uplo), *n, *alpha, a, *lda, x, x_step, y, y_step);
  else if (is_upper(uplo)) add_upper(*n, *alpha, a, *lda, x, y);
  else add_lower(*n, *alpha, a, *lda, x, y);
  return 0;
}

int dsyrk_(const char *uplo, const char *trans, const integer *n, const integer *k, const double *alpha,
           const double *a, const integer *lda, const double *beta, double *c, const integer *ldc, text_length l1,
           text_length l2) {
  const triangle part = is_upper(uplo) ? UPPER : LOWER;
  const matrix_view view = view_of(a, *lda, is_transposed(trans));
  scale_triangle(part, *n, *beta, c, *ldc);
  gemm_add_triangle(part, *n, *k, *alpha, view, view_transposed(view), c, *ldc);
  return 0;
}

int dsyr2k_(const char *uplo, const char *trans, const integer *n, const integer *k, const double *alpha,
            const double *a, const integer *lda, const double *b, const integer *ldb, const double *beta, double *c,
            const integer *ldc, text_length l1, text_length l2) {
  const triangle part = is_upper(uplo) ? UPPER : LOWER;
  const matrix_view first = view_of(a, *lda, is_transposed(trans));
  const matrix_view second = view_of(b, *ldb, is_transposed(trans));
  scale_triangle(part, *n, *beta, c, *ldc);
  gemm_add_triangle(part, *n, *k, *alpha, first, view_transposed(second), c, *ldc);
  gemm_add_triangle(part, *n, *k, *alpha, second, view_transposed(first), c, *ldc);
  return 0;
}

// Adds alpha · s · b, or alpha · b · s, with a symmetric s [size, size]: its blocks below the diagonal serve twice.
static void add_symmetric_product(int left, triangle part, int size, int other, double alpha, const double *s,
                                  int lds, const double *b, int ldb, double *c, int ldc) {
  enum { BLOCK = 64 };
  double square[BLOCK * BLOCK];
  for (int q = 0; q < size; q += BLOCK) {
    const int width = smaller(BLOCK, size - q);
    for (int p = q; p < size; p += BLOCK) {
      const int height = smaller(BLOCK, size - p);
      matrix_view block;  // rows p …, columns q … of s
      if (p > q) {
        block = part == LOWER ? view_of(s + p + (ptrdiff_t)q * lds, lds, 0)
                              : view_of(s + q + (ptrdiff_t)p * lds, lds, 1);
      } else {
        for (int j = 0; j < width; j++) {
          for (int i = 0; i < width; i++) {
            const int stored = part == LOWER ? i >= j : i <= j;
            square[i + j * BLOCK] = stored ? s[q + i + (ptrdiff_t)(q + j) * lds] : s[q + j + (ptrdiff_t)(q + i) * lds];
          }
        }
        block = view_of(square, BLOCK, 0);
      }
      if (left) {
        gemm_add(height, other, width, alpha, block, view_of(b + q, ldb, 0), c + p, ldc);
        if (p > q) gemm_add(width, other, height, alpha, view_transposed(block), view_of(b + p, ldb, 0), c + q, ldc);
      } else {
        const matrix_view bp = view_of(b + (ptrdiff_t)p * ldb, ldb, 0);
        const matrix_view bq = view_of(b + (ptrdiff_t)q * ldb, ldb, 0);
        gemm_add(other, width, height, alpha, bp, block, c + (ptrdiff_t)q * ldc, ldc);
        if (p > q) gemm_add(other, height, width, alpha, bq, view_transposed(block), c + (ptrdiff_t)p * ldc, ldc);
      }
    }
  }
}

int dsymm_(const char *side, const char *uplo, const integer *m, const integer *n, const double *alpha,
           const double *a, const integer *lda, const double *b, const integer *ldb, const double *beta, double *c,
           const integer *ldc, text_length l1, text_length l2) {
  const triangle part = is_upper(uplo) ? UPPER : LOWER;
  scale_matrix(*m, *n, *beta, c, *ldc);
  if (is_left(side)) add_symmetric_product(1, part, *m, *n, *alpha, a, *lda, b, *ldb, c, *ldc);
  else add_symmetric_product(0, part, *n, *m, *alpha, a, *lda, b, *ldb, c, *ldc);
  return 0;
}
