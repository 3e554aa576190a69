// The product in single precision: the scheme of gemm.c with tiles of 8 × 4.
#include <stddef.h>

#include "heap.h"
#include "simd.h"
#include "threads.h"

enum {
  TILE_ROWS = 8,
  TILE_COLUMNS = 4,
  BLOCK_ROWS = 128,
  BLOCK_DEPTH = 256,
  BLOCK_COLUMNS = 1024,
};

static inline v128_t quad_multiply_add(v128_t a, v128_t b, v128_t c) {
#ifdef __wasm_relaxed_simd__
  return wasm_f32x4_relaxed_madd(a, b, c);
#else
  return wasm_f32x4_add(wasm_f32x4_mul(a, b), c);
#endif
}

typedef struct {
  const float *data;
  ptrdiff_t row_step;
  ptrdiff_t column_step;
} float_view;

static void pack(int count, int group, int depth, const float *from, ptrdiff_t step, ptrdiff_t depth_step,
                 float *out) {
  for (int first = 0; first < count; first += group, from += group * step) {
    const int present = smaller(group, count - first);
    for (int p = 0; p < depth; p++, out += group) {
      const float *entry = from + p * depth_step;
      for (int i = 0; i < present; i++) out[i] = entry[i * step];
      for (int i = present; i < group; i++) out[i] = 0;
    }
  }
}

static inline __attribute__((always_inline)) void multiply_tile(int depth, const float *restrict a,
                                                                const float *restrict b,
                                                                v128_t sums[TILE_COLUMNS][2]) {
  UNROLL_FULLY
  for (int j = 0; j < TILE_COLUMNS; j++) {
    sums[j][0] = wasm_f32x4_const_splat(0);
    sums[j][1] = wasm_f32x4_const_splat(0);
  }
  DO_NOT_UNROLL
  for (int p = 0; p < depth; p++, a += TILE_ROWS, b += TILE_COLUMNS) {
    const v128_t upper = wasm_v128_load(a);
    const v128_t lower = wasm_v128_load(a + 4);
    UNROLL_FULLY
    for (int j = 0; j < TILE_COLUMNS; j++) {
      const v128_t factor = wasm_v128_load32_splat(b + j);
      sums[j][0] = quad_multiply_add(upper, factor, sums[j][0]);
      sums[j][1] = quad_multiply_add(lower, factor, sums[j][1]);
    }
  }
}

static __attribute__((noinline)) void multiply_block(const float *a, const float *b, int rows, int columns, int depth,
                                                     float *c, int ldc) {
  for (int j = 0; j < columns; j += TILE_COLUMNS) {
    for (int i = 0; i < rows; i += TILE_ROWS) {
      v128_t sums[TILE_COLUMNS][2];
      multiply_tile(depth, a + (ptrdiff_t)i * depth, b + (ptrdiff_t)j * depth, sums);
      float entries[TILE_COLUMNS * TILE_ROWS];
      float *target = c + i + (ptrdiff_t)j * ldc;
      const int whole = rows - i >= TILE_ROWS && columns - j >= TILE_COLUMNS;
      UNROLL_FULLY
      for (int q = 0; q < TILE_COLUMNS; q++) {
        float *column = target + (ptrdiff_t)q * ldc;
        if (whole) {
          wasm_v128_store(column, wasm_f32x4_add(wasm_v128_load(column), sums[q][0]));
          wasm_v128_store(column + 4, wasm_f32x4_add(wasm_v128_load(column + 4), sums[q][1]));
        } else {
          wasm_v128_store(entries + q * TILE_ROWS, sums[q][0]);
          wasm_v128_store(entries + q * TILE_ROWS + 4, sums[q][1]);
        }
      }
      if (whole) continue;
      for (int q = 0; q < smaller(TILE_COLUMNS, columns - j); q++) {
        for (int p = 0; p < smaller(TILE_ROWS, rows - i); p++) {
          target[p + (ptrdiff_t)q * ldc] += entries[p + q * TILE_ROWS];
        }
      }
    }
  }
}

typedef struct {
  int m, n, k;
  float_view a, b;
  float *c;
  float *packed;  // room for one a and one b per thread
} product;

static const size_t packed_a = (size_t)(BLOCK_ROWS + TILE_ROWS) * BLOCK_DEPTH;
static const size_t packed_b = (size_t)(BLOCK_COLUMNS + TILE_COLUMNS) * BLOCK_DEPTH;

static void multiply_share(int thread, int threads, void *argument) {
  const product *job = argument;
  float *a = job->packed + (packed_a + packed_b) * thread;
  float *b = a + packed_a;
  const int first = share_start(job->n, thread, threads, TILE_COLUMNS);
  const int last = share_start(job->n, thread + 1, threads, TILE_COLUMNS);
  for (int jc = first; jc < last; jc += BLOCK_COLUMNS) {
    const int columns = smaller(BLOCK_COLUMNS, last - jc);
    for (int pc = 0; pc < job->k; pc += BLOCK_DEPTH) {
      const int depth = smaller(BLOCK_DEPTH, job->k - pc);
      pack(columns, TILE_COLUMNS, depth, job->b.data + jc * job->b.column_step + pc * job->b.row_step,
           job->b.column_step, job->b.row_step, b);
      for (int ic = 0; ic < job->m; ic += BLOCK_ROWS) {
        const int rows = smaller(BLOCK_ROWS, job->m - ic);
        pack(rows, TILE_ROWS, depth, job->a.data + ic * job->a.row_step + pc * job->a.column_step, job->a.row_step,
             job->a.column_step, a);
        multiply_block(a, b, rows, columns, depth, job->c + ic + (ptrdiff_t)jc * job->m, job->m);
      }
    }
  }
}

// Row-major c [m, n] = op(a) [m, k] · op(b) [k, n] in single precision; c is zero on entry. Answers 0 or OUT_OF_MEMORY.
EXPORT("multiplyFloat32") int multiply_float32(int m, int n, int k, int transpose_a, int transpose_b, const float *a,
                                               const float *b, float *c) {
  const heap_mark mark = heap_top();
  const int threads = thread_count();
  // Column-major: cᵀ = op(b)ᵀ · op(a)ᵀ.
  const float_view left = transpose_b ? (float_view){b, k, 1} : (float_view){b, 1, n};
  const float_view right = transpose_a ? (float_view){a, m, 1} : (float_view){a, 1, k};
  product job = {n, m, k, left, right, c, heap_allocate((packed_a + packed_b) * threads * sizeof(float))};
  if (job.packed) run_in_parallel(multiply_share, &job);
  heap_release(mark);
  return job.packed ? 0 : OUT_OF_MEMORY;
}
