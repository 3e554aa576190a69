// A number for every pair of samples: squared distances and kernels.
#pragma once

// The order is known to the TypeScript side.
typedef enum {
  SQUARED_DISTANCE,
  LINEAR,
  RBF,
  LAPLACIAN,
  POLYNOMIAL,
  COSINE,
  CHI2,
  SIGMOID,
} measure_type;

typedef struct {
  measure_type type;
  double gamma;
  double degree;
  double constant;
} measure;

// How a measure of two samples is added up over their features.
typedef enum { SUM_OF_SQUARES, SUM_OF_ABSOLUTES, SUM_OF_CHI2 } difference;

typedef struct pairwise {
  measure of;
  int n;
  int m;
  int symmetric;  // y is x: only the lower triangle is computed, and mirrored
  const void *x;
  const void *y;
  const double *x_squares;  // ‖xᵢ‖², of centred data where distances are wanted
  const double *y_squares;
  double *out;  // row-major [n, m]; holds x·y before finish_products
  // The difference of sample i and sample j, added up feature by feature.
  double (*difference)(const struct pairwise *pairs, difference kind, int i, int j);
} pairwise;

static inline int needs_products(measure_type type) { return type != LAPLACIAN && type != CHI2; }
static inline int needs_distances(measure_type type) { return type == SQUARED_DISTANCE || type == RBF; }
static inline int columns_in_row(const pairwise *pairs, int i) { return pairs->symmetric ? i + 1 : pairs->m; }

// Turns the products in `out` (of centred data where distances are wanted) into the measure, row by row.
void finish_products(pairwise *pairs);
// Fills `out` for a measure that is not made of products.
void fill_differences(pairwise *pairs);
