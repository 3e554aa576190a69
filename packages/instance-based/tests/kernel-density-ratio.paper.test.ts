import { KernelDensityRatio } from '@graft-ml/instance-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap, mean, normals } from './support/measure.js';

describe('the formula of the kernel density ratio', () => {
  it('is the mean bump of the target over that of the source: by hand', async () => {
    // γ = ln 2 makes exp(−γ·d²) = 2^(−d²); target at 0, source at 0 and 1.
    const { problem } = await new KernelDensityRatio({ gamma: Math.log(2) }).fit({
      source: { x: [[0], [1]] },
      target: { x: [[0]] },
    });
    const raw = [1 / 0.75, 0.5 / 0.75];
    const expected = raw.map((value) => value / mean(raw));
    expect(largestGap(problem.sources[0]!.weights!, expected)).toBeLessThan(1e-14);
  });

  it('is 1 everywhere where both domains hold the same rows', async () => {
    const x = normals(1, 30, 0, 1);
    const { fitted } = await new KernelDensityRatio().fit({ source: { x }, target: { x } });
    expect(largestGap(await fitted.weigh([[0.3], [1.7]]), [1, 1])).toBeLessThan(1e-12);
  });

  it('takes Scott’s width: h = s·n^(−1/(d + 4))', async () => {
    const x = [[0], [2], [4]];
    const { fitted } = await new KernelDensityRatio().fit({ source: { x }, target: { x } });
    // The target's variance is 4 (dividing by n − 1), so h² = 4·3^(−2/5).
    expect(fitted.diagnostics.facts!['gamma']).toBeCloseTo(1 / (2 * 4 * 3 ** (-2 / 5)), 12);
  });
});

describeGolden('inst.density', (golden) => {
  it('gives the same ratio of density estimates', async () => {
    const h = golden.options['bandwidth'] as number;
    const { problem } = await new KernelDensityRatio({ gamma: 1 / (2 * h * h) }).fit({
      source: { x: rowsOf(golden.inputs['Xs']!) },
      target: { x: rowsOf(golden.inputs['Xt']!) },
    });
    const weights = problem.sources[0]!.weights!;
    expectGolden(golden, 'kdeRatioMeanOne', weights);
    const scale = golden.outputs['kdeRatio']!.data[0]! / weights[0]!;
    expectGolden(
      golden,
      'kdeRatio',
      weights.map((value) => value * scale),
    );
  });
});
