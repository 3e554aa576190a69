// Each operation halves the triangle until it is small; what lies between the halves is a matrix product, and nearly
// all the work.
#include "triangular.h"

#include "simd.h"
#include "vector.h"

enum {
  SOLVE_DIRECTLY = 16,
  MULTIPLY_DIRECTLY = 32,
  COPIED_ROWS = 256,  // rows of b copied at a time while it is multiplied in place
};

static double entry(matrix_view view, int i, int j) { return view.data[i * view.row_step + j * view.column_step]; }

static int half_of(int size, int multiple) {
  const int half = (size / 2 + multiple - 1) / multiple * multiple;
  return half < size ? half : size / 2;
}

static triangular second_half(triangular a, int half) {
  a.view = view_from(a.view, half, half);
  return a;
}

// The rectangle between the two halves: below them in a lower triangle, right of them in an upper one.
static matrix_view between(triangular a, int half) {
  return a.part == LOWER ? view_from(a.view, half, 0) : view_from(a.view, 0, half);
}

static void solve_one(triangular a, int size, double *b) {
  const int forward = a.part == LOWER;
  for (int step = 0; step < size; step++) {
    const int k = forward ? step : size - 1 - step;
    const int first = forward ? k + 1 : 0;
    const int count = forward ? size - 1 - k : k;
    if (a.view.row_step == 1) {
      if (!a.unit) b[k] /= entry(a.view, k, k);
      axpy(count, -b[k], a.view.data + first + k * a.view.column_step, b + first);
    } else {
      const int before = forward ? 0 : k + 1;
      b[k] -= dot(size - 1 - count, a.view.data + before + k * a.view.row_step, b + before);
      if (!a.unit) b[k] /= entry(a.view, k, k);
    }
  }
}

void solve_left(triangular a, int m, int n, double *b, int ldb) {
  if (m <= SOLVE_DIRECTLY) {
    for (int j = 0; j < n; j++) solve_one(a, m, b + (ptrdiff_t)j * ldb);
    return;
  }
  const int half = half_of(m, SOLVE_DIRECTLY);
  const int rest = m - half;
  const matrix_view rectangle = between(a, half);
  double *lower = b + half;
  if (a.part == LOWER) {
    solve_left(a, half, n, b, ldb);
    gemm_add(rest, n, half, -1, rectangle, view_of(b, ldb, 0), lower, ldb);
    solve_left(second_half(a, half), rest, n, lower, ldb);
  } else {
    solve_left(second_half(a, half), rest, n, lower, ldb);
    gemm_add(half, n, rest, -1, rectangle, view_of(lower, ldb, 0), b, ldb);
    solve_left(a, half, n, b, ldb);
  }
}

static void solve_right_directly(triangular a, int m, int size, double *b, int ldb) {
  const int forward = a.part == UPPER;
  for (int step = 0; step < size; step++) {
    const int j = forward ? step : size - 1 - step;
    double *column = b + (ptrdiff_t)j * ldb;
    const int from = forward ? 0 : j + 1;
    const int to = forward ? j : size;
    for (int k = from; k < to; k++) axpy(m, -entry(a.view, k, j), b + (ptrdiff_t)k * ldb, column);
    if (a.unit) continue;
    const double pivot = entry(a.view, j, j);
    for (int i = 0; i < m; i++) column[i] /= pivot;
  }
}

void solve_right(triangular a, int m, int n, double *b, int ldb) {
  if (n <= SOLVE_DIRECTLY) {
    solve_right_directly(a, m, n, b, ldb);
    return;
  }
  const int half = half_of(n, SOLVE_DIRECTLY);
  const int rest = n - half;
  const matrix_view rectangle = between(a, half);
  double *right = b + (ptrdiff_t)half * ldb;
  if (a.part == UPPER) {
    solve_right(a, m, half, b, ldb);
    gemm_add(m, rest, half, -1, view_of(b, ldb, 0), rectangle, right, ldb);
    solve_right(second_half(a, half), m, rest, right, ldb);
  } else {
    solve_right(second_half(a, half), m, rest, right, ldb);
    gemm_add(m, half, rest, -1, view_of(right, ldb, 0), rectangle, b, ldb);
    solve_right(a, m, half, b, ldb);
  }
}

