import { denseMatrix } from '@graft-ml/core';
import { priorShift } from '@graft-ml/datasets';
import { BlackBoxShift, Rlls } from '@graft-ml/instance-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { solveRegularizedShift } from '../src/internal/regularized-shift.js';
import { largestGap } from './support/measure.js';

const confusion = denseMatrix(2, 2, Float64Array.of(0.4, 0.1, 0.1, 0.4));
const mu = Float64Array.of(0.7, 0.3);

describe('the formula of RLLS', () => {
  it('minimizes ‖C·θ − (μ − C·1)‖² + λ·‖θ‖²', () => {
    const theta = solveRegularizedShift(referenceLinearAlgebra, confusion, mu, 0.05);
    const loss = (a: number, b: number) =>
      (0.4 * a + 0.1 * b - 0.2) ** 2 + (0.1 * a + 0.4 * b + 0.2) ** 2 + 0.05 * (a * a + b * b);
    const [a = 0, b = 0] = theta;
    for (const [da, db] of [
      [1e-4, 0],
      [-1e-4, 0],
      [0, 1e-4],
      [0, -1e-4],
    ] as const)
      expect(loss(a + da, b + db)).toBeGreaterThan(loss(a, b));
  });

  it('is BBSE for λ → 0 and no shift for λ → ∞', async () => {
    const { problem } = priorShift({ seed: 4 });
    const weights = async (strategy: Rlls | BlackBoxShift) =>
      (await strategy.fit(problem)).problem.sources[0]!.weights!;
    const bbse = await weights(new BlackBoxShift());
    expect(largestGap(await weights(new Rlls({ regularization: 1e-12 })), bbse)).toBeLessThan(1e-6);
    const even = await weights(new Rlls({ regularization: 1e9 }));
    expect(
      largestGap(
        even,
        bbse.map(() => 1),
      ),
    ).toBeLessThan(1e-6);
  });

  it('applies the part γ of θ', async () => {
    const { problem } = priorShift({ seed: 4 });
    const found = async (strength: number) =>
      (
        (await new Rlls({ strength }).fit(problem)).fitted.diagnostics.facts![
          'unclippedWeights'
        ] as number[][]
      )[0]!;
    const [full, half] = [await found(1), await found(0.5)];
    expect(
      largestGap(
        half,
        full.map((weight) => 1 + (weight - 1) / 2),
      ),
    ).toBeLessThan(1e-12);
  });
});
