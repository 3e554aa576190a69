#include "pairwise.h"

#include <math.h>
#include <stddef.h>

#include "exponential.h"
#include "gemm.h"
#include "heap.h"
#include "threads.h"
#include "vector.h"

void mirror_lower(int n, double *a);

// ‖x − y‖² = ‖x‖² + ‖y‖² − 2·x·y loses as many digits as the distance is smaller than the norms. Entries below this
// share of ‖x‖² + ‖y‖² are therefore added up again from the differences themselves. With u = 2⁻⁵³ and d features the
// others carry a relative error of at most (2·d + 8)·u / cancellation_share, and those computed again (d + 2)·u.
static const double cancellation_share = 1e-3;

static void finish_distances(const pairwise *pairs, int i) {
  double *row = pairs->out + (size_t)i * pairs->m;
  const int columns = columns_in_row(pairs, i);
  const double x_square = pairs->x_squares[i];
  const double *y_squares = pairs->y_squares;
  const pair share = pair_of(cancellation_share);
  int j = 0;
  for (; j + 1 < columns; j += 2) {
    const pair squares = wasm_f64x2_add(pair_of(x_square), pair_load(y_squares + j));
    const pair distance = wasm_f64x2_sub(squares, wasm_f64x2_mul(pair_of(2), pair_load(row + j)));
    pair_store(row + j, distance);
    // Written so that what is not a number is computed again as well.
    const pair kept = wasm_f64x2_gt(distance, wasm_f64x2_mul(share, squares));
    if (wasm_i64x2_all_true(kept)) continue;
    if (!wasm_i64x2_extract_lane(kept, 0)) row[j] = pairs->difference(pairs, SUM_OF_SQUARES, i, j);
    if (!wasm_i64x2_extract_lane(kept, 1)) row[j + 1] = pairs->difference(pairs, SUM_OF_SQUARES, i, j + 1);
  }
  if (j < columns) {
    const double squares = x_square + y_squares[j];
    const double distance = squares - 2 * row[j];
    row[j] = distance > cancellation_share * squares ? distance : pairs->difference(pairs, SUM_OF_SQUARES, i, j);
  }
}

static void exponential_row(int columns, double factor, double *row) {
  int j = 0;
  for (; j + 1 < columns; j += 2) {
    pair_store(row + j, pair_exp(wasm_f64x2_mul(pair_of(factor), pair_load(row + j))));
  }
  if (j < columns) row[j] = wasm_f64x2_extract_lane(pair_exp(pair_of(factor * row[j])), 0);
}

static double whole_power(double base, int exponent) {
  double power = 1;
  for (int left = exponent; left; left >>= 1, base *= base) {
    if (left & 1) power *= base;
  }
  return power;
}

static void polynomial_row(const measure *of, int columns, double *row) {
  const int whole = of->degree >= 0 && of->degree <= 64 && of->degree == floor(of->degree);
  for (int j = 0; j < columns; j++) {
    const double base = of->gamma * row[j] + of->constant;
    row[j] = whole ? whole_power(base, (int)of->degree) : pow(base, of->degree);
  }
}

static void finish_row(const pairwise *pairs, int i) {
  double *row = pairs->out + (size_t)i * pairs->m;
  const int columns = columns_in_row(pairs, i);
  const measure *of = &pairs->of;
  if (needs_distances(of->type)) finish_distances(pairs, i);
  if (of->type == RBF) exponential_row(columns, -of->gamma, row);
  if (of->type == POLYNOMIAL) polynomial_row(of, columns, row);
  if (of->type == SIGMOID) {
    for (int j = 0; j < columns; j++) row[j] = tanh(of->gamma * row[j] + of->constant);
  }
  if (of->type == COSINE) {
    for (int j = 0; j < columns; j++) {
      const double lengths = sqrt(pairs->x_squares[i]) * sqrt(pairs->y_squares[j]);
      row[j] = lengths > 0 ? row[j] / lengths : 0;
    }
  }
}

// Rows are dealt out in turn: in a symmetric matrix the later ones are longer.
static void finish_share(int thread, int threads, void *argument) {
  const pairwise *pairs = argument;
  for (int i = thread; i < pairs->n; i += threads) finish_row(pairs, i);
}

static void difference_share(int thread, int threads, void *argument) {
  const pairwise *pairs = argument;
  const difference kind = pairs->of.type == LAPLACIAN ? SUM_OF_ABSOLUTES : SUM_OF_CHI2;
  for (int i = thread; i < pairs->n; i += threads) {
    double *row = pairs->out + (size_t)i * pairs->m;
    const int columns = columns_in_row(pairs, i);
    for (int j = 0; j < columns; j++) row[j] = pairs->difference(pairs, kind, i, j);
    exponential_row(columns, -pairs->of.gamma, row);
  }
}

void finish_products(pairwise *pairs) {
  run_in_parallel(finish_share, pairs);
  if (pairs->symmetric) mirror_lower(pairs->n, pairs->out);
}

void fill_differences(pairwise *pairs) {
  run_in_parallel(difference_share, pairs);
  if (pairs->symmetric) mirror_lower(pairs->n, pairs->out);
}

typedef struct {
  const double *x;
  const double *y;
  int features;
} dense_samples;

