// Column means and weighted covariance in one pass over the rows.
#include <stddef.h>

#include "gemm.h"
#include "heap.h"
#include "simd.h"
#include "vector.h"

void mirror_lower(int n, double *a);

enum { ROWS_AT_A_TIME = 256 };

// Stands in for the mean until that is known: near enough to cost no digits. Without weights the mean of the first rows
// is; with weights, which may rest on a few rows far from all others, only the weighted mean itself.
static void guess_mean(int rows, int features, const double *x, const double *weights, double *guess) {
  const int count = weights ? rows : smaller(ROWS_AT_A_TIME, rows);
  double total = 0;
  for (int i = 0; i < count; i++) total += weights ? weights[i] : 1;
  for (int k = 0; k < features; k++) guess[k] = 0;
  for (int i = 0; i < count; i++) {
    axpy(features, (weights ? weights[i] : 1) / total, x + (size_t)i * features, guess);
  }
}

// Sums over the samples, weights wᵢ (null: all one):
//   mean = Σ wᵢ·xᵢ / Σ wᵢ
//   out  = Σ wᵢ·(xᵢ − mean)·(xᵢ − mean)ᵀ, zero on entry
// Everything is summed relative to a guess of the mean, and what the guess was off by is taken out at the end. Answers
// the sum of the weights, or OUT_OF_MEMORY.
EXPORT("scatter") double scatter(int rows, int features, const double *x, const double *weights, double *mean,
                                 double *out) {
  const heap_mark mark = heap_top();
  double *guess = heap_doubles(features);
  double *block = heap_doubles((uint64_t)ROWS_AT_A_TIME * features);
  double *weighted = weights ? heap_doubles((uint64_t)ROWS_AT_A_TIME * features) : block;
  if (!guess || !block || !weighted) {
    heap_release(mark);
    return OUT_OF_MEMORY;
  }
  guess_mean(rows, features, x, weights, guess);
  double total = 0;
  for (int k = 0; k < features; k++) mean[k] = 0;
  for (int first = 0; first < rows; first += ROWS_AT_A_TIME) {
    const int count = smaller(ROWS_AT_A_TIME, rows - first);
    for (int i = 0; i < count; i++) {
      const double weight = weights ? weights[first + i] : 1;
      const double *row = x + (size_t)(first + i) * features;
      double *shifted = block + (size_t)i * features;
      double *scaled = weighted + (size_t)i * features;
      for (int k = 0; k < features; k++) shifted[k] = row[k] - guess[k];
      axpy(features, weight, shifted, mean);
      total += weight;
      if (weights) {
        for (int k = 0; k < features; k++) scaled[k] = weight * shifted[k];
      }
    }
    gemm_add_triangle(UPPER, features, count, 1, view_of(weighted, features, 0), view_of(block, features, 1), out,
                      features);
  }
  for (int i = 0; i < features; i++) {
    for (int j = 0; j <= i; j++) out[j + (size_t)i * features] -= mean[i] * mean[j] / total;
  }
  for (int k = 0; k < features; k++) mean[k] = guess[k] + mean[k] / total;
  mirror_lower(features, out);
  heap_release(mark);
  return total;
}
