import { denseMatrix, toMatrix } from '@graft-ml/core';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { type AxisDistance, distancesFromCentre } from '../src/internal/axis-distance.js';
import { stackGroups } from '../src/internal/feature-groups.js';
import { principalAxes } from '../src/internal/principal-axes.js';
import { largestGap } from './support/measure.js';

const random = randomSource(51);

describe('the formula of SS-FE', () => {
  it('stacks at a stationary point of the penalised log loss', () => {
    const scores = [0, 1, 2].map(() =>
      denseMatrix(
        8,
        3,
        Float64Array.from({ length: 24 }, () => random.normal()),
      ),
    );
    const y = Float64Array.from({ length: 8 }, (_, i) => i % 3);
    const lambda = 0.7;
    const objective = (theta: number[]) => {
      let sum = theta.reduce((s, value) => s + (lambda / 2) * (value - 1 / 3) ** 2, 0);
      for (let i = 0; i < 8; i++) {
        const f = [0, 1, 2].map((c) =>
          theta.reduce((s, value, k) => s + value * scores[k]!.data[3 * i + c]!, 0),
        );
        sum -= Math.log(Math.exp(f[y[i]!]!) / f.reduce((s, value) => s + Math.exp(value), 0));
      }
      return sum;
    };
    const { weights, converged } = stackGroups(scores, y, lambda);
    expect(converged).toBe(true);
    for (let k = 0; k < 3; k++) {
      const at = (by: number) => objective(Array.from(weights, (v, i) => v + (i === k ? by : 0)));
      expect(Math.abs(at(1e-4) - at(-1e-4)) / 2e-4).toBeLessThan(1e-7);
    }
    expect(largestGap(stackGroups(scores, y, 1e9).weights, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(
      1e-7,
    );
  });

  it.each(['centre', 'mahalanobis', 'residual'] as const)(
    'measures the distance "%s" from axes as the formula has it',
    (distance: AxisDistance) => {
      const spreads = [3, 2, 0.1];
      const rows = Array.from({ length: 40 }, () => spreads.map((s, j) => j + s * random.normal()));
      const x = toMatrix(rows, 'test', 'x');
      const axes = principalAxes(referenceLinearAlgebra, { x }, 3);
      const found = distancesFromCentre(referenceLinearAlgebra, x, axes, distance, 0.9);
      const expected = rows.map((row) => {
        const score = (k: number) =>
          row.reduce((s, value, j) => s + (value - axes.mean[j]!) * axes.axes.data[3 * j + k]!, 0);
        if (distance === 'residual') return score(2) ** 2;
        const divisor = (k: number) => (distance === 'centre' ? 1 : axes.variances[k]!);
        return score(0) ** 2 / divisor(0) + score(1) ** 2 / divisor(1);
      });
      expect(largestGap(found, expected)).toBeLessThan(1e-12);
    },
  );
});
