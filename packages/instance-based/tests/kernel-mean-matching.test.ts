import { curvedBoundary } from '@graft-ml/datasets';
import { KernelMeanMatching } from '@graft-ml/instance-based';
import { lineError, mean, normals, shimodaira, weightedMean } from './support/measure.js';

const column = (rows: number[][]) => rows.map(([value = 0]) => value);

describe('KernelMeanMatching', () => {
  it('brings the weighted source mean within 0.1 of the target mean and shrinks the kernel distance a hundredfold', async () => {
    const [xs, xt] = [normals(1, 300, 0, 1), normals(2, 300, 1, 0.7)];
    const { problem, fitted } = await new KernelMeanMatching().fit({
      source: { x: xs },
      target: { x: xt },
    });
    const moved = weightedMean(column(xs), problem.sources[0]!.weights!);
    expect(Math.abs(moved - mean(column(xt)))).toBeLessThan(0.1);
    const { mmd2Before, mmd2After } = fitted.diagnostics.facts as Record<string, number[]>;
    expect(mmd2After![0]!).toBeLessThan(0.01 * mmd2Before![0]!);
  });

  it('leaves 0.37 of the squared error of a straight line on Shimodaira’s curve (mean of 20 seeds)', async () => {
    let raw = 0;
    let weighted = 0;
    for (let seed = 0; seed < 20; seed++) {
      const data = shimodaira(seed, 100);
      const { problem } = await new KernelMeanMatching().fit({
        source: { x: data.xs },
        target: { x: data.xt },
      });
      raw += lineError(data);
      weighted += lineError(data, problem.sources[0]!.weights);
    }
    expect(weighted / raw).toBeLessThan(0.45);
  });

  it('keeps every row: 701 rows get 701 weights, and the last ones as much as the first: they count as more than 400', async () => {
    const xs = normals(3, 701, 0, 1);
    const { problem, fitted } = await new KernelMeanMatching({ gamma: 0.5 }).fit({
      source: { x: xs },
      target: { x: normals(4, 100, 0.3, 1) },
    });
    const weights = problem.sources[0]!.weights!;
    expect(weights).toHaveLength(701);
    expect(mean(weights.slice(-100))).toBeGreaterThan(0.4);
    expect(fitted.effectiveSampleSizes[0]).toBeGreaterThan(400);
  });

  it('says which target rows no source row is near, and that few rows carry the weight', async () => {
    const { fitted } = await new KernelMeanMatching({ gamma: 5 }).fit({
      source: { x: normals(5, 60, 0, 1) },
      target: { x: [...normals(6, 20, 3, 0.1), [9], [10]] },
    });
    const [gap, low] = fitted.diagnostics.warnings;
    expect(gap).toMatchObject({ code: 'SUPPORT_GAP' });
    expect(gap!.message).toContain('2 of 22 target rows');
    expect(low).toMatchObject({ code: 'ESS_LOW' });
  });

  it('bounds the weights where the dense solver comes too near to the bound to factorise', async () => {
    const { problem } = curvedBoundary({ seed: 19 });
    const { fitted } = await new KernelMeanMatching({ maxWeight: 5 }).fit(problem);
    expect(fitted.diagnostics.converged).toBe(true);
    expect(fitted.effectiveSampleSizes[0]).toBeGreaterThan(30);
  });

  it('reports why it stopped, and warns when it had to', async () => {
    const input = { source: { x: normals(7, 40, 0, 1) }, target: { x: normals(8, 40, 1, 1) } };
    const done = (await new KernelMeanMatching().fit(input)).fitted.diagnostics;
    const cut = (await new KernelMeanMatching({ maxIterations: 1 }).fit(input)).fitted.diagnostics;
    expect([done.converged, cut.converged]).toEqual([true, false]);
    expect(cut.stopReason).toContain('used up');
    expect(cut.warnings.map(({ code }) => code)).toContain('NOT_CONVERGED');
  });
});
