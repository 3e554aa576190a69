import type { ProblemStrategy } from '@graft-ml/core';
import type { FittedKernelRatio } from '@graft-ml/instance-based';
import { largestGap, lineError, mean, normals, shimodaira, weightedMean } from './measure.js';

const column = (rows: number[][]) => rows.map(([value = 0]) => value);

/** Tests of what every ratio of kernels promises; the weighted mean comes `within` so much of the target's. */
export function itFitsRatio(
  Method: new (options?: { readonly gamma?: number }) => ProblemStrategy<FittedKernelRatio>,
  within: number,
): void {
  it(`moves the weighted source mean within ${within} of the target mean, 1 away`, async () => {
    const [xs, xt] = [normals(1, 300, 0, 1), normals(2, 300, 1, 0.7)];
    const { problem } = await new Method().fit({ source: { x: xs }, target: { x: xt } });
    const moved = weightedMean(column(xs), problem.sources[0]!.weights!);
    expect(Math.abs(moved - mean(column(xt)))).toBeLessThan(within);
  });

  it('leaves 0.33 of the squared error of a straight line on Shimodaira’s curve (mean of 20 seeds)', async () => {
    let raw = 0;
    let weighted = 0;
    for (let seed = 0; seed < 20; seed++) {
      const data = shimodaira(seed, 100);
      const { problem } = await new Method().fit({
        source: { x: data.xs },
        target: { x: data.xt },
      });
      raw += lineError(data);
      weighted += lineError(data, problem.sources[0]!.weights);
    }
    expect(weighted / raw).toBeLessThan(0.4);
  });

  it('weighs new rows as it weighed those it was fitted on, each source on its own scale', async () => {
    const sources = [{ x: normals(3, 50, 0, 1) }, { x: normals(4, 40, 2, 1) }];
    const { problem, fitted } = await new Method().fit({
      sources,
      target: { x: normals(5, 60, 1, 1) },
    });
    for (const [k, { x }] of sources.entries()) {
      expect(largestGap(await fitted.weigh(x, k), problem.sources[k]!.weights!)).toBeLessThan(
        1e-12,
      );
    }
  });

  it('says which width it found, and which target rows no source row is near', async () => {
    const target = { x: [...normals(6, 30, 0.5, 1), [50]] };
    const { fitted } = await new Method({ gamma: 1 }).fit({
      source: { x: normals(7, 60, 0, 1) },
      target,
    });
    expect(fitted.diagnostics.facts!['gamma']).toEqual([1]);
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toContain('SUPPORT_GAP');
  });
}
