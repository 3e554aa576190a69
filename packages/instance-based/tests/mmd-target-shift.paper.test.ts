import { MmdTargetShift } from '@graft-ml/instance-based';
import { priorShift } from '@graft-ml/datasets';
import { largestGap } from './support/measure.js';

describe('the programme of MMDTarS', () => {
  const source = { x: [[0], [1], [2], [4], [5]], y: ['a', 'a', 'b', 'b', 'b'] };
  const target = { x: [[0.5], [0], [4.5], [1]] };
  const gamma = 0.3;
  const k = (x: number[], y: number[]) => Math.exp(-gamma * (x[0]! - y[0]!) ** 2);
  const meanOf = (a: number[][], b: number[][]) =>
    a.reduce((sum, x) => sum + b.reduce((part, y) => part + k(x, y), 0), 0) / (a.length * b.length);
  const [a, b] = [source.x.slice(0, 2), source.x.slice(2)];
  const distance = (q: number) =>
    q * q * meanOf(a, a) +
    2 * q * (1 - q) * meanOf(a, b) +
    (1 - q) ** 2 * meanOf(b, b) -
    2 * q * meanOf(a, target.x) -
    2 * (1 - q) * meanOf(b, target.x) +
    meanOf(target.x, target.x);

  it('finds the shares of least distance between the kernel means', async () => {
    const { fitted } = await new MmdTargetShift({ gamma }).fit({ source, target });
    const q = fitted.targetPriors[0]![0]!;
    expect(q).toBeGreaterThan(0.5);
    for (const other of [q - 1e-3, q + 1e-3]) expect(distance(other)).toBeGreaterThan(distance(q));
    const facts = fitted.diagnostics.facts as Record<string, number[]>;
    expect(facts['mmd2After']![0]).toBeCloseTo(distance(q), 12);
    expect(facts['mmd2Before']![0]).toBeCloseTo(distance(2 / 5), 12);
  });

  it('leaves all weights 1 where both domains hold the same rows', async () => {
    const { source: same } = priorShift({ seed: 1, nSource: 60 }).problem;
    const { problem } = await new MmdTargetShift().fit({
      source: same,
      target: { x: same.x, featureNames: same.featureNames },
    });
    expect(largestGap(problem.sources[0]!.weights!, new Float64Array(60).fill(1))).toBeLessThan(
      1e-5,
    );
  });
});
