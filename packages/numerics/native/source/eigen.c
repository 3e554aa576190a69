// Symmetric eigenproblems. Matrices are symmetric in full, so row-major and column-major are the same thing.
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "blas.h"
#include "heap.h"
#include "simd.h"
#include "triangular.h"

int dsyevd_(const char *, const char *, const integer *, double *, const integer *, double *, double *,
            const integer *, integer *, const integer *, integer *, text_length, text_length);
int dsytrd_(const char *, const integer *, double *, const integer *, double *, double *, double *, double *,
            const integer *, integer *, text_length);
int dstebz_(const char *, const char *, const integer *, const double *, const double *, const integer *,
            const integer *, const double *, const double *, const double *, integer *, integer *, double *, integer *,
            integer *, double *, integer *, integer *, text_length, text_length);
int dstein_(const integer *, const double *, const double *, const integer *, const double *, const integer *,
            const integer *, double *, const integer *, double *, integer *, integer *, integer *);
int dormtr_(const char *, const char *, const char *, const integer *, const integer *, double *, const integer *,
            const double *, double *, const integer *, double *, const integer *, integer *, text_length, text_length,
            text_length);
int dsygst_(const integer *, const char *, const integer *, double *, const integer *, const double *, const integer *,
            integer *, text_length);

// What eigen_range answers when its vectors are not to be trusted; the caller then computes all pairs.
enum { USE_ALL_PAIRS = -2 };

// All pairs by divide and conquer: a [n, n] becomes the vectors, one after the other; values ascend.
EXPORT("eigenAll") int eigen_all(int n, double *a, double *values) {
  const heap_mark mark = heap_top();
  const integer query = -1;
  double wanted = 0;
  integer wanted_ints = 0;
  integer info = 0;
  dsyevd_("V", "L", &n, a, &n, values, &wanted, &query, &wanted_ints, &query, &info, 1, 1);
  const integer work_size = (integer)wanted;
  double *work = heap_doubles(work_size);
  integer *iwork = heap_ints(wanted_ints);
  const int ready = work && iwork;
  if (ready) dsyevd_("V", "L", &n, a, &n, values, work, &work_size, iwork, &wanted_ints, &info, 1, 1);
  heap_release(mark);
  return ready ? info : OUT_OF_MEMORY;
}

typedef struct {
  double *diagonal, *beside, *tau, *work, *values;
  integer *block, *split, *iwork, *failed;
  integer work_size;
} range_workspace;

static int allocate_range(int n, range_workspace *w) {
  w->work_size = 64 * n + 4160;
  w->diagonal = heap_doubles(n);
  w->beside = heap_doubles(n);
  w->tau = heap_doubles(n);
  w->values = heap_doubles(n);
  w->work = heap_doubles(w->work_size);
  w->block = heap_ints(n);
  w->split = heap_ints(n);
  w->iwork = heap_ints(3 * (uint64_t)n);
  w->failed = heap_ints(n);
  return w->diagonal && w->beside && w->tau && w->values && w->work && w->block && w->split && w->iwork && w->failed;
}

// Bisection squares the entries; dsyevd scales a matrix before it does.
static int is_moderate(int n, const double *a) {
  for (size_t i = 0; i < (size_t)n * n; i++) {
    const double size = fabs(a[i]);
    if (size > 0x1p+400 || (size > 0 && size < 0x1p-400)) return 0;
  }
  return 1;
}

// Sorts the pairs by value; dstein needs them grouped by the blocks the tridiagonal matrix falls apart into.
static void sort_pairs(int n, int count, double *values, double *vectors) {
  for (int i = 0; i < count; i++) {
    int least = i;
    for (int j = i + 1; j < count; j++) {
      if (values[j] < values[least]) least = j;
    }
    if (least == i) continue;
    const double value = values[i];
    values[i] = values[least];
    values[least] = value;
    for (int k = 0; k < n; k++) {
      double *x = vectors + (ptrdiff_t)i * n + k;
      double *y = vectors + (ptrdiff_t)least * n + k;
      const double kept = *x;
      *x = *y;
      *y = kept;
    }
  }
}

static int find_range(int n, int first, int last, double *a, double *values, double *vectors, range_workspace *w) {
  const double none = 0;
  integer info = 0;
  integer found = 0;
  integer blocks = 0;
  const integer count = last - first + 1;
  if (!is_moderate(n, a)) return USE_ALL_PAIRS;
  dsytrd_("L", &n, a, &n, w->diagonal, w->beside, w->tau, w->work, &w->work_size, &info, 1);
  dstebz_("I", "B", &n, &none, &none, &first, &last, &none, w->diagonal, w->beside, &found, &blocks, w->values, w->block,
          w->split, w->work, w->iwork, &info, 1, 1);
  if (info != 0 || found != count) return USE_ALL_PAIRS;
  dstein_(&n, w->diagonal, w->beside, &found, w->values, w->block, w->split, vectors, &n, w->work, w->iwork, w->failed,
          &info);
  if (info != 0) return USE_ALL_PAIRS;
  dormtr_("L", "L", "N", &n, &count, a, &n, w->tau, vectors, &n, w->work, &w->work_size, &info, 1, 1, 1);
  memcpy(values, w->values, sizeof(double) * count);
  sort_pairs(n, count, values, vectors);
  return info;
}

// Pairs first … last in ascending order, counted from one, by bisection and inverse iteration. a is destroyed.
EXPORT("eigenRange") int eigen_range(int n, int first, int last, double *a, double *values, double *vectors) {
  const heap_mark mark = heap_top();
  range_workspace workspace;
  const int info = allocate_range(n, &workspace) ? find_range(n, first, last, a, values, vectors, &workspace)
                                                 : OUT_OF_MEMORY;
  heap_release(mark);
  return info;
}

// Row-major a [n, n], symmetric in full, becomes L⁻¹ · a · L⁻ᵀ in its lower triangle, for row-major L [n, n].
EXPORT("reduceGeneralized") void reduce_generalized(int n, double *a, const double *l) {
  const integer type = 1;
  integer info = 0;
  dsygst_(&type, "U", &n, a, &n, l, &n, &info, 1);
}

// Solves Lᵀ · x = v for `count` vectors, stored one after the other, in place, for row-major L [n, n].
EXPORT("solveVectors") void solve_vectors(int n, int count, const double *l, double *vectors) {
  solve_left(triangular_of(l, n, UPPER, 0, 0), n, count, vectors, n);
}
