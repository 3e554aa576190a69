// The BLAS routines LAPACK calls, with Fortran's calling convention as f2c writes it: everything by address, column
// after column in memory, the length of each text argument at the end.
#pragma once

typedef int integer;
typedef int text_length;

static inline int is_upper(const char *uplo) { return (*uplo | 32) == 'u'; }
static inline int is_transposed(const char *trans) { return (*trans | 32) != 'n'; }
static inline int is_left(const char *side) { return (*side | 32) == 'l'; }
static inline int is_unit(const char *diag) { return (*diag | 32) == 'u'; }

int dgemm_(const char *transa, const char *transb, const integer *m, const integer *n, const integer *k,
           const double *alpha, const double *a, const integer *lda, const double *b, const integer *ldb,
           const double *beta, double *c, const integer *ldc, text_length, text_length);
int dsyrk_(const char *uplo, const char *trans, const integer *n, const integer *k, const double *alpha,
           const double *a, const integer *lda, const double *beta, double *c, const integer *ldc, text_length,
           text_length);
int dtrsm_(const char *side, const char *uplo, const char *transa, const char *diag, const integer *m,
           const integer *n, const double *alpha, const double *a, const integer *lda, double *b,
           const integer *ldb, text_length, text_length, text_length, text_length);
