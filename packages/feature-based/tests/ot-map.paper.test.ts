import { OptimalTransportMap, type OtMapOptions } from '@graft-ml/feature-based';
import fixture from './fixtures/ot-map.json' with { type: 'json' };
import { largestGap, valuesOf } from './support/measure.js';

const { costWeight, gamma, regularization, weights, xnew, xs, xt } = fixture;

describe('the formula of joint map estimation', () => {
  for (const { kernel, prior, objective, moved, newMoved } of fixture.cases) {
    it(`has the optimum of the quadratic programme in plan and map: ${kernel}, ${prior}`, async () => {
      const options = { kernel, prior, costWeight, gamma, regularization } as OtMapOptions;
      const method = new OptimalTransportMap({ ...options, tolerance: 1e-8, maxIterations: 2000 });
      const { problem, fitted } = await method.fit({
        source: { x: xs, weights },
        target: { x: xt },
      });
      const [value] = fitted.diagnostics.facts!['objectives'] as number[];
      expect(Math.abs(value! - objective)).toBeLessThan(1e-6);
      expect(largestGap(valuesOf(problem.sources[0]!.x), moved)).toBeLessThan(1e-3);
      const fresh = valuesOf(await fitted.transform(xnew, 'source'));
      expect(largestGap(fresh, newMoved)).toBeLessThan(1e-3);
    });
  }

  it('is the same from features and from inner products of rows', async () => {
    // Zero columns change no distance but make the rows fewer than the features.
    const wide = (rows: number[][]) => rows.map((row) => [...row, ...new Array<number>(9).fill(0)]);
    const method = new OptimalTransportMap({ regularization, costWeight, tolerance: 1e-9 });
    const narrow = await method.fit({ source: { x: xs }, target: { x: xt } });
    const padded = await method.fit({ source: { x: wide(xs) }, target: { x: wide(xt) } });
    const values = valuesOf(padded.problem.sources[0]!.x);
    const kept = values.filter((_, p) => p % 11 < 2);
    expect(largestGap(kept, valuesOf(narrow.problem.sources[0]!.x))).toBeLessThan(1e-6);
  });

  it('tends to a shift of the mean, or to the mean, as the penalty grows', async () => {
    const mean = (rows: number[][], j: number) =>
      rows.reduce((sum, row) => sum + row[j]! / rows.length, 0);
    for (const kernel of ['linear', 'rbf'] as const) {
      for (const prior of ['identity', 'zero'] as const) {
        const method = new OptimalTransportMap({ kernel, prior, regularization: 1e7 });
        const { fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
        const moved = valuesOf(await fitted.transform([[4, -2]], 'source'));
        const expected = [4, -2].map(
          (value, j) => mean(xt, j) + (prior === 'identity' ? value - mean(xs, j) : 0),
        );
        expect(largestGap(moved, expected)).toBeLessThan(1e-4);
      }
    }
  });
});
