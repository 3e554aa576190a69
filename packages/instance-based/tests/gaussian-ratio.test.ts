import { isTransferError } from '@graft-ml/core';
import { GaussianRatio } from '@graft-ml/instance-based';
import { largestGap, lineError, normals, shimodaira } from './support/measure.js';

describe('GaussianRatio', () => {
  it('leaves 0.33 of the squared error of a straight line on Shimodaira’s curve (mean of 20 seeds)', async () => {
    let raw = 0;
    let weighted = 0;
    for (let seed = 0; seed < 20; seed++) {
      const data = shimodaira(seed, 100);
      const { problem } = await new GaussianRatio().fit({
        source: { x: data.xs },
        target: { x: data.xt },
      });
      raw += lineError(data);
      weighted += lineError(data, problem.sources[0]!.weights);
    }
    expect(weighted / raw).toBeLessThan(0.4);
  });

  it('weighs new rows as it weighed those it was fitted on, each source on its own scale', async () => {
    const sources = [{ x: normals(3, 50, 0, 1) }, { x: normals(4, 40, 300, 1) }];
    const { problem, fitted } = await new GaussianRatio().fit({
      sources,
      target: { x: normals(5, 60, 1, 1) },
    });
    for (const [k, { x }] of sources.entries()) {
      expect(largestGap(await fitted.weigh(x, k), problem.sources[k]!.weights!)).toBeLessThan(1e-9);
    }
  });

  it('warns where the target is wider than the source and few rows carry the weight', async () => {
    const { fitted } = await new GaussianRatio().fit({
      source: { x: normals(6, 200, 0, 1) },
      target: { x: normals(7, 200, 0, 8) },
    });
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['ESS_LOW']);
  });

  it('refuses a singular covariance without regularization', async () => {
    const x = [
      [1, 2],
      [2, 4],
      [3, 6],
    ];
    const fit = new GaussianRatio({ regularization: 0 }).fit({ source: { x }, target: { x } });
    expect(isTransferError(await fit.catch((e: unknown) => e), 'NUMERICAL')).toBe(true);
  });
});
