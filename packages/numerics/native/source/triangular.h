// Solving with, and multiplying by, a triangular matrix in place.
#pragma once
#include "gemm.h"

// A triangular a as it acts: `view` is already transposed where the caller asked for aᵀ, and `part` says which triangle
// of the view is filled.
typedef struct {
  matrix_view view;
  triangle part;
  int unit;  // ones on the diagonal, which is then not read
} triangular;

static inline triangular triangular_of(const double *data, int leading, triangle stored, int transposed, int unit) {
  const triangle acting = transposed ? (stored == LOWER ? UPPER : LOWER) : stored;
  return (triangular){view_of(data, leading, transposed), acting, unit};
}

void solve_left(triangular a, int m, int n, double *b, int ldb);   // b [m, n] ← a⁻¹ · b
void solve_right(triangular a, int m, int n, double *b, int ldb);  // b [m, n] ← b · a⁻¹
void multiply_left(triangular a, int m, int n, double alpha, double *b, int ldb);   // b ← alpha · a · b
void multiply_right(triangular a, int m, int n, double alpha, double *b, int ldb);  // b ← alpha · b · a
