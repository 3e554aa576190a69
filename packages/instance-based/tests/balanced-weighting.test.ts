import { isTransferError } from '@graft-ml/core';
import { BalancedWeighting } from '@graft-ml/instance-based';
import { mean } from './support/measure.js';
import { accuracyAfter } from './support/sources.js';

const target = { x: [[5], [6]], labelled: { x: [[3], [4]], y: [1, 0] } };
const first = { x: [[0], [1], [2]], y: [0, 1, 1] };
const second = { x: [[7], [8], [9], [1], [2]], y: [0, 1, 1, 0, 1], weights: [2, 2, 1, 0, 0] };

describe('BalancedWeighting', () => {
  it('gives the sources together one share and the target the other', async () => {
    const sources = [first, second];
    const { problem } = await new BalancedWeighting({ targetShare: 0.3 }).fit({ sources, target });
    const sums = problem.sources.map(({ weights }) => mean(weights!) * weights!.length);
    expect(sums.reduce((a, b) => a + b)).toBeCloseTo(10, 12);
    expect(sums[2]! / 10).toBeCloseTo(0.3, 12);
    expect(sums[1]! / sums[0]!).toBeCloseTo(5 / 3, 12);
    expect(problem.sources[1]!.weights![0]).toBeCloseTo(2 * problem.sources[1]!.weights![2]!, 12);
  });

  it('has 0.78 against 0.75 target-only and 0.56 pooled with 10 labels and three misleading sources (20 seeds)', async () => {
    const accuracy = await accuracyAfter(new BalancedWeighting(), { nLabelled: 10 });
    expect(accuracy).toBeGreaterThan(0.77);
  });

  it('gains 0.05 on source-only with related sources (20 seeds)', async () => {
    const options = { nLabelled: 20, angle: 30 };
    const without = await accuracyAfter(undefined, options, 'related');
    const balanced = await accuracyAfter(new BalancedWeighting(), options, 'related');
    expect(balanced - without).toBeGreaterThan(0.04);
  });

  it('needs labelled target rows', async () => {
    const unlabelled = { source: first, target: { x: target.x } };
    const error = await new BalancedWeighting().fit(unlabelled).catch((e: unknown) => e);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
  });
});
