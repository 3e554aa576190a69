import { BalancedWeighting } from '@graft-ml/instance-based';
import { RidgeRegression } from '@graft-ml/learners';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { largestGap, mean } from './support/measure.js';

const source = { x: [[0], [1], [2], [4]], y: [0.5, 1.5, 2, 4.5] };
const target = { x: [[1]], labelled: { x: [[0], [3]], y: [1, 2.5] } };

describe('the formula of balanced weighting', () => {
  it('is source ∝ nT·(1 − γ), target ∝ nS·γ, mean 1', async () => {
    const gamma = 0.8;
    const { problem } = await new BalancedWeighting({ targetShare: gamma }).fit({ source, target });
    const raw = [...source.y.map(() => 2 * (1 - gamma)), 4 * gamma, 4 * gamma];
    const received = problem.sources.flatMap(({ weights }) => Array.from(weights!));
    expect(
      largestGap(
        received,
        raw.map((value) => value / mean(raw)),
      ),
    ).toBeLessThan(1e-15);
  });

  it('makes ridge minimize (1 − γ)·mean source loss + γ·mean target loss', async () => {
    const gamma = 0.6;
    const { problem } = await new BalancedWeighting({ targetShare: gamma }).fit({ source, target });
    const model = await new RidgeRegression({ regularization: 1e-9 }).fit(problem);
    const [low = 0, high = 0] = await model.predictEncoded([[0], [1]]);
    const loss = (intercept: number, slope: number) => {
      const error = (x: number[][], y: number[]) =>
        mean(y.map((value, i) => (intercept + slope * x[i]![0]! - value) ** 2));
      const { labelled } = target;
      return (1 - gamma) * error(source.x, source.y) + gamma * error(labelled.x, labelled.y);
    };
    const best = loss(low, high - low);
    for (const [a, b] of [
      [1e-3, 0],
      [-1e-3, 0],
      [0, 1e-3],
      [0, -1e-3],
    ] as const)
      expect(loss(low + a, high - low + b)).toBeGreaterThan(best);
  });
});

describeGolden('inst.balanced', (golden) => {
  it('gives the same weights', async () => {
    const rows = (n: number) => Array.from({ length: n }, (_, i) => [i]);
    const [ns = 0, nt = 0] = [golden.inputs['ns']!.data[0], golden.inputs['nt']!.data[0]];
    const labels = (n: number) => Array.from({ length: n }, (_, i) => i % 2);
    const { problem } = await new BalancedWeighting({
      targetShare: golden.options['gamma'] as number,
    }).fit({
      source: { x: rows(ns), y: labels(ns) },
      target: { x: rows(1), labelled: { x: rows(nt), y: labels(nt) } },
    });
    for (const weight of problem.sources[0]!.weights!)
      expectGolden(golden, 'sourceWeight', [weight]);
    for (const weight of problem.sources[1]!.weights!)
      expectGolden(golden, 'targetWeight', [weight]);
  });
});
