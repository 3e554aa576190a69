#include "exponential.h"

const struct exponential_constants exponential_constants = {
    .least = -708,
    .magic = 0x1.8p52,
    .rounds_per_unit = 0x1.71547652b82fep+0,  // 1 / ln 2
    .ln2_high = 0x1.62e42feep-1,              // short enough that its products with a whole number are exact
    .ln2_low = 0x1.a39ef35793c76p-33,
    .one = 1,
    .taylor = {1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
               1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0},
};

const struct logarithm_constants logarithm_constants = {
    .magic = 0x1.8p52,
    .ln2_high = 0x1.62e42feep-1,
    .ln2_low = 0x1.a39ef35793c76p-33,
    .half = 0.5,
    .one = 1,
    .two = 2,
    .series = {2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21},
};
