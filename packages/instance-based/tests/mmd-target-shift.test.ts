import { priorShift } from '@graft-ml/datasets';
import { MmdTargetShift } from '@graft-ml/instance-based';
import { accuracyUnder, shareError } from './support/prior-shift.js';

describe('MmdTargetShift', () => {
  it('finds a share of 0.9 within 0.031 on average and lifts the accuracy from 0.845 to 0.926 (20 seeds)', async () => {
    expect(await shareError(new MmdTargetShift())).toBeLessThan(0.04);
    expect(await accuracyUnder(new MmdTargetShift())).toBeGreaterThan(0.92);
  }, 30_000);

  it('brings the kernel means together', async () => {
    const { fitted } = await new MmdTargetShift().fit(priorShift({ seed: 2 }).problem);
    const [before = 0] = fitted.diagnostics.facts!['mmd2Before'] as number[];
    const [after = 0] = fitted.diagnostics.facts!['mmd2After'] as number[];
    expect(after).toBeLessThan(0.1 * before);
    expect(after).toBeGreaterThanOrEqual(0);
  });

  it('leaves classes out that the source knows by name only, and counts rows by their weights', async () => {
    const x = [[0], [0.1], [5], [5.1], [5.2]];
    const sources = [
      { x, y: ['a', 'a', 'b', 'b', 'b'] },
      { x, y: ['c', 'a', 'b', 'b', 'b'], weights: [0, 2.5, 1, 1, 0.5] },
    ];
    const { fitted } = await new MmdTargetShift().fit({
      sources,
      target: { x: [[0], [5], [0.1]] },
    });
    expect(fitted.targetPriors[0]![2]).toBe(0);
    expect(fitted.targetPriors[1]![2]).toBe(0);
    for (const [a = 0] of fitted.targetPriors) expect(Math.abs(a - 2 / 3)).toBeLessThan(0.03);
  });
});
