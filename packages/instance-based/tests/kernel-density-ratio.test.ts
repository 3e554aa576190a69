import { isTransferError } from '@graft-ml/core';
import { KernelDensityRatio } from '@graft-ml/instance-based';
import { largestGap, lineError, normals, shimodaira } from './support/measure.js';

describe('KernelDensityRatio', () => {
  it('leaves 0.33 of the squared error of a straight line on Shimodaira’s curve (mean of 20 seeds)', async () => {
    let raw = 0;
    let weighted = 0;
    for (let seed = 0; seed < 20; seed++) {
      const data = shimodaira(seed, 100);
      const { problem } = await new KernelDensityRatio().fit({
        source: { x: data.xs },
        target: { x: data.xt },
      });
      raw += lineError(data);
      weighted += lineError(data, problem.sources[0]!.weights);
    }
    expect(weighted / raw).toBeLessThan(0.4);
  });

  it('weighs new rows as it weighed those it was fitted on, and rows far from everything 0', async () => {
    const sources = [{ x: normals(3, 50, 0, 1) }, { x: normals(4, 40, 2, 1) }];
    const { problem, fitted } = await new KernelDensityRatio().fit({
      sources,
      target: { x: normals(5, 60, 1, 1) },
    });
    for (const [k, { x }] of sources.entries()) {
      expect(largestGap(await fitted.weigh(x, k), problem.sources[k]!.weights!)).toBeLessThan(
        1e-12,
      );
    }
    expect(await fitted.weigh([[1e6]])).toEqual(Float64Array.of(0));
  });

  it('says which target rows no source row is near', async () => {
    const target = { x: [...normals(6, 30, 0, 1), [90]] };
    const { fitted } = await new KernelDensityRatio({ gamma: 1 }).fit({
      source: { x: normals(7, 60, 0, 1) },
      target,
    });
    expect(fitted.diagnostics.warnings[0]).toMatchObject({ code: 'SUPPORT_GAP' });
  });

  it('asks for a width where the target is constant', async () => {
    const fit = new KernelDensityRatio().fit({
      source: { x: [[1], [2]] },
      target: { x: [[3], [3]] },
    });
    expect(isTransferError(await fit.catch((e: unknown) => e), 'NUMERICAL')).toBe(true);
  });
});
