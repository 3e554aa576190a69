import { MongeAlignment } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

const labels = Array.from({ length: 60 }, (_, i) => i % 2);

/** Two groups seen by a device with its own gains and offsets. */
function device(seed: number): number[][] {
  const random = randomSource(seed);
  const [a, b, c] = [1 + 2 * random.uniform(), 1 + 2 * random.uniform(), 0.4 * random.normal()];
  const [u, v] = [2 * random.normal(), 2 * random.normal()];
  return labels.map((label) => {
    const x = 2 * label + 0.5 * random.normal();
    const y = -label + 0.5 * random.normal();
    return [a * x + c * y + u, c * x + b * y + v];
  });
}

const input = {
  sources: [1, 2, 3].map((seed) => ({ x: device(seed), y: labels })),
  target: { x: device(6) },
};

describe('MongeAlignment', () => {
  it('brings devices together for sources and target: 1-NN to above 0.9', async () => {
    const stack = (xs: readonly { readonly x: Parameters<typeof valuesOf>[0] }[]) =>
      xs
        .map(({ x }) =>
          Array.from({ length: 60 }, (_, i) => [...valuesOf(x).slice(2 * i, 2 * i + 2)]),
        )
        .flat();
    const ys = [...labels, ...labels, ...labels];
    const before = await nearestAccuracy(stack(input.sources), ys, input.target.x, labels);
    expect(before).toBeLessThan(0.75);
    for (const reference of ['sources', 'all', 'target'] as const) {
      const { problem, fitted } = await new MongeAlignment({ reference }).fit(input);
      const after = await nearestAccuracy(stack(problem.sources), ys, problem.target.x, labels);
      expect([reference, after > 0.9]).toEqual([reference, true]);
      expect(fitted.diagnostics.converged).toBe(true);
      expect(fitted.diagnostics.stopReason).toBe('residual');
      expect(fitted.diagnostics.facts!['squaredDistances']).toHaveLength(4);
    }
  });

  it('does not depend on the order of the sources, nor on the target but for its own map', async () => {
    const method = new MongeAlignment();
    const one = await method.fit(input);
    const { sources } = input;
    const turned = { sources: [sources[2]!, sources[0]!, sources[1]!], target: { x: device(9) } };
    const two = await method.fit(turned);
    const [a, b] = [one.problem.sources[0]!.x, two.problem.sources[1]!.x];
    expect(largestGap(valuesOf(a), valuesOf(b))).toBeLessThan(1e-7);
  });

  it('says when the barycentre was not reached', async () => {
    const { fitted } = await new MongeAlignment({ maxIterations: 1 }).fit(input);
    expect(fitted.diagnostics.converged).toBe(false);
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['NOT_CONVERGED']);
  });
});
