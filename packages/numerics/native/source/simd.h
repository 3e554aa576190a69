// Two doubles at a time, on the 128-bit vectors every WebAssembly engine has.
#pragma once
#include <stdint.h>
#include <wasm_simd128.h>

typedef v128_t pair;

static inline pair pair_load(const double *from) { return wasm_v128_load(from); }
static inline void pair_store(double *to, pair value) { wasm_v128_store(to, value); }
static inline pair pair_of(double value) { return wasm_f64x2_splat(value); }
static inline pair pair_zero(void) { return wasm_f64x2_const_splat(0.0); }
static inline double pair_sum(pair value) {
  return wasm_f64x2_extract_lane(value, 0) + wasm_f64x2_extract_lane(value, 1);
}

// a · b + c. Plain SIMD rounds twice and gives the same bits on every machine; relaxed SIMD rounds once where the
// processor has a fused instruction.
static inline pair multiply_add(pair a, pair b, pair c) {
#ifdef __wasm_relaxed_simd__
  return wasm_f64x2_relaxed_madd(a, b, c);
#else
  return wasm_f64x2_add(wasm_f64x2_mul(a, b), c);
#endif
}

#define EXPORT(name) __attribute__((export_name(name)))
#define UNROLL_FULLY _Pragma("clang loop unroll(full)")
// Unrolling a loop over the depth of a product makes V8 spill its accumulators: half the speed.
#define DO_NOT_UNROLL _Pragma("clang loop unroll_count(1)")

static inline int smaller(int a, int b) { return a < b ? a : b; }
static inline int larger(int a, int b) { return a > b ? a : b; }
