// exp and log of two doubles at a time.
#pragma once
#include <stdint.h>

#include "simd.h"

// The compiler must not see through these: V8 builds a vector constant from three instructions wherever it is used, but
// loads one from memory with a single one.
extern const struct exponential_constants {
  double least, magic, rounds_per_unit, ln2_high, ln2_low, one;
  double taylor[12];  // 1 / 2! … 1 / 13!
} exponential_constants;

extern const struct logarithm_constants {
  double magic, ln2_high, ln2_low, half, one, two;
  double series[10];  // 2 / 3, 2 / 5, … 2 / 21
} logarithm_constants;

static inline pair pair_at(const double *constant) { return wasm_v128_load64_splat(constant); }

// exp(x) for x ≤ 700, within one unit in the last place; zero below −708, where the true value is under 4e−308.
// x = k·ln 2 + r with |r| ≤ ln 2 / 2, exp(r) = 1 + (r + r²·S(r)) with Taylor's S of degree 11, and k put into the exponent.
// S is added up in pairs, fours and eights: a chain of thirteen dependent steps would leave the processor waiting.
static inline pair pair_exp(pair x) {
  const struct exponential_constants *c = &exponential_constants;
  const double *t = c->taylor;
  const pair least = pair_at(&c->least);
  const pair too_small = wasm_f64x2_lt(x, least);
  x = wasm_f64x2_pmax(x, least);  // in this order what is not a number stays
  // Adding 1.5 · 2^52 rounds to an integer, which is then found in the low bits.
  const pair magic = pair_at(&c->magic);
  const pair shifted = wasm_f64x2_add(wasm_f64x2_mul(x, pair_at(&c->rounds_per_unit)), magic);
  const pair k = wasm_f64x2_sub(shifted, magic);
  const pair high = wasm_f64x2_sub(x, wasm_f64x2_mul(k, pair_at(&c->ln2_high)));
  const pair r = wasm_f64x2_sub(high, wasm_f64x2_mul(k, pair_at(&c->ln2_low)));
  const pair r2 = wasm_f64x2_mul(r, r);
  const pair r4 = wasm_f64x2_mul(r2, r2);
  const pair s01 = multiply_add(pair_at(t + 1), r, pair_at(t));
  const pair s23 = multiply_add(pair_at(t + 3), r, pair_at(t + 2));
  const pair s45 = multiply_add(pair_at(t + 5), r, pair_at(t + 4));
  const pair s67 = multiply_add(pair_at(t + 7), r, pair_at(t + 6));
  const pair s89 = multiply_add(pair_at(t + 9), r, pair_at(t + 8));
  const pair s1011 = multiply_add(pair_at(t + 11), r, pair_at(t + 10));
  const pair s03 = multiply_add(s23, r2, s01);
  const pair s47 = multiply_add(s67, r2, s45);
  const pair s811 = multiply_add(s1011, r2, s89);
  const pair sum = multiply_add(multiply_add(s811, r4, s47), r4, s03);
  const pair one = pair_at(&c->one);
  const pair value = wasm_f64x2_add(one, multiply_add(r2, sum, r));
  const pair power = wasm_i64x2_add(wasm_i64x2_shl(shifted, 52), one);  // the bits of one hold its exponent
  return wasm_v128_andnot(wasm_f64x2_mul(value, power), too_small);
}

// log(x) for normal positive x, within one unit in the last place. x = 2^k · (1 + f) with 1 + f in [√½, √2), and with
// s = f / (2 + f)   log(1 + f) = 2·artanh(s) = f − f²/2 + s·(f²/2 + R),   R = Σ_j 2/(2j + 1) · s^(2j).
static inline pair pair_log(pair x) {
  const struct logarithm_constants *c = &logarithm_constants;
  const pair root_half = wasm_i64x2_const_splat(INT64_C(0x3fe6a09e00000000));
  const pair one = pair_at(&c->one);
  const pair moved = wasm_i64x2_add(x, wasm_i64x2_sub(one, root_half));
  const pair exponent = wasm_i64x2_sub(wasm_u64x2_shr(moved, 52), wasm_i64x2_const_splat(1023));
  const pair fraction_bits = wasm_v128_and(moved, wasm_i64x2_const_splat(INT64_C(0x000fffffffffffff)));
  const pair fraction = wasm_i64x2_add(fraction_bits, root_half);
  const pair magic = pair_at(&c->magic);
  const pair k = wasm_f64x2_sub(wasm_i64x2_add(exponent, magic), magic);
  const pair f = wasm_f64x2_sub(fraction, one);
  const pair s = wasm_f64x2_div(f, wasm_f64x2_add(pair_at(&c->two), f));
  const pair z = wasm_f64x2_mul(s, s);
  pair series = pair_at(c->series + 9);
  UNROLL_FULLY
  for (int i = 8; i >= 0; i--) series = multiply_add(series, z, pair_at(c->series + i));
  series = wasm_f64x2_mul(series, z);
  const pair half_square = wasm_f64x2_mul(pair_at(&c->half), wasm_f64x2_mul(f, f));
  const pair low = wasm_f64x2_mul(k, pair_at(&c->ln2_low));
  const pair correction = wasm_f64x2_add(wasm_f64x2_mul(s, wasm_f64x2_add(half_square, series)), low);
  const pair tail = wasm_f64x2_sub(wasm_f64x2_sub(half_square, correction), f);
  return wasm_f64x2_sub(wasm_f64x2_mul(k, pair_at(&c->ln2_high)), tail);
}
