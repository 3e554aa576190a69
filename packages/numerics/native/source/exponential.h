// exp and log of two doubles at a time.
#pragma once
#include <stdint.h>

#include "simd.h"

// exp(x) for x ≤ 700, within one unit in the last place; zero below −708, where the true value is under 4e−308.
// x = k·ln 2 + r with |r| ≤ ln 2 / 2, a Taylor polynomial of degree 13 for exp(r), and k put into the exponent.
static inline pair pair_exp(pair x) {
  const pair least = wasm_f64x2_const_splat(-708.0);
  const pair too_small = wasm_f64x2_lt(x, least);
  x = wasm_f64x2_max(x, least);
  // Adding 1.5 · 2^52 rounds to an integer, which is then found in the low bits.
  const pair magic = wasm_f64x2_const_splat(0x1.8p52);
  const pair shifted = wasm_f64x2_add(wasm_f64x2_mul(x, pair_of(0x1.71547652b82fep+0)), magic);
  const pair k = wasm_f64x2_sub(shifted, magic);
  const pair high = wasm_f64x2_sub(x, wasm_f64x2_mul(k, pair_of(0x1.62e42feep-1)));
  const pair r = wasm_f64x2_sub(high, wasm_f64x2_mul(k, pair_of(0x1.a39ef35793c76p-33)));
  static const double coefficients[] = {
      1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
      1.0 / 120,       1.0 / 24,       1.0 / 6,       0.5,          1.0,         1.0,
  };
  pair sum = pair_of(1.0 / 6227020800.0);
  UNROLL_FULLY
  for (int i = 0; i < 13; i++) sum = multiply_add(sum, r, pair_of(coefficients[i]));
  const pair power = wasm_i64x2_add(wasm_i64x2_shl(shifted, 52), wasm_i64x2_const_splat(INT64_C(0x3ff0000000000000)));
  return wasm_v128_andnot(wasm_f64x2_mul(sum, power), too_small);
}

// log(x) for normal positive x, within one unit in the last place. x = 2^k · (1 + f) with 1 + f in [√½, √2), and with
// s = f / (2 + f)   log(1 + f) = 2·artanh(s) = f − f²/2 + s·(f²/2 + R),   R = Σ_j 2/(2j + 1) · s^(2j).
static inline pair pair_log(pair x) {
  const pair root_half = wasm_i64x2_const_splat(INT64_C(0x3fe6a09e00000000));
  const pair one = wasm_i64x2_const_splat(INT64_C(0x3ff0000000000000));
  const pair moved = wasm_i64x2_add(x, wasm_i64x2_sub(one, root_half));
  const pair exponent = wasm_i64x2_sub(wasm_u64x2_shr(moved, 52), wasm_i64x2_const_splat(1023));
  const pair fraction_bits = wasm_v128_and(moved, wasm_i64x2_const_splat(INT64_C(0x000fffffffffffff)));
  const pair fraction = wasm_i64x2_add(fraction_bits, root_half);
  const pair magic = wasm_f64x2_const_splat(0x1.8p52);
  const pair k = wasm_f64x2_sub(wasm_i64x2_add(exponent, magic), magic);
  const pair f = wasm_f64x2_sub(fraction, pair_of(1));
  const pair s = wasm_f64x2_div(f, wasm_f64x2_add(pair_of(2), f));
  const pair z = wasm_f64x2_mul(s, s);
  static const double coefficients[] = {2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11,
                                        2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};
  pair series = pair_of(2.0 / 21);
  UNROLL_FULLY
  for (int i = 0; i < 9; i++) series = multiply_add(series, z, pair_of(coefficients[i]));
  series = wasm_f64x2_mul(series, z);
  const pair half_square = wasm_f64x2_mul(pair_of(0.5), wasm_f64x2_mul(f, f));
  const pair low = wasm_f64x2_mul(k, pair_of(0x1.a39ef35793c76p-33));
  const pair correction = wasm_f64x2_add(wasm_f64x2_mul(s, wasm_f64x2_add(half_square, series)), low);
  const pair tail = wasm_f64x2_sub(wasm_f64x2_sub(half_square, correction), f);
  return wasm_f64x2_sub(wasm_f64x2_mul(k, pair_of(0x1.62e42feep-1)), tail);
}
