import type { GuardRule } from './guard-rule.js';

/** The rule that `docs/benchmarks/guard.md` arrives at on its tuning half. */
export const defaultGuardRule: GuardRule = {
  amongOthers: {
    views: [
      { score: 'support', of: 'candidate', mean: -0.06237, spread: 0.1109 },
      { score: 'differs', of: 'candidate', mean: 0.2081, spread: 0.1799 },
      { score: 'nearestSource', of: 'difference', mean: -0.04598, spread: 0.1031 },
      { score: 'reverse', of: 'difference', mean: -0.05478, spread: 0.1174 },
      { score: 'neighbours', of: 'difference', mean: 0.002779, spread: 0.06197 },
      { score: 'classShift', of: 'difference', mean: -0.01578, spread: 0.1183 },
      { score: 'classShift', of: 'source-only', mean: 0.1421, spread: 0.1193 },
    ],
    constant: -0.01449,
    linear: [0.01059, -0.001252, 0.01516, 0.009246, 0.01672, -0.01729, -0.002062],
    products: [
      [-0.002225, -0.002909, 2.864e-5, -0.001054, -0.0002363, -0.000605, -0.00573],
      [0.0004636, -0.003398, 0.002419, -0.001829, 0.00172, -0.004624],
      [-0.00336, -0.005862, -0.001932, 0.000997, -0.005193],
      [0.00305, 0.00197, -0.000595, 0.004584],
      [0.003935, -0.004277, -0.009479],
      [-0.0007379, 0.003876],
      [-0.0007335],
    ],
    margin: 0.0225,
    halfWidth: 0.7041,
  },
  alone: {
    views: [
      { score: 'differs', of: 'candidate', mean: 0.2081, spread: 0.1799 },
      { score: 'nearestSource', of: 'difference', mean: -0.04601, spread: 0.1033 },
      { score: 'reverse', of: 'difference', mean: -0.05511, spread: 0.1176 },
      { score: 'neighbours', of: 'difference', mean: 0.002809, spread: 0.06194 },
      { score: 'classShift', of: 'difference', mean: -0.01609, spread: 0.1181 },
      { score: 'classShift', of: 'source-only', mean: 0.1421, spread: 0.1193 },
    ],
    constant: -0.01386,
    linear: [-0.005313, 0.01749, 0.01129, 0.01738, -0.01802, -0.001505],
    products: [
      [0.00043, -0.003571, 0.003169, -0.001634, 0.002521, -0.00284],
      [-0.003545, -0.006204, -0.001772, 0.0009937, -0.006631],
      [0.002822, 0.001699, -0.0006338, 0.002669],
      [0.003665, -0.004122, -0.01004],
      [-0.0009942, 0.004552],
      [-0.001267],
    ],
    margin: 0.005,
    halfWidth: 0.7028,
  },
  minRows: 30,
};
