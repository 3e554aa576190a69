import { denseMatrix } from '@graft-ml/core';
import { Kliep } from '@graft-ml/instance-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { maximizeLikelihood } from '../src/internal/mixture-likelihood.js';
import { largestGap, mean, normals } from './support/measure.js';

describe('the formula of KLIEP', () => {
  it('maximises the mean log of a mixture: by hand for two columns that never overlap', () => {
    // Three rows under the first column, one under the second: shares 3/4 and 1/4.
    const density = denseMatrix(4, 2, Float64Array.of(2, 0, 2, 0, 2, 0, 0, 5));
    const { shares, objective } = maximizeLikelihood(referenceLinearAlgebra, density, 1e-12, 100);
    expect(largestGap(shares, [0.75, 0.25])).toBeLessThan(1e-10);
    expect(objective).toBeCloseTo(0.75 * Math.log(1.5) + 0.25 * Math.log(1.25), 10);
  });

  it('keeps the mean ratio over the source at 1 and no other coefficients are likelier', async () => {
    const [xs, xt] = [normals(1, 40, 0, 1), normals(2, 30, 0.8, 0.7)];
    const { problem, fitted } = await new Kliep({ gamma: 1 }).fit({
      source: { x: xs },
      target: { x: xt },
    });
    expect(mean(problem.sources[0]!.weights!)).toBeCloseTo(1, 12);
    const likelihood = (await fitted.weigh(xt)).reduce((sum, r) => sum + Math.log(r) / 30, 0);
    expect((fitted.diagnostics.facts!['objective'] as number[])[0]).toBeCloseTo(likelihood, 9);
    for (let c = 0; c < 30; c++) {
      const { centres, coefficients } = fitted.expansions[0]!;
      const moved = coefficients.map((value, k) => value + (k === c ? 0.01 : 0));
      const ratio = (x: number) =>
        centres.data.reduce((sum, at, k) => sum + moved[k]! * Math.exp(-((x - at) ** 2)), 0);
      const scale = mean(xs.map(([x = 0]) => ratio(x)));
      const other = mean(xt.map(([x = 0]) => Math.log(ratio(x) / scale)));
      expect(other).toBeLessThan(likelihood + 1e-9);
    }
  });
});

describeGolden('inst.kliep', (golden) => {
  it('reaches the maximum with the same weights and target ratios', async () => {
    const [xs, xt] = [rowsOf(golden.inputs['Xs']!), rowsOf(golden.inputs['Xt']!)];
    const { problem, fitted } = await new Kliep({
      gamma: golden.options['gamma'] as number,
      nCentres: 25,
    }).fit({ source: { x: xs }, target: { x: xt } });
    expectGolden(golden, 'objective', fitted.diagnostics.facts!['objective'] as number[]);
    expectGolden(golden, 'weights', problem.sources[0]!.weights!);
    expectGolden(golden, 'targetRatio', await fitted.weigh(xt));
  });
});