static inline pair pair_difference(difference kind, pair x, pair y) {
  const pair gap = wasm_f64x2_sub(x, y);
  if (kind == SUM_OF_SQUARES) return wasm_f64x2_mul(gap, gap);
  if (kind == SUM_OF_ABSOLUTES) return wasm_f64x2_abs(gap);
  const pair total = wasm_f64x2_add(x, y);
  const pair term = wasm_f64x2_div(wasm_f64x2_mul(gap, gap), total);
  return wasm_v128_and(term, wasm_f64x2_ne(total, pair_zero()));  // 0 / 0 counts as 0
}

static inline __attribute__((always_inline)) double add_up(difference kind, int features, const double *x,
                                                           const double *y) {
  pair even = pair_zero();
  pair odd = pair_zero();
  int k = 0;
  for (; k + 3 < features; k += 4) {
    even = wasm_f64x2_add(even, pair_difference(kind, pair_load(x + k), pair_load(y + k)));
    odd = wasm_f64x2_add(odd, pair_difference(kind, pair_load(x + k + 2), pair_load(y + k + 2)));
  }
  double sum = pair_sum(even) + pair_sum(odd);
  for (; k < features; k++) {
    sum += wasm_f64x2_extract_lane(pair_difference(kind, pair_of(x[k]), pair_of(y[k])), 0);
  }
  return sum;
}

static double dense_difference(const pairwise *pairs, difference kind, int i, int j) {
  const dense_samples *samples = pairs->x;
  const double *x = samples->x + (size_t)i * samples->features;
  const double *y = samples->y + (size_t)j * samples->features;
  switch (kind) {
    case SUM_OF_SQUARES: return add_up(SUM_OF_SQUARES, samples->features, x, y);
    case SUM_OF_ABSOLUTES: return add_up(SUM_OF_ABSOLUTES, samples->features, x, y);
    default: return add_up(SUM_OF_CHI2, samples->features, x, y);
  }
}

static void add_rows(int rows, int features, const double *from, double *sum) {
  for (int i = 0; i < rows; i++) axpy(features, 1, from + (size_t)i * features, sum);
}

static double *centred_copy(int rows, int features, const double *from, const double *mean) {
  double *copy = heap_doubles((uint64_t)rows * features);
  for (int i = 0; copy && i < rows; i++) {
    const size_t start = (size_t)i * features;
    for (int k = 0; k < features; k++) copy[start + k] = from[start + k] - mean[k];
  }
  return copy;
}

static double *squares_of(int rows, int features, const double *from) {
  double *squares = heap_doubles(rows);
  for (int i = 0; squares && i < rows; i++) {
    const double *row = from + (size_t)i * features;
    squares[i] = dot(features, row, row);
  }
  return squares;
}

// Moves the origin to the mean of all samples; the norms that distances are measured against become as small as they
// can. False when memory runs out.
static int centre(pairwise *pairs, int features, const double **x, const double **y) {
  double *mean = heap_doubles(features);
  if (!mean) return 0;
  for (int k = 0; k < features; k++) mean[k] = 0;
  add_rows(pairs->n, features, *x, mean);
  if (!pairs->symmetric) add_rows(pairs->m, features, *y, mean);
  const double samples = pairs->symmetric ? pairs->n : (double)pairs->n + pairs->m;
  for (int k = 0; k < features; k++) mean[k] /= samples;
  *x = centred_copy(pairs->n, features, *x, mean);
  *y = pairs->symmetric ? *x : centred_copy(pairs->m, features, *y, mean);
  return *x && *y;
}

static int measure_products(pairwise *pairs, int features, const double *x, const double *y) {
  if (needs_distances(pairs->of.type) && !centre(pairs, features, &x, &y)) return OUT_OF_MEMORY;
  pairs->x_squares = squares_of(pairs->n, features, x);
  pairs->y_squares = pairs->symmetric ? pairs->x_squares : squares_of(pairs->m, features, y);
  if (!pairs->x_squares || !pairs->y_squares) return OUT_OF_MEMORY;
  // Column-major, the result is y · xᵀ, and its upper triangle the lower one of the row-major result.
  const matrix_view left = view_of(y, features, 1);
  const matrix_view right = view_of(x, features, 0);
  if (pairs->symmetric) gemm_add_triangle(UPPER, pairs->n, features, 1, left, right, pairs->out, pairs->n);
  else gemm_add(pairs->m, pairs->n, features, 1, left, right, pairs->out, pairs->m);
  finish_products(pairs);
  return 0;
}

// out [n, m] from row-major x [n, features] and y [m, features]; the same address for both means the same samples.
// `out` is zero on entry. Answers 0 or OUT_OF_MEMORY.
EXPORT("measureDense") int measure_dense(int type, double gamma, double degree, double constant, int n, int m,
                                         int features, const double *x, const double *y, double *out) {
  const heap_mark mark = heap_top();
  const dense_samples samples = {x, y, features};
  pairwise pairs = {
      .of = {type, gamma, degree, constant}, .n = n, .m = m, .symmetric = x == y, .x = &samples, .y = &samples,
      .out = out, .difference = dense_difference,
  };
  int status = 0;
  if (needs_products(pairs.of.type)) status = measure_products(&pairs, features, x, y);
  else fill_differences(&pairs);
  heap_release(mark);
  return status;
}
