import { toMatrix } from '@graft-ml/core';
import { KernelMeanMatching } from '@graft-ml/instance-based';
import {
  effectiveSampleSize,
  minimizeBoxQuadratic,
  referenceLinearAlgebra,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { kernelMeans } from '../src/internal/kernel-means.js';
import { solveMatching } from '../src/internal/matching-program.js';
import { PackedKernel } from '../src/internal/packed-kernel.js';
import { largestGap, normals } from './support/measure.js';

const linearAlgebra = referenceLinearAlgebra;
const idle = () => Promise.resolve();

function program(xs: number[][], xt: number[][], gamma: number, upper: number, epsilon: number) {
  const rbf = { type: 'rbf', gamma } as const;
  const [source, target] = [toMatrix(xs, 'test', 'xs'), toMatrix(xt, 'test', 'xt')];
  const linear = kernelMeans(linearAlgebra, rbf, source, target).rowMeans.map((m) => m * xs.length);
  const kernel = new PackedKernel(linearAlgebra, rbf, source, 'test');
  return { kernel, linear, upper, slack: epsilon * xs.length };
}

describe('the programme of kernel mean matching', () => {
  it('has the solution b = K⁻¹κ where no bound holds: by hand for two rows', async () => {
    // K = [[1, k], [k, 1]] with k = e⁻¹; the target sits at the first row, so κ = 2·(1, k) and b = (2, 0).
    const { problem, fitted } = await new KernelMeanMatching({ gamma: 1 }).fit({
      source: { x: [[0], [1]] },
      target: { x: [[0], [0]] },
    });
    expect(largestGap(problem.sources[0]!.weights!, [2, 0])).toBeLessThan(1e-5);
    expect((fitted.diagnostics.facts!['objective'] as number[])[0]).toBeCloseTo(-2, 6);
    expect((fitted.diagnostics.facts!['mmd2After'] as number[])[0]).toBeCloseTo(0, 6);
  });

  it('is solved by b = 1 where both domains hold the same rows', async () => {
    const x = normals(1, 30, 0, 1);
    const { problem } = await new KernelMeanMatching().fit({ source: { x }, target: { x } });
    expect(
      largestGap(
        problem.sources[0]!.weights!,
        x.map(() => 1),
      ),
    ).toBeLessThan(1e-12);
  });

  it.each([
    ['a narrow kernel', 2, 8, 1000, 0.9],
    ['a wide kernel', 2, 0.5, 1000, 0.9],
    ['many columns', 12, 0.04, 1000, 0.9],
    ['a band that holds', 2, 0.5, 3, 0.01],
  ])(
    'reaches the dense solver’s minimum without factorising K: %s',
    async (_, d, gamma, upper, epsilon) => {
      const rows = (seed: number, shift: number) =>
        normals(seed, 300 * d, 0, 1).flatMap((_row, i, all) =>
          i % d ? [] : [all.slice(i, i + d).map(([value = 0]) => value + shift)],
        );
      const given = program(rows(1, 0), rows(2, 0.7), gamma, upper, epsilon);
      const limits = { tolerance: 1e-7, maxIterations: 300, denseRows: 0 };
      const found = await solveMatching(given, linearAlgebra, limits, idle);
      const exact = minimizeBoxQuadratic(linearAlgebra, {
        quadratic: given.kernel.toDense(),
        linear: given.linear.map((value) => -value),
        lower: 0,
        upper,
        sum: { lower: 300 - given.slack, upper: 300 + given.slack },
      });
      expect(found.converged).toBe(true);
      expect(found.kktResidual).toBeLessThan(1e-6);
      expect(Math.abs(found.objective - exact.objective)).toBeLessThan(
        1e-7 * Math.abs(exact.objective),
      );
    },
  );
});

for (const name of ['rbf', 'smooth', 'tight', 'identity']) {
  describeGolden(`inst.kmm.${name}`, (golden) => {
    const [xs, xt] = [rowsOf(golden.inputs['Xs']!), rowsOf(golden.inputs['Xt']!)];
    const { gamma, B, eps } = golden.options as { gamma: number; B: number; eps: number };

    it('gives the same minimum and the same distances between kernel means', async () => {
      const { fitted } = await new KernelMeanMatching({
        gamma,
        maxWeight: B,
        sumTolerance: eps,
      }).fit({ source: { x: xs }, target: { x: xt } });
      const facts = fitted.diagnostics.facts as Record<string, number[]>;
      for (const output of ['objective', 'mmd2Before', 'mmd2After']) {
        expectGolden(golden, output, facts[output]!);
      }
      expect(facts['kktResidual']![0]).toBeLessThan(1e-6);
    });

    // A kernel so wide that K is singular to rounding does not determine its weights.
    if (name === 'smooth') return;

    it('gives the same weights', async () => {
      const limits = { tolerance: 1e-8, maxIterations: 200 };
      const { b } = await solveMatching(
        program(xs, xt, gamma, B, eps),
        linearAlgebra,
        limits,
        idle,
      );
      expectGolden(golden, 'weights', b);
      expectGolden(golden, 'sum', [b.reduce((sum, value) => sum + value, 0)]);
      expectGolden(golden, 'effectiveSampleSize', [effectiveSampleSize(b)]);
    });
  });
}
