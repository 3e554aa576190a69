import { denseMatrix, toDense, toMatrix } from '@graft-ml/core';
import { Ulsif } from '@graft-ml/instance-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import {
  leaveOneOutScore,
  momentsOf,
  solveRatio,
  squaredError,
  valuesAt,
} from '../src/internal/least-squares-ratio.js';
import { largestGap } from './support/measure.js';

const linearAlgebra = referenceLinearAlgebra;
const clip = (theta: Float64Array) => theta.map((value) => Math.max(0, value));

/** Kernel values to the first `count` target rows. */
function features(xs: number[][], xt: number[][], gamma: number, count: number) {
  const centres = toDense(toMatrix(xt.slice(0, count), 'test', 'centres'));
  const at = (rows: number[][]) =>
    linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, toMatrix(rows, 'test', 'x'), centres);
  return { source: at(xs), target: at(xt) };
}

describe('the formula of uLSIF', () => {
  it('is θ = (H + λI)⁻¹·h: by hand for one centre', async () => {
    // One target row at 0, source rows at 0 and 1, γ = ln 2: φs = (1, 1/2), H = 5/8, h = 1, θ = 1/(5/8 + 3/8) = 1.
    const { problem, fitted } = await new Ulsif({ gamma: Math.log(2), regularization: 3 / 8 }).fit({
      source: { x: [[0], [1]] },
      target: { x: [[0]] },
    });
    expect(largestGap(problem.sources[0]!.weights!, [4 / 3, 2 / 3])).toBeLessThan(1e-12);
    expect((fitted.diagnostics.facts!['objective'] as number[])[0]).toBeCloseTo(5 / 16 - 1, 12);
  });

  it('has the leave-one-out score of refitting without each pair', () => {
    const rows = (n: number, shift: number) =>
      Array.from({ length: n }, (_, i) => [Math.sin(7 * i) + shift]);
    const all = features(rows(9, 0), rows(6, 0.5), 1.3, 4);
    const [ns, nt, lambda] = [9, 6, 0.2];
    let score = 0;
    for (let j = 0; j < 6; j++) {
      const without = (x: typeof all.source, n: number) =>
        denseMatrix(
          n - 1,
          4,
          x.data.filter((_, p) => Math.floor(p / 4) !== j),
        );
      const rest = { source: without(all.source, ns), target: without(all.target, nt) };
      const theta = clip(solveRatio(linearAlgebra, momentsOf(linearAlgebra, rest, 0), lambda));
      score += (valuesAt(all.source, theta)[j]! ** 2 / 2 - valuesAt(all.target, theta)[j]!) / 6;
    }
    const quick = leaveOneOutScore(linearAlgebra, all, momentsOf(linearAlgebra, all, 0), lambda);
    expect(quick).toBeCloseTo(score, 12);
  });
});

describeGolden('inst.ulsif', (golden) => {
  const [xs, xt] = [rowsOf(golden.inputs['Xs']!), rowsOf(golden.inputs['Xt']!)];
  const { gamma, lambda, alpha } = golden.options as Record<'gamma' | 'lambda' | 'alpha', number>;
  const all = features(xs, xt, gamma, xt.length);

  it('gives the same coefficients, weights and objective', () => {
    const theta = solveRatio(linearAlgebra, momentsOf(linearAlgebra, all, 0), lambda);
    expectGolden(golden, 'thetaUnclipped', theta);
    expectGolden(golden, 'weights', valuesAt(all.source, clip(theta)));
    const clipped = clip(theta);
    const penalty = (lambda / 2) * clipped.reduce((sum, value) => sum + value * value, 0);
    expectGolden(golden, 'objective', [squaredError(clipped, all, 0) + penalty]);
  });

  it('gives the same relative coefficients, weights and Pearson divergence', () => {
    const theta = solveRatio(linearAlgebra, momentsOf(linearAlgebra, all, alpha), lambda);
    expectGolden(golden, 'rulsifTheta', theta);
    expectGolden(golden, 'rulsifWeights', valuesAt(all.source, clip(theta)));
    expectGolden(golden, 'rulsifPE', [-squaredError(clip(theta), all, alpha) - 1 / 2]);
  });
});

describeGolden('inst.ulsif.loocv', (golden) => {
  it('gives the same leave-one-out score', () => {
    const [xs, xt] = [rowsOf(golden.inputs['Xs']!), rowsOf(golden.inputs['Xt']!)];
    const { gamma, lambda } = golden.options as Record<'gamma' | 'lambda', number>;
    const all = features(xs, xt, gamma, 8);
    expectGolden(golden, 'score', [
      leaveOneOutScore(linearAlgebra, all, momentsOf(linearAlgebra, all, 0), lambda),
    ]);
  });
});
