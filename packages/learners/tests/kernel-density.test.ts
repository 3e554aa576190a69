import { logKernelDensity, scottBandwidth } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups, someWeights, sparse } from './support/samples.js';

describe('logKernelDensity', () => {
  it('is the logarithm of a weighted mean of Gaussians', () => {
    const { x } = groups(30, 2, 1);
    const w = someWeights(30, 2);
    const h = 0.7;
    const total = w.reduce((a, b) => a + b, 0);
    const sum = x.reduce((s, row, i) => {
      const square = (row[0]! - 0.5) ** 2 + (row[1]! - 1) ** 2;
      return s + (w[i]! * Math.exp(-square / (2 * h * h))) / (2 * Math.PI * h * h);
    }, 0);
    const [density] = logKernelDensity(x, [[0.5, 1]], { bandwidth: h, weights: w });
    expect(density).toBeCloseTo(Math.log(sum / total), 13);
  });

  it('is finite far out, the same over blocks and from sparse rows', () => {
    const { x } = groups(2200, 2, 1);
    const all = logKernelDensity(
      x,
      [
        [1e4, 0],
        [1, 1],
      ],
      { bandwidth: 0.5 },
    );
    expect(all[0]).toBeLessThan(-1e8);
    expect(all[0]).toBeGreaterThan(-Infinity);
    const halves = [x.slice(0, 1100), x.slice(1100)].map(
      (rows) => logKernelDensity(rows, [[1, 1]], { bandwidth: 0.5 })[0]!,
    );
    expect(Math.exp(all[1]!)).toBeCloseTo((Math.exp(halves[0]!) + Math.exp(halves[1]!)) / 2, 14);
    expect(logKernelDensity(sparse(x), [[1, 1]], { bandwidth: 0.5 })[0]).toBeCloseTo(all[1]!, 12);
  });

  it('takes Scott’s width by default and refuses none', () => {
    const { x } = groups(50, 2, 3);
    const h = scottBandwidth(x);
    expect(logKernelDensity(x, x)).toEqual(logKernelDensity(x, x, { bandwidth: h }));
    const variance = [0, 1].reduce((s, j) => {
      const mean = x.reduce((q, row) => q + row[j]!, 0) / 50;
      return s + x.reduce((q, row) => q + (row[j]! - mean) ** 2, 0) / 100;
    }, 0);
    expect(h).toBeCloseTo(Math.sqrt(variance) * 50 ** (-1 / 6), 12);
    expect(() => logKernelDensity([[1], [1]], [[1]])).toThrow(
      '"bandwidth" must be a number in (0, ∞); received 0.',
    );
  });
});

describeGolden('learn.kde', (golden) => {
  it('agrees with weights and without', () => {
    const { X, Z, w } = golden.inputs;
    const bandwidth = golden.options['bandwidth'] as number;
    expectGolden(golden, 'logDensity', logKernelDensity(rowsOf(X!), rowsOf(Z!), { bandwidth }));
    const weighted = logKernelDensity(rowsOf(X!), rowsOf(Z!), { bandwidth, weights: w!.data });
    expectGolden(golden, 'weightedLogDensity', weighted);
  });
});
