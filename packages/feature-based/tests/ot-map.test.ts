import { OptimalTransportMap } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

const labels = Array.from({ length: 60 }, (_, i) => i % 3);

/** Groups at three corners; in the target turned by 40 degrees, stretched and shifted. */
function rows(seed: number, turned: boolean): number[][] {
  const random = randomSource(seed);
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  return labels.map((label) => {
    const x = [0, 3, 1][label]! + 0.3 * random.normal();
    const y = [0, 0.5, 2][label]! + 0.3 * random.normal();
    return turned ? [1.3 * (c * x - s * y) + 1.5, s * x + c * y - 2] : [x, y];
  });
}

const source = { x: rows(1, false), y: labels };
const target = { x: rows(2, true) };

describe('OptimalTransportMap', () => {
  it('turns groups onto the target, new rows as well as old ones', async () => {
    const alone = await nearestAccuracy(source.x, labels, target.x, labels);
    expect(alone).toBeLessThan(0.7);
    for (const kernel of ['linear', 'rbf'] as const) {
      const { problem, fitted } = await new OptimalTransportMap({ kernel }).fit({ source, target });
      const after = await nearestAccuracy(problem.sources[0]!.x, labels, target.x, labels);
      expect([kernel, after > 0.97]).toEqual([kernel, true]);
      const fresh = await fitted.transform(rows(3, false), 'source');
      expect(await nearestAccuracy(fresh, labels, target.x, labels)).toBeGreaterThan(0.97);
      expect(fitted.diagnostics.converged).toBe(true);
      const { gaps, objectives } = fitted.diagnostics.facts as Record<string, number[]>;
      expect(gaps![0]! / objectives![0]!).toBeLessThan(2e-3);
    }
  });

  it('leaves rows where they are when nothing has shifted, with either kernel', async () => {
    for (const kernel of ['linear', 'rbf'] as const) {
      const { problem } = await new OptimalTransportMap({ kernel }).fit({
        source,
        target: { x: source.x },
      });
      expect(largestGap(valuesOf(problem.sources[0]!.x), source.x.flat())).toBeLessThan(1e-8);
    }
  });

  it('ignores rows of weight 0 and maps every source on its own', async () => {
    const far = { x: [...source.x, [500, 500]], weights: [...labels.map(() => 1), 0] };
    const method = new OptimalTransportMap();
    const { fitted } = await method.fit({ sources: [source, far], target });
    const [one, two] = [
      await fitted.transform(source.x, 'source'),
      await fitted.transform(source.x, { source: 1 }),
    ];
    expect(largestGap(valuesOf(one), valuesOf(two))).toBeLessThan(1e-6);
    expect(valuesOf(await fitted.transform([[7, 8]], 'target'))).toEqual(Float64Array.of(7, 8));
  });

  it('says when it ran out of transport problems', async () => {
    const { fitted } = await new OptimalTransportMap({ maxIterations: 1 }).fit({ source, target });
    expect(fitted.diagnostics.converged).toBe(false);
    expect(fitted.diagnostics.stopReason).toBe('max-iterations');
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['NOT_CONVERGED']);
  });
});