// The triangle with its zeros and ones written out, column after column.
static matrix_view filled(triangular a, int size, double *out) {
  for (int j = 0; j < size; j++) {
    for (int i = 0; i < size; i++) {
      const int inside = a.part == LOWER ? i > j : i < j;
      out[i + j * size] = inside ? entry(a.view, i, j) : 0;
    }
    out[j + j * size] = a.unit ? 1 : entry(a.view, j, j);
  }
  return view_of(out, size, 0);
}

static void move_out(int m, int n, double *b, int ldb, double *copy) {
  for (int j = 0; j < n; j++) {
    double *column = b + (ptrdiff_t)j * ldb;
    for (int i = 0; i < m; i++) {
      copy[i + j * m] = column[i];
      column[i] = 0;
    }
  }
}

static void multiply_left_directly(triangular a, int size, int n, double alpha, double *b, int ldb) {
  double square[MULTIPLY_DIRECTLY * MULTIPLY_DIRECTLY];
  double copy[MULTIPLY_DIRECTLY * COPIED_ROWS];
  const matrix_view matrix = filled(a, size, square);
  for (int first = 0; first < n; first += COPIED_ROWS) {
    const int count = smaller(COPIED_ROWS, n - first);
    double *columns = b + (ptrdiff_t)first * ldb;
    move_out(size, count, columns, ldb, copy);
    gemm_add(size, count, size, alpha, matrix, view_of(copy, size, 0), columns, ldb);
  }
}

void multiply_left(triangular a, int m, int n, double alpha, double *b, int ldb) {
  if (m <= MULTIPLY_DIRECTLY) {
    multiply_left_directly(a, m, n, alpha, b, ldb);
    return;
  }
  const int half = half_of(m, 4);
  const int rest = m - half;
  const matrix_view rectangle = between(a, half);
  double *lower = b + half;
  if (a.part == UPPER) {
    multiply_left(a, half, n, alpha, b, ldb);
    gemm_add(half, n, rest, alpha, rectangle, view_of(lower, ldb, 0), b, ldb);
    multiply_left(second_half(a, half), rest, n, alpha, lower, ldb);
  } else {
    multiply_left(second_half(a, half), rest, n, alpha, lower, ldb);
    gemm_add(rest, n, half, alpha, rectangle, view_of(b, ldb, 0), lower, ldb);
    multiply_left(a, half, n, alpha, b, ldb);
  }
}

static void multiply_right_directly(triangular a, int m, int size, double alpha, double *b, int ldb) {
  double square[MULTIPLY_DIRECTLY * MULTIPLY_DIRECTLY];
  double copy[MULTIPLY_DIRECTLY * COPIED_ROWS];
  const matrix_view matrix = filled(a, size, square);
  for (int first = 0; first < m; first += COPIED_ROWS) {
    const int count = smaller(COPIED_ROWS, m - first);
    move_out(count, size, b + first, ldb, copy);
    gemm_add(count, size, size, alpha, view_of(copy, count, 0), matrix, b + first, ldb);
  }
}

void multiply_right(triangular a, int m, int n, double alpha, double *b, int ldb) {
  if (n <= MULTIPLY_DIRECTLY) {
    multiply_right_directly(a, m, n, alpha, b, ldb);
    return;
  }
  const int half = half_of(n, 4);
  const int rest = n - half;
  const matrix_view rectangle = between(a, half);
  double *right = b + (ptrdiff_t)half * ldb;
  if (a.part == UPPER) {
    multiply_right(second_half(a, half), m, rest, alpha, right, ldb);
    gemm_add(m, rest, half, alpha, view_of(b, ldb, 0), rectangle, right, ldb);
    multiply_right(a, m, half, alpha, b, ldb);
  } else {
    multiply_right(a, m, half, alpha, b, ldb);
    gemm_add(m, half, rest, alpha, view_of(right, ldb, 0), rectangle, b, ldb);
    multiply_right(second_half(a, half), m, rest, alpha, right, ldb);
  }
}
