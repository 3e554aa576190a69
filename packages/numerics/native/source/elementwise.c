// Vector exp and log; what lies outside the fast range goes to the C library one by one.
#include <math.h>
#include <stddef.h>

#include "exponential.h"

EXPORT("expInPlace") void exp_in_place(double count, double *values) {
  const size_t n = (size_t)count;
  size_t i = 0;
  for (; i + 1 < n; i += 2) {
    const pair x = pair_load(values + i);
    if (wasm_i64x2_all_true(wasm_f64x2_le(wasm_f64x2_abs(x), pair_of(700)))) {
      pair_store(values + i, pair_exp(x));
    } else {
      values[i] = exp(values[i]);
      values[i + 1] = exp(values[i + 1]);
    }
  }
  if (i < n) values[i] = exp(values[i]);
}

EXPORT("logInPlace") void log_in_place(double count, double *values) {
  const size_t n = (size_t)count;
  const pair least = pair_of(0x1p-1022);
  const pair most = pair_of(0x1.fffffffffffffp+1023);
  size_t i = 0;
  for (; i + 1 < n; i += 2) {
    const pair x = pair_load(values + i);
    if (wasm_i64x2_all_true(wasm_v128_and(wasm_f64x2_ge(x, least), wasm_f64x2_le(x, most)))) {
      pair_store(values + i, pair_log(x));
    } else {
      values[i] = log(values[i]);
      values[i + 1] = log(values[i + 1]);
    }
  }
  if (i < n) values[i] = log(values[i]);
}
