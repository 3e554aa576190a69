// Matrix times vector, and the vector kernels beneath it.
#pragma once
#include <stddef.h>

#include "gemm.h"

// y += alpha · a · x for any view and any steps.
void gemv_add(int m, int n, double alpha, matrix_view a, const double *x, ptrdiff_t x_step, double *y,
              ptrdiff_t y_step);

// y += factor · x, both contiguous.
void axpy(int n, double factor, const double *x, double *y);
double dot(int n, const double *x, const double *y);
