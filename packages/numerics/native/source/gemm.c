// Goto's scheme: panels of both operands are packed so that a 4 × 4 tile of the result streams through contiguous
// memory with its eight accumulators in registers.
#include "gemm.h"

#include "heap.h"
#include "simd.h"
#include "threads.h"
#include "vector.h"

enum {
  TILE = 4,
  BLOCK_ROWS = 128,      // a packed block of a stays in the second-level cache
  BLOCK_DEPTH = 256,     // and one tile's panel of b in the first
  BLOCK_COLUMNS = 1024,
};

// Below these the cost of packing, or of waking the threads, is more than it gains.
static const double unpacked_limit = 2000;
static const double parallel_limit = 2e5;

typedef struct {
  double *a;
  double *b;
} packed;

static packed buffers[MAX_THREADS];

int gemm_prepare(int threads) {
  for (int t = 0; t < threads; t++) {
    if (buffers[t].a) continue;
    buffers[t].a = heap_doubles((uint64_t)(BLOCK_ROWS + TILE) * BLOCK_DEPTH);
    buffers[t].b = heap_doubles((uint64_t)(BLOCK_COLUMNS + TILE) * BLOCK_DEPTH);
    if (!buffers[t].a || !buffers[t].b) return 0;
  }
  return 1;
}

// Copies `count` vectors of length `depth` in groups of four: out holds, group after group, the four entries at depth
// 0, the four at depth 1, … The last group is filled up with zeros.
static void pack(int count, int depth, const double *from, ptrdiff_t step, ptrdiff_t depth_step, double *out) {
  for (int first = 0; first < count; first += TILE, from += TILE * step) {
    const int present = smaller(TILE, count - first);
    int p = 0;
    if (present == TILE && step == 1) {
      for (; p < depth; p++, out += TILE) {
        const double *entry = from + p * depth_step;
        pair_store(out, pair_load(entry));
        pair_store(out + 2, pair_load(entry + 2));
      }
    } else if (present == TILE && depth_step == 1) {
      for (; p + 1 < depth; p += 2, out += 2 * TILE) {
        for (int i = 0; i < TILE; i += 2) {
          const pair even = pair_load(from + i * step + p);
          const pair odd = pair_load(from + (i + 1) * step + p);
          pair_store(out + i, wasm_i64x2_shuffle(even, odd, 0, 2));
          pair_store(out + TILE + i, wasm_i64x2_shuffle(even, odd, 1, 3));
        }
      }
    }
    for (; p < depth; p++, out += TILE) {
      for (int i = 0; i < TILE; i++) out[i] = i < present ? from[i * step + p * depth_step] : 0.0;
    }
  }
}

typedef pair tile[TILE][TILE / 2];

static inline __attribute__((always_inline)) void multiply_tile(int depth, const double *restrict a,
                                                                const double *restrict b, tile sums) {
  UNROLL_FULLY
  for (int j = 0; j < TILE; j++) {
    sums[j][0] = pair_zero();
    sums[j][1] = pair_zero();
  }
  DO_NOT_UNROLL
  for (int p = 0; p < depth; p++, a += TILE, b += TILE) {
    const pair upper = pair_load(a);
    const pair lower = pair_load(a + 2);
    UNROLL_FULLY
    for (int j = 0; j < TILE; j++) {
      const pair factor = wasm_v128_load64_splat(b + j);
      sums[j][0] = multiply_add(upper, factor, sums[j][0]);
      sums[j][1] = multiply_add(lower, factor, sums[j][1]);
    }
  }
}

static inline __attribute__((always_inline)) void add_whole_tile(int depth, const double *a, const double *b,
                                                                 pair alpha, double *c, int ldc) {
  tile sums;
  multiply_tile(depth, a, b, sums);
  UNROLL_FULLY
  for (int j = 0; j < TILE; j++) {
    double *column = c + (ptrdiff_t)j * ldc;
    pair_store(column, wasm_f64x2_add(pair_load(column), wasm_f64x2_mul(alpha, sums[j][0])));
    pair_store(column + 2, wasm_f64x2_add(pair_load(column + 2), wasm_f64x2_mul(alpha, sums[j][1])));
  }
}

