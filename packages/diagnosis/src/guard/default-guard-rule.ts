import type { GuardRule } from './guard-rule.js';

/** The rule that `docs/benchmarks/guard.md` arrives at on its tuning half. */
export const defaultGuardRule: GuardRule = {
  amongOthers: {
    views: [
      { name: 'support', mean: -0.06363, spread: 0.1021 },
      { name: 'differs', mean: 0.208, spread: 0.1758 },
      { name: 'nearestSource', mean: -0.0477, spread: 0.09379 },
      { name: 'reverse', mean: -0.06249, spread: 0.1136 },
      { name: 'neighbours', mean: 0.004693, spread: 0.0576 },
    ],
    constant: -0.01612,
    linear: [0.01788, 0.007777, 0.02088, 0.008712, 0.01774],
    products: [
      [-0.0019, -0.003113, -0.001124, -0.001642, -0.000967],
      [0.003903, 0.001344, 0.001778, -0.007858],
      [-0.002852, 0.0004204, -0.001383],
      [-0.001418, 0.00479],
      [0.005366],
    ],
    margin: 0.0175,
    halfWidth: 0.5904,
  },
  alone: {
    views: [
      { name: 'differs', mean: 0.2085, spread: 0.176 },
      { name: 'nearestSource', mean: -0.04776, spread: 0.09347 },
      { name: 'reverse', mean: -0.06323, spread: 0.114 },
      { name: 'neighbours', mean: 0.004917, spread: 0.05753 },
    ],
    constant: -0.01506,
    linear: [0.002171, 0.02472, 0.0123, 0.01874],
    products: [
      [0.004072, 0.001397, 0.00349, -0.007395],
      [-0.002999, -0.0004549, -0.002228],
      [-0.002382, 0.004401],
      [0.005042],
    ],
    margin: 0.0075,
    halfWidth: 0.5894,
  },
  minRows: 30,
};
