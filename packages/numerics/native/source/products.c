// Products as the TypeScript side calls them, and the BLAS routines under test by name. Everything here is column-major;
// the TypeScript side swaps the operands of row-major ones.
#include <stddef.h>

#include "blas.h"
#include "gemm.h"
#include "simd.h"
#include "threads.h"
#include "triangular.h"
#include "vector.h"

void mirror_lower(int n, double *a);

int dsyr2k_(const char *, const char *, const integer *, const integer *, const double *, const double *,
            const integer *, const double *, const integer *, const double *, double *, const integer *, text_length,
            text_length);
int dsymm_(const char *, const char *, const integer *, const integer *, const double *, const double *,
           const integer *, const double *, const integer *, const double *, double *, const integer *, text_length,
           text_length);
int dsymv_(const char *, const integer *, const double *, const double *, const integer *, const double *,
           const integer *, const double *, double *, const integer *, text_length);
int dgemv_(const char *, const integer *, const integer *, const double *, const double *, const integer *,
           const double *, const integer *, const double *, double *, const integer *, text_length);
int dtrmm_(const char *, const char *, const char *, const char *, const integer *, const integer *, const double *,
           const double *, const integer *, double *, const integer *, text_length, text_length, text_length,
           text_length);
int dger_(const integer *, const integer *, const double *, const double *, const integer *, const double *,
          const integer *, double *, const integer *);

// Called once, before anything else. False when there is not even memory to pack into.
EXPORT("prepare") int prepare(int threads) { return gemm_prepare(threads); }

// Row-major c [n, n] = aᵀ · a for row-major a [rows, n]; c is zero on entry.
EXPORT("crossProduct") void cross_product(int rows, int n, const double *a, double *c) {
  gemm_add_triangle(UPPER, n, rows, 1, view_of(a, n, 0), view_of(a, n, 1), c, n);
  mirror_lower(n, c);
}

EXPORT("gemm") void gemm(int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double *a, int lda,
                         const double *b, int ldb, double beta, double *c, int ldc) {
  dgemm_(transpose_a ? "T" : "N", transpose_b ? "T" : "N", &m, &n, &k, &alpha, a, &lda, b, &ldb, &beta, c, &ldc, 1, 1);
}

EXPORT("syrk") void syrk(int upper, int transpose, int n, int k, double alpha, const double *a, int lda, double beta,
                         double *c, int ldc) {
  dsyrk_(upper ? "U" : "L", transpose ? "T" : "N", &n, &k, &alpha, a, &lda, &beta, c, &ldc, 1, 1);
}

EXPORT("syr2k") void syr2k(int upper, int transpose, int n, int k, double alpha, const double *a, int lda,
                           const double *b, int ldb, double beta, double *c, int ldc) {
  dsyr2k_(upper ? "U" : "L", transpose ? "T" : "N", &n, &k, &alpha, a, &lda, b, &ldb, &beta, c, &ldc, 1, 1);
}

EXPORT("symm") void symm(int left, int upper, int m, int n, double alpha, const double *a, int lda, const double *b,
                         int ldb, double beta, double *c, int ldc) {
  dsymm_(left ? "L" : "R", upper ? "U" : "L", &m, &n, &alpha, a, &lda, b, &ldb, &beta, c, &ldc, 1, 1);
}

EXPORT("trsm") void trsm(int left, int upper, int transpose, int unit, int m, int n, double alpha, const double *a,
                         int lda, double *b, int ldb) {
  dtrsm_(left ? "L" : "R", upper ? "U" : "L", transpose ? "T" : "N", unit ? "U" : "N", &m, &n, &alpha, a, &lda, b, &ldb,
         1, 1, 1, 1);
}

EXPORT("trmm") void trmm(int left, int upper, int transpose, int unit, int m, int n, double alpha, const double *a,
                         int lda, double *b, int ldb) {
  dtrmm_(left ? "L" : "R", upper ? "U" : "L", transpose ? "T" : "N", unit ? "U" : "N", &m, &n, &alpha, a, &lda, b, &ldb,
         1, 1, 1, 1);
}

EXPORT("gemv") void gemv(int transpose, int m, int n, double alpha, const double *a, int lda, const double *x,
                         int x_step, double beta, double *y, int y_step) {
  dgemv_(transpose ? "T" : "N", &m, &n, &alpha, a, &lda, x, &x_step, &beta, y, &y_step, 1);
}

EXPORT("symv") void symv(int upper, int n, double alpha, const double *a, int lda, const double *x, int x_step,
                         double beta, double *y, int y_step) {
  dsymv_(upper ? "U" : "L", &n, &alpha, a, &lda, x, &x_step, &beta, y, &y_step, 1);
}

EXPORT("ger") void ger(int m, int n, double alpha, const double *x, int x_step, const double *y, int y_step, double *a,
                       int lda) {
  dger_(&m, &n, &alpha, x, &x_step, y, &y_step, a, &lda);
}
