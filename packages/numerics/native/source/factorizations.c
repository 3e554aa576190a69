// Cholesky, LU, QR and singular values, as the TypeScript side calls them. Each answers 0, LAPACK's positive `info`,
// or OUT_OF_MEMORY.
#include <math.h>
#include <stddef.h>

#include "blas.h"
#include "heap.h"
#include "simd.h"
#include "triangular.h"

int dpotrf_(const char *, const integer *, double *, const integer *, integer *, text_length);
int dgetrf_(const integer *, const integer *, double *, const integer *, integer *, integer *);
int dgeqrf_(const integer *, const integer *, double *, const integer *, double *, double *, const integer *, integer *);
int dorgqr_(const integer *, const integer *, const integer *, double *, const integer *, const double *, double *,
            const integer *, integer *);
int dgesdd_(const char *, const integer *, const integer *, double *, const integer *, double *, double *,
            const integer *, double *, const integer *, double *, const integer *, integer *, integer *, text_length);

// Row-major a [n, n], of which the lower triangle is read, becomes L in place; above the diagonal stays what was there.
EXPORT("choleskyFactor") int cholesky_factor(int n, double *a) {
  integer info = 0;
  if (n == 0) return 0;
  dpotrf_("U", &n, a, &n, &info, 1);
  return info;
}

// Solves L · x = b, or Lᵀ · x = b, in place for row-major L [n, n] and b [n, columns].
EXPORT("solveLower") void solve_lower(int n, int columns, int transposed, const double *l, double *b) {
  // One right-hand side is a contiguous column either way round; many are the rows of xᵀ · Lᵀ = bᵀ.
  if (columns == 1) solve_left(triangular_of(l, n, UPPER, !transposed, 0), n, 1, b, n);
  else solve_right(triangular_of(l, n, UPPER, transposed, 0), columns, n, b, columns);
}

static void swap_columns(int rows, double *a, int first, int second) {
  double *x = a + (ptrdiff_t)first * rows;
  double *y = a + (ptrdiff_t)second * rows;
  for (int i = 0; i < rows; i++) {
    const double kept = x[i];
    x[i] = y[i];
    y[i] = kept;
  }
}

static double largest_in(int n, const double *values) {
  double largest = 0;
  for (int i = 0; i < n; i++) largest = fmax(largest, fabs(values[i]));
  return largest;
}

// The first pivot, counted from one, that is zero up to rounding beside its column of a; 0 when there is none.
static int find_vanishing_pivot(int n, const double *lu, const double *largest_in_column) {
  for (int k = 0; k < n; k++) {
    const double pivot = fabs(lu[k + (ptrdiff_t)k * n]);
    if (!(pivot > n * 0x1p-52 * largest_in_column[k] && pivot < INFINITY)) return k + 1;
  }
  return 0;
}

// Solves a · x = b in place for column-major a [n, n], destroyed, and row-major b [n, columns]. Positive: the pivot,
// counted from one, that vanishes; it is then left on the diagonal of a. With a = P·L·U, xᵀ = bᵀ · P · L⁻ᵀ · U⁻ᵀ.
EXPORT("luSolve") int lu_solve(int n, int columns, double *a, double *b) {
  if (n == 0) return 0;
  const heap_mark mark = heap_top();
  integer *pivots = heap_ints(n);
  double *largest = heap_doubles(n);
  integer info = OUT_OF_MEMORY;
  if (pivots && largest) {
    for (int j = 0; j < n; j++) largest[j] = largest_in(n, a + (ptrdiff_t)j * n);
    dgetrf_(&n, &n, a, &n, pivots, &info);
    info = find_vanishing_pivot(n, a, largest);
  }
  if (info == 0) {
    for (int i = 0; i < n; i++) {
      if (pivots[i] - 1 != i) swap_columns(columns, b, i, pivots[i] - 1);
    }
    if (columns == 1) {
      solve_left(triangular_of(a, n, LOWER, 0, 1), n, 1, b, n);
      solve_left(triangular_of(a, n, UPPER, 0, 0), n, 1, b, n);
    } else {
      solve_right(triangular_of(a, n, LOWER, 1, 1), columns, n, b, columns);
      solve_right(triangular_of(a, n, UPPER, 1, 0), columns, n, b, columns);
    }
  }
  heap_release(mark);
  return info;
}

// Column-major a [m, n] with m ≥ n becomes q in place; row-major r [n, n] is written whole. The diagonal of r is made
// non-negative.
EXPORT("qrFactor") int qr_factor(int m, int n, double *a, double *r) {
  const heap_mark mark = heap_top();
  const integer work_size = 64 * larger(n, 1);
  double *tau = heap_doubles(n);
  double *signs = heap_doubles(n);
  double *work = heap_doubles(work_size);
  integer info = OUT_OF_MEMORY;
  if (tau && signs && work) {
    dgeqrf_(&m, &n, a, &m, tau, work, &work_size, &info);
    for (int i = 0; i < n; i++) {
      signs[i] = a[i + (ptrdiff_t)i * m] < 0 ? -1 : 1;
      for (int j = 0; j < n; j++) r[j + (ptrdiff_t)i * n] = j < i ? 0 : signs[i] * a[i + (ptrdiff_t)j * m];
    }
    dorgqr_(&m, &n, &n, a, &m, tau, work, &work_size, &info);
    for (int j = 0; j < n; j++) scale_matrix(m, 1, signs[j], a + (ptrdiff_t)j * m, m);
  }
  heap_release(mark);
  return info;
}

// Thin decomposition of column-major a [m, n], destroyed: u [m, k], s [k] descending and vt [k, n], k = min(m, n).
EXPORT("svdThin") int svd_thin(int m, int n, double *a, double *u, double *s, double *vt) {
  const heap_mark mark = heap_top();
  const integer k = smaller(m, n);
  const integer query = -1;
  integer info = 0;
  double wanted = 0;
  integer *iwork = heap_ints(8 * (uint64_t)k);
  if (!iwork) return OUT_OF_MEMORY;
  dgesdd_("S", &m, &n, a, &m, s, u, &m, vt, &k, &wanted, &query, iwork, &info, 1);
  const integer work_size = (integer)wanted;
  double *work = heap_doubles(work_size);
  if (work) dgesdd_("S", &m, &n, a, &m, s, u, &m, vt, &k, work, &work_size, iwork, &info, 1);
  heap_release(mark);
  return work ? info : OUT_OF_MEMORY;
}