// `offset` is (row − column) of the tile's first entry in a triangle; entries (i, j) are kept where
// low ≤ offset + i − j ≤ high.
static __attribute__((noinline)) void add_part_of_tile(int depth, const double *a, const double *b, double alpha,
                                                       double *c, int ldc, int rows, int columns, int offset,
                                                       int low, int high) {
  tile sums;
  multiply_tile(depth, a, b, sums);
  double entries[TILE * TILE];
  UNROLL_FULLY
  for (int j = 0; j < TILE; j++) {
    pair_store(entries + j * TILE, sums[j][0]);
    pair_store(entries + j * TILE + 2, sums[j][1]);
  }
  for (int j = 0; j < columns; j++) {
    for (int i = 0; i < rows; i++) {
      const int diagonal = offset + i - j;
      if (diagonal >= low && diagonal <= high) c[(ptrdiff_t)j * ldc + i] += alpha * entries[j * TILE + i];
    }
  }
}

static const int no_limit = 0x7fffffff;

static __attribute__((noinline)) void multiply_block(packed from, int rows, int columns, int depth, double alpha,
                                                     double *c, int ldc) {
  const pair factor = pair_of(alpha);
  for (int j = 0; j < columns; j += TILE) {
    const double *b = from.b + (ptrdiff_t)j * depth;
    for (int i = 0; i < rows; i += TILE) {
      const double *a = from.a + (ptrdiff_t)i * depth;
      double *target = c + i + (ptrdiff_t)j * ldc;
      if (rows - i >= TILE && columns - j >= TILE) {
        add_whole_tile(depth, a, b, factor, target, ldc);
      } else {
        add_part_of_tile(depth, a, b, alpha, target, ldc, smaller(TILE, rows - i), smaller(TILE, columns - j), 0,
                         -no_limit, no_limit);
      }
    }
  }
}

// `offset` is (row − column) of the block's first entry.
static __attribute__((noinline)) void multiply_triangle_block(packed from, triangle part, int offset, int rows,
                                                              int columns, int depth, double alpha, double *c,
                                                              int ldc) {
  const int low = part == LOWER ? 0 : -no_limit;
  const int high = part == LOWER ? no_limit : 0;
  const pair factor = pair_of(alpha);
  for (int j = 0; j < columns; j += TILE) {
    const double *b = from.b + (ptrdiff_t)j * depth;
    const int width = smaller(TILE, columns - j);
    for (int i = 0; i < rows; i += TILE) {
      const int height = smaller(TILE, rows - i);
      const int smallest = offset + i - j - (width - 1);
      const int largest = offset + i - j + (height - 1);
      if (largest < low || smallest > high) continue;
      const double *a = from.a + (ptrdiff_t)i * depth;
      double *target = c + i + (ptrdiff_t)j * ldc;
      if (height == TILE && width == TILE && smallest >= low && largest <= high) {
        add_whole_tile(depth, a, b, factor, target, ldc);
      } else {
        add_part_of_tile(depth, a, b, alpha, target, ldc, height, width, offset + i - j, low, high);
      }
    }
  }
}

// Columns [first, last) of the product; the rows are cut to the triangle where there is one.
static void multiply_columns(int thread, const triangle *part, int first, int last, int m, int k, double alpha,
                             matrix_view a, matrix_view b, double *c, int ldc) {
  const packed buffer = buffers[thread];
  for (int jc = first; jc < last; jc += BLOCK_COLUMNS) {
    const int columns = smaller(BLOCK_COLUMNS, last - jc);
    const int row_from = part && *part == LOWER ? jc / TILE * TILE : 0;
    const int row_to = part && *part == UPPER ? smaller(m, jc + columns) : m;
    for (int pc = 0; pc < k; pc += BLOCK_DEPTH) {
      const int depth = smaller(BLOCK_DEPTH, k - pc);
      const matrix_view from_b = view_from(b, pc, jc);
      pack(columns, depth, from_b.data, from_b.column_step, from_b.row_step, buffer.b);
      for (int ic = row_from; ic < row_to; ic += BLOCK_ROWS) {
        const int rows = smaller(BLOCK_ROWS, row_to - ic);
        const matrix_view from_a = view_from(a, ic, pc);
        pack(rows, depth, from_a.data, from_a.row_step, from_a.column_step, buffer.a);
        double *target = c + ic + (ptrdiff_t)jc * ldc;
        if (part) multiply_triangle_block(buffer, *part, ic - jc, rows, columns, depth, alpha, target, ldc);
        else multiply_block(buffer, rows, columns, depth, alpha, target, ldc);
      }
    }
  }
}

typedef struct {
  const triangle *part;
  int m, n, k;
  double alpha;
  matrix_view a, b;
  double *c;
  int ldc;
} product;

