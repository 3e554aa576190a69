// What LAPACK needs beside BLAS: machine constants, block sizes, plane rotations and the few run-time functions of
// f2c. dlartg, dlassq and dnrm2 are Fortran 90 in LAPACK 3.11, so they are written here from their definitions.
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "blas.h"

typedef int logical;

static const double smallest_normal = 0x1p-1022;
static const double largest_reciprocal = 0x1p+1022;

logical lsame_(const char *a, const char *b, text_length la, text_length lb) { return (*a | 32) == (*b | 32); }

// A wrong argument to LAPACK is a fault of this engine: stop at once.
int xerbla_(const char *routine, const integer *argument, text_length l) { __builtin_trap(); }

logical disnan_(const double *value) { return *value != *value; }

double dlamch_(const char *what, text_length l) {
  switch (*what | 32) {
    case 'e': return 0x1p-53;
    case 'p': return 0x1p-52;
    case 's': return smallest_normal;
    case 'u': return smallest_normal;
    case 'o': return 0x1.fffffffffffffp+1023;
    case 'b': return 2;
    case 'n': return 53;
    case 'r': return 1;
    case 'm': return -1021;
    default: return 1024;  // 'l', the largest exponent
  }
}

// Forces a sum to memory, for code that studies rounding.
double dlamc3_(const double *a, const double *b) {
  volatile double sum = *a + *b;
  return sum;
}

double droundup_lwork__(const integer *size) { return *size; }

static int has_name(const char *routine, const char *name) {
  for (; *name; routine++, name++) {
    if ((*routine & ~32) != *name) return 0;
  }
  return 1;
}

static int block_size(const char *routine) {
  if (has_name(routine, "GETRF") || has_name(routine, "POTRF")) return 64;
  if (has_name(routine, "ORM")) return 64;
  return 32;  // GEQRF, GELQF, ORG.., SYTRD, GEBRD
}

static int crossover(const char *routine) {
  if (has_name(routine, "SYTRD")) return 32;
  if (has_name(routine, "GEQRF") || has_name(routine, "GELQF")) return 128;
  if (has_name(routine, "GEBRD") || has_name(routine, "ORG")) return 128;
  return 0;
}

// Sizes measured with these kernels; `routine` is the name without its leading D.
integer ilaenv_(const integer *question, const char *name, const char *options, const integer *n1, const integer *n2,
                const integer *n3, const integer *n4, text_length l1, text_length l2) {
  switch (*question) {
    case 1: return block_size(name + 1);
    case 2: return 2;
    case 3: return crossover(name + 1);
    case 9: return 25;  // divide and conquer stops at problems of this size
    default: return 1;  // 10 and 11: infinities and NaN behave as IEEE 754 says
  }
}

// The rotation [c s; −s c] · [f; g] = [r; 0], scaled so that nothing overflows on the way.
int dlartg_(const double *f, const double *g, double *c, double *s, double *r) {
  const double f_size = fabs(*f);
  const double g_size = fabs(*g);
  const double low = 0x1p-511;   // √smallest_normal
  const double high = 0x1p+510;  // below √(largest / 2)
  if (*g == 0) {
    *r = *f;
    *c = 1;
    *s = 0;
  } else if (*f == 0) {
    *c = 0;
    *s = copysign(1, *g);
    *r = g_size;
  } else {
    const int safe = f_size > low && f_size < high && g_size > low && g_size < high;
    const double unit = safe ? 1 : fmin(largest_reciprocal, fmax(smallest_normal, fmax(f_size, g_size)));
    const double fs = *f / unit;
    const double gs = *g / unit;
    const double length = sqrt(fs * fs + gs * gs);
    *c = fabs(fs) / length;
    const double signed_length = copysign(length, *f);
    *s = gs / signed_length;
    *r = signed_length * unit;
  }
  return 0;
}

// Updates scale² · sum by the squares of x without overflow.
int dlassq_(const integer *n, const double *x, const integer *incx, double *scale, double *sum) {
  const double *start = *incx < 0 ? x - (ptrdiff_t)(*n - 1) * *incx : x;
  for (int i = 0; i < *n; i++) {
    const double size = fabs(start[(ptrdiff_t)i * *incx]);
    if (size == 0) continue;
    if (*scale < size || size != size) {
      const double ratio = *scale / size;
      *sum = 1 + *sum * ratio * ratio;
      *scale = size;
    } else {
      const double ratio = size / *scale;
      *sum += ratio * ratio;
    }
  }
  return 0;
}

// f2c's run time.

double d_sign(const double *size, const double *sign) { return copysign(fabs(*size), *sign); }

double pow_dd(const double *base, const double *exponent) { return pow(*base, *exponent); }

double pow_di(const double *base, const integer *exponent) {
  double power = 1;
  double factor = *exponent < 0 ? 1 / *base : *base;
  for (unsigned left = abs(*exponent); left; left >>= 1, factor *= factor) {
    if (left & 1) power *= factor;
  }
  return power;
}

integer pow_ii(const integer *base, const integer *exponent) {
  integer power = 1;
  for (int i = 0; i < *exponent; i++) power *= *base;
  return power;
}

// Joins texts and fills up with blanks.
int s_cat(char *to, char *parts[], integer lengths[], integer *count, text_length size) {
  text_length used = 0;
  for (int i = 0; i < *count; i++) {
    const text_length take = lengths[i] < size - used ? lengths[i] : size - used;
    memcpy(to + used, parts[i], take);
    used += take;
  }
  memset(to + used, ' ', size - used);
  return 0;
}
