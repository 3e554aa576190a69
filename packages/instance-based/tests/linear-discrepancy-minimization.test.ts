import { LinearDiscrepancyMinimization } from '@graft-ml/instance-based';
import { fact } from './support/boosting.js';
import { lineError, mean, normals, shimodaira, weightedMean } from './support/measure.js';

const column = (rows: number[][]) => rows.map(([value = 0]) => value);

async function shimodairaRatio(intercept: boolean): Promise<number> {
  let raw = 0;
  let weighted = 0;
  for (let seed = 0; seed < 20; seed++) {
    const data = shimodaira(seed, 60);
    const { problem } = await new LinearDiscrepancyMinimization({ intercept }).fit({
      source: { x: data.xs },
      target: { x: data.xt },
    });
    raw += lineError(data);
    weighted += lineError(data, problem.sources[0]!.weights);
  }
  return weighted / raw;
}

describe('LinearDiscrepancyMinimization', () => {
  it('meets mean and second moment of the target where the source allows it', async () => {
    const [xs, xt] = [normals(1, 150, 0, 1), normals(2, 150, 0.5, 0.7)];
    const { problem, fitted } = await new LinearDiscrepancyMinimization().fit({
      source: { x: xs },
      target: { x: xt },
    });
    const weights = problem.sources[0]!.weights!;
    expect(weightedMean(column(xs), weights)).toBeCloseTo(mean(column(xt)), 4);
    const square = (values: number[]) => values.map((value) => value ** 2);
    expect(weightedMean(square(column(xs)), weights)).toBeCloseTo(mean(square(column(xt))), 4);
    expect(fitted.diagnostics).toMatchObject({ converged: true, warnings: [] });
  });

  it('leaves 0.39 of the squared error of a straight line on Shimodaira’s curve, without intercept 0.41 (20 seeds)', async () => {
    expect(await shimodairaRatio(true)).toBeLessThan(0.45);
    expect(await shimodairaRatio(false)).toBeLessThan(0.47);
  });

  it('gives equal rows equal weights, and does not mind their order', async () => {
    const xs = normals(5, 20, 0, 1);
    const target = { x: normals(6, 20, 1, 1) };
    const source = { x: [...xs, ...xs] };
    const { problem } = await new LinearDiscrepancyMinimization().fit({ source, target });
    const weights = problem.sources[0]!.weights!;
    for (let i = 0; i < 20; i++) expect(weights[i]).toBeCloseTo(weights[i + 20]!, 6);
  });

  it('says how far it may be from the best where it has to stop', async () => {
    const input = { source: { x: normals(7, 40, 0, 1) }, target: { x: normals(8, 40, 1, 1) } };
    const { diagnostics } = (
      await new LinearDiscrepancyMinimization({ maxIterations: 1 }).fit(input)
    ).fitted;
    expect([diagnostics.converged, diagnostics.iterations]).toEqual([false, 1]);
    expect(diagnostics.warnings.map(({ code }) => code)).toContain('NOT_CONVERGED');
  });

  it('weighs each source on its own', async () => {
    const sources = [{ x: normals(9, 30, -1, 1) }, { x: normals(10, 25, 2, 1) }];
    const { problem, fitted } = await new LinearDiscrepancyMinimization().fit({
      sources,
      target: { x: normals(11, 30, 0.5, 0.5) },
    });
    for (const { weights } of problem.sources) expect(mean(weights!)).toBeCloseTo(1, 12);
    expect(fact(fitted, 'discrepancy')).toHaveLength(2);
  });
});