// Shares out the longer side of the result.
static void multiply_share(int thread, int threads, void *argument) {
  const product *job = argument;
  if (job->n >= job->m) {
    const int first = share_start(job->n, thread, threads, TILE);
    const int last = share_start(job->n, thread + 1, threads, TILE);
    multiply_columns(thread, 0, first, last, job->m, job->k, job->alpha, job->a, job->b, job->c, job->ldc);
  } else {
    const int first = share_start(job->m, thread, threads, TILE);
    const int last = share_start(job->m, thread + 1, threads, TILE);
    multiply_columns(thread, 0, 0, job->n, last - first, job->k, job->alpha, view_from(job->a, first, 0), job->b,
                     job->c + first, job->ldc);
  }
}

static void multiply_triangle_share(int thread, int threads, void *argument) {
  const product *job = argument;
  const int lower = *job->part == LOWER;
  const int first = triangle_share_start(job->n, thread, threads, TILE, lower);
  const int last = triangle_share_start(job->n, thread + 1, threads, TILE, lower);
  multiply_columns(thread, job->part, first, last, job->n, job->k, job->alpha, job->a, job->b, job->c, job->ldc);
}

// Small products, and those with a vector: no packing, column by column.
static void multiply_directly(const triangle *part, int m, int n, int k, double alpha, matrix_view a, matrix_view b,
                              double *c, int ldc) {
  for (int j = 0; j < n; j++) {
    const int from = part && *part == LOWER ? j : 0;
    const int to = part && *part == UPPER ? smaller(m, j + 1) : m;
    double *column = c + (ptrdiff_t)j * ldc;
    if (a.row_step == 1) {
      for (int p = 0; p < k; p++) {
        const double factor = alpha * b.data[p * b.row_step + j * b.column_step];
        const double *entry = a.data + p * a.column_step;
        int i = from;
        for (; i + 1 < to; i += 2) {
          pair_store(column + i, multiply_add(pair_load(entry + i), pair_of(factor), pair_load(column + i)));
        }
        if (i < to) column[i] += entry[i] * factor;
      }
    } else {
      for (int i = from; i < to; i++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum += a.data[i * a.row_step + p * a.column_step] * b.data[p * b.row_step + j * b.column_step];
        }
        column[i] += alpha * sum;
      }
    }
  }
}

void gemm_add(int m, int n, int k, double alpha, matrix_view a, matrix_view b, double *c, int ldc) {
  const double work = (double)m * n * k;
  if (work == 0 || alpha == 0) return;
  if (n == 1) {
    gemv_add(m, k, alpha, a, b.data, b.row_step, c, 1);
    return;
  }
  if (m == 1) {
    gemv_add(n, k, alpha, view_transposed(b), a.data, a.column_step, c, ldc);
    return;
  }
  if (work < unpacked_limit) {
    multiply_directly(0, m, n, k, alpha, a, b, c, ldc);
    return;
  }
  product job = {0, m, n, k, alpha, a, b, c, ldc};
  if (work > parallel_limit && larger(m, n) >= 2 * TILE * thread_count()) run_in_parallel(multiply_share, &job);
  else multiply_share(0, 1, &job);
}

void gemm_add_triangle(triangle part, int n, int k, double alpha, matrix_view a, matrix_view b, double *c, int ldc) {
  const double work = (double)n * n * k;
  if (work == 0 || alpha == 0) return;
  if (work < unpacked_limit) {
    multiply_directly(&part, n, n, k, alpha, a, b, c, ldc);
    return;
  }
  product job = {&part, n, n, k, alpha, a, b, c, ldc};
  if (work > 2 * parallel_limit) run_in_parallel(multiply_triangle_share, &job);
  else multiply_triangle_share(0, 1, &job);
}

void scale_matrix(int m, int n, double beta, double *c, int ldc) {
  if (beta == 1) return;
  for (int j = 0; j < n; j++) {
    double *column = c + (ptrdiff_t)j * ldc;
    for (int i = 0; i < m; i++) column[i] = beta == 0 ? 0 : beta * column[i];
  }
}

void scale_triangle(triangle part, int n, double beta, double *c, int ldc) {
  for (int j = 0; j < n; j++) {
    if (part == LOWER) scale_matrix(n - j, 1, beta, c + j + (ptrdiff_t)j * ldc, ldc);
    else scale_matrix(j + 1, 1, beta, c + (ptrdiff_t)j * ldc, ldc);
  }
}
