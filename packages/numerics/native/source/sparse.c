// Compressed sparse rows times dense, and measures between sparse samples. Nothing sparse is made dense but one row.
#include <math.h>
#include <stddef.h>

#include "heap.h"
#include "pairwise.h"
#include "simd.h"
#include "vector.h"

typedef struct {
  const int *starts;
  const int *columns;
  const double *values;
} sparse_rows;

// out [rows, n] += a [rows, ·] · b [·, n]; out is zero on entry, b and out are row-major.
EXPORT("sparseMultiply") void sparse_multiply(int rows, int n, const int *starts, const int *columns,
                                              const double *values, const double *b, double *out) {
  for (int i = 0; i < rows; i++) {
    for (int p = starts[i]; p < starts[i + 1]; p++) {
      axpy(n, values[p], b + (size_t)columns[p] * n, out + (size_t)i * n);
    }
  }
}

// out [·, n] += aᵀ · b [rows, n].
EXPORT("sparseTransposedMultiply") void sparse_transposed_multiply(int rows, int n, const int *starts,
                                                                   const int *columns, const double *values,
                                                                   const double *b, double *out) {
  for (int i = 0; i < rows; i++) {
    for (int p = starts[i]; p < starts[i + 1]; p++) {
      axpy(n, values[p], b + (size_t)i * n, out + (size_t)columns[p] * n);
    }
  }
}

void mirror_lower(int n, double *a);

// out [n, n] = aᵀ · a: each row adds the products of its own entries to the lower triangle.
EXPORT("sparseCrossProduct") void sparse_cross_product(int rows, int n, const int *starts, const int *columns,
                                                       const double *values, double *out) {
  for (int i = 0; i < rows; i++) {
    for (int p = starts[i]; p < starts[i + 1]; p++) {
      double *row = out + (size_t)columns[p] * n;
      for (int q = starts[i]; q <= p; q++) row[columns[q]] += values[p] * values[q];
    }
  }
  mirror_lower(n, out);
}

static double term(difference kind, double x, double y) {
  const double gap = x - y;
  if (kind == SUM_OF_SQUARES) return gap * gap;
  if (kind == SUM_OF_ABSOLUTES) return fabs(gap);
  return x + y == 0 ? 0 : gap * gap / (x + y);
}

// Walks both rows at once; columns ascend in each.
static double sparse_difference(const pairwise *pairs, difference kind, int i, int j) {
  const sparse_rows *x = pairs->x;
  const sparse_rows *y = pairs->y;
  int p = x->starts[i];
  int q = y->starts[j];
  const int p_end = x->starts[i + 1];
  const int q_end = y->starts[j + 1];
  double sum = 0;
  while (p < p_end && q < q_end) {
    const int p_column = x->columns[p];
    const int q_column = y->columns[q];
    const double x_value = p_column <= q_column ? x->values[p++] : 0;
    const double y_value = q_column <= p_column ? y->values[q++] : 0;
    sum += term(kind, x_value, y_value);
  }
  for (; p < p_end; p++) sum += term(kind, x->values[p], 0);
  for (; q < q_end; q++) sum += term(kind, 0, y->values[q]);
  return sum;
}

static double *sparse_squares(int rows, const sparse_rows *from) {
  double *squares = heap_doubles(rows);
  for (int i = 0; squares && i < rows; i++) {
    squares[i] = 0;
    for (int p = from->starts[i]; p < from->starts[i + 1]; p++) squares[i] += from->values[p] * from->values[p];
  }
  return squares;
}

// One row of x is spread out at a time, so that each product is a walk along a row of y.
static void sparse_products(const pairwise *pairs, double *spread) {
  const sparse_rows *x = pairs->x;
  const sparse_rows *y = pairs->y;
  for (int i = 0; i < pairs->n; i++) {
    for (int p = x->starts[i]; p < x->starts[i + 1]; p++) spread[x->columns[p]] = x->values[p];
    const int columns = columns_in_row(pairs, i);
    for (int j = 0; j < columns; j++) {
      double sum = 0;
      for (int q = y->starts[j]; q < y->starts[j + 1]; q++) sum += y->values[q] * spread[y->columns[q]];
      pairs->out[(size_t)i * pairs->m + j] = sum;
    }
    for (int p = x->starts[i]; p < x->starts[i + 1]; p++) spread[x->columns[p]] = 0;
  }
}

// The same as measureDense for sparse samples. They are not centred, which would fill them: a distance that is small
// beside the norms is added up from the differences instead.
EXPORT("measureSparse") int measure_sparse(int type, double gamma, double degree, double constant, int n, int m,
                                           int features, const int *x_starts, const int *x_columns,
                                           const double *x_values, const int *y_starts, const int *y_columns,
                                           const double *y_values, double *out) {
  const heap_mark mark = heap_top();
  const sparse_rows x = {x_starts, x_columns, x_values};
  const sparse_rows y = {y_starts, y_columns, y_values};
  pairwise pairs = {
      .of = {type, gamma, degree, constant}, .n = n, .m = m, .symmetric = x_starts == y_starts, .x = &x, .y = &y,
      .out = out, .difference = sparse_difference,
  };
  int status = 0;
  if (needs_products(pairs.of.type)) {
    double *spread = heap_doubles(features);
    pairs.x_squares = sparse_squares(n, &x);
    pairs.y_squares = sparse_squares(m, &y);
    if (spread && pairs.x_squares && pairs.y_squares) {
      for (int k = 0; k < features; k++) spread[k] = 0;
      sparse_products(&pairs, spread);
      finish_products(&pairs);
    } else {
      status = OUT_OF_MEMORY;
    }
  } else {
    fill_differences(&pairs);
  }
  heap_release(mark);
  return status;
}
