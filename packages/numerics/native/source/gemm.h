// The matrix product everything else is built from. Matrices are stored column after column; a view reads one as it
// is or transposed, so that no product ever needs a transposed copy.
#pragma once
#include <stddef.h>

// Entry (i, j) is data[i · row_step + j · column_step].
typedef struct {
  const double *data;
  ptrdiff_t row_step;
  ptrdiff_t column_step;
} matrix_view;

static inline matrix_view view_of(const double *data, int leading, int transposed) {
  return transposed ? (matrix_view){data, leading, 1} : (matrix_view){data, 1, leading};
}

static inline matrix_view view_from(matrix_view view, ptrdiff_t row, ptrdiff_t column) {
  view.data += row * view.row_step + column * view.column_step;
  return view;
}

static inline matrix_view view_transposed(matrix_view view) {
  return (matrix_view){view.data, view.column_step, view.row_step};
}

typedef enum { LOWER, UPPER } triangle;

// Memory for packing, one set per thread. False when there is not enough.
int gemm_prepare(int threads);

// c [m, n] += alpha · a [m, k] · b [k, n]
void gemm_add(int m, int n, int k, double alpha, matrix_view a, matrix_view b, double *c, int ldc);

// The same for one triangle of a square c [n, n], its diagonal included; the other triangle is neither read nor written.
void gemm_add_triangle(triangle part, int n, int k, double alpha, matrix_view a, matrix_view b, double *c, int ldc);

// c [m, n] *= beta; a beta of zero also clears what is not a number.
void scale_matrix(int m, int n, double beta, double *c, int ldc);
void scale_triangle(triangle part, int n, double beta, double *c, int ldc);
