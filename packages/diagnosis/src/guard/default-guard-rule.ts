import type { GuardRule } from './guard-rule.js';

/** The rule that `docs/benchmarks/guard.md` arrives at on its tuning half. */
export const defaultGuardRule: GuardRule = {
  amongOthers: {
    views: [
      { score: 'support', of: 'candidate', mean: -0.0613, spread: 0.1085 },
      { score: 'differs', of: 'candidate', mean: 0.2073, spread: 0.1786 },
      { score: 'nearestSource', of: 'difference', mean: -0.0443, spread: 0.1002 },
      { score: 'reverse', of: 'difference', mean: -0.05524, spread: 0.1177 },
      { score: 'neighbours', of: 'difference', mean: 0.003809, spread: 0.0605 },
      { score: 'classShift', of: 'difference', mean: -0.01365, spread: 0.1142 },
      { score: 'classShift', of: 'source-only', mean: 0.1375, spread: 0.1138 },
    ],
    constant: -0.01171,
    linear: [0.008865, -0.0001281, 0.01665, 0.009877, 0.01819, -0.01926, -0.002304],
    products: [
      [-0.002297, -0.002994, 0.0007215, -0.00255, -0.00129, 0.0006157, -0.006037],
      [0.0002676, -0.001591, 0.0009472, -0.002426, 0.003063, -0.006339],
      [-0.003605, -0.004432, -0.001125, -9.604e-5, -0.003584],
      [0.003409, 0.000959, 0.0009009, 0.001913],
      [0.003825, -0.004306, -0.01003],
      [0.0004367, 0.003992],
      [-0.0009454],
    ],
    margin: 0.0175,
    halfWidth: 0.7007,
  },
  alone: {
    views: [
      { score: 'differs', of: 'candidate', mean: 0.2075, spread: 0.1785 },
      { score: 'nearestSource', of: 'difference', mean: -0.0444, spread: 0.1005 },
      { score: 'reverse', of: 'difference', mean: -0.05556, spread: 0.1178 },
      { score: 'neighbours', of: 'difference', mean: 0.00389, spread: 0.0604 },
      { score: 'classShift', of: 'difference', mean: -0.01363, spread: 0.1141 },
      { score: 'classShift', of: 'source-only', mean: 0.1375, spread: 0.1138 },
    ],
    constant: -0.01144,
    linear: [-0.003864, 0.01871, 0.0121, 0.01887, -0.02003, -0.001659],
    products: [
      [0.00015, -0.002049, 0.002084, -0.00188, 0.003903, -0.004572],
      [-0.003817, -0.004889, -0.0009857, -0.0002491, -0.004963],
      [0.002992, 0.0005336, 0.001549, -0.0004305],
      [0.003667, -0.003916, -0.01063],
      [0.0001526, 0.004913],
      [-0.001561],
    ],
    margin: 0.0075,
    halfWidth: 0.7032,
  },
  minRows: 30,
};
