import { GaussianRatio } from '@graft-ml/instance-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap, mean, normals } from './support/measure.js';

const unscaled = (weights: Float64Array, known: number) =>
  weights.map((w) => (w / weights[0]!) * known);

describe('the formula of the Gaussian ratio', () => {
  it('is N(x; mt, ct)/N(x; ms, cs): by hand in one dimension', async () => {
    // Source −1, 1: mean 0, variance 2. Target 0, 2: mean 1, variance 2. log ratio = (x² − (x − 1)²)/4 = (2x − 1)/4.
    const { problem } = await new GaussianRatio({ regularization: 0 }).fit({
      source: { x: [[-1], [1]] },
      target: { x: [[0], [2]] },
    });
    const raw = [Math.exp(-3 / 4), Math.exp(1 / 4)];
    const expected = raw.map((value) => value / mean(raw));
    expect(largestGap(problem.sources[0]!.weights!, expected)).toBeLessThan(1e-14);
  });

  it('finds the slope of the true log ratio of N(0, 1) and N(1, 1) within 5 % at n = 4000', async () => {
    const { fitted } = await new GaussianRatio().fit({
      source: { x: normals(1, 4000, 0, 1) },
      target: { x: normals(2, 4000, 1, 1) },
    });
    const [low = 0, high = 0] = await fitted.weigh([[0], [1]]);
    expect(Math.abs(Math.log(high / low) - 1)).toBeLessThan(0.05);
  });

  it('tends to equal weights as the regularization grows', async () => {
    const { problem } = await new GaussianRatio({ regularization: 1e9 }).fit({
      source: { x: normals(3, 20, 0, 1) },
      target: { x: normals(4, 20, 1, 2) },
    });
    expect(largestGap(problem.sources[0]!.weights!, new Array<number>(20).fill(1))).toBeLessThan(
      1e-6,
    );
  });
});

describeGolden('inst.density', (golden) => {
  it('gives the same ratio of Gaussian densities', async () => {
    const { problem } = await new GaussianRatio({ regularization: 0 }).fit({
      source: { x: rowsOf(golden.inputs['Xs']!) },
      target: { x: rowsOf(golden.inputs['Xt']!) },
    });
    const known = golden.outputs['gaussianRatio']!.data[0]!;
    expectGolden(golden, 'gaussianRatio', unscaled(problem.sources[0]!.weights!, known));
  });
});
