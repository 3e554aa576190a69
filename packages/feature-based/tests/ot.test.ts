import { isTransferError, toDense } from '@graft-ml/core';
import { OptimalTransportAdaptation, type OtOptions } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

const labels = Array.from({ length: 60 }, (_, i) => ['a', 'b', 'c'][i % 3]!);

/** Three groups in a row; in the target all have moved by more than half of the way to the next. */
function movedGroups() {
  const random = randomSource(31);
  const rows = (move: number) =>
    labels.map((_, i) => [4 * (i % 3) + move + 0.5 * random.normal(), random.normal()]);
  return { source: { x: rows(0), y: labels }, target: { x: rows(2.4) } };
}

const everyPlan = [
  'exact',
  'entropic',
  'l1-l2',
  'lp-l1',
  'laplacian',
  'partial',
  'unbalanced',
] as const;

async function accuracyOf(options: OtOptions): Promise<number> {
  const { problem } = await new OptimalTransportAdaptation(options).fit(movedGroups());
  return nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
}

describe('OptimalTransportAdaptation', () => {
  it('moves groups with the target: 1-NN from 0.5 to above 0.95', async () => {
    const { source, target } = movedGroups();
    expect(await nearestAccuracy(source.x, labels, target.x, labels)).toBeLessThan(0.55);
    for (const plan of ['exact', 'entropic', 'l1-l2', 'lp-l1', 'laplacian'] as const) {
      const accuracy = await accuracyOf({ plan, regularization: 0.03 });
      expect([plan, accuracy > 0.95]).toEqual([plan, true]);
    }
  });

  it('tells costs, marginal errors and why the solver stopped', async () => {
    for (const plan of everyPlan) {
      const method = new OptimalTransportAdaptation({ plan, regularization: 0.03 });
      const { fitted } = await method.fit(movedGroups());
      const { facts, stopReason } = fitted.diagnostics;
      const [error] = facts!['marginalErrors'] as number[];
      expect(stopReason!.length).toBeGreaterThan(2);
      if (plan === 'partial') expect(error).toBeCloseTo(0.1, 6);
      else if (plan === 'unbalanced') expect(error).toBeGreaterThan(1e-6);
      else expect(error).toBeLessThan(1e-8);
    }
  });

  it('warns when the solver runs out of iterations', async () => {
    const method = new OptimalTransportAdaptation({ plan: 'entropic', maxIterations: 2 });
    const { fitted } = await method.fit(movedGroups());
    expect(fitted.diagnostics.converged).toBe(false);
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['NOT_CONVERGED']);
  });

  it('lets fewer classes send to a target row the more the class penalty counts', async () => {
    const mixing = async (classRegularization: number) => {
      const method = new OptimalTransportAdaptation({
        plan: 'lp-l1',
        regularization: 0.1,
        classRegularization,
      });
      const { fitted } = await method.fit(movedGroups());
      const plan = toDense(fitted.sources[0]!.plan!);
      const mass = new Float64Array(3 * 60);
      plan.data.forEach((value, p) => (mass[(Math.floor(p / 60) % 3) * 60 + (p % 60)]! += value));
      return mass.reduce((sum, value) => sum + value * (1 / 60 - value), 0);
    };
    expect(await mixing(0.05)).toBeLessThan(0.8 * (await mixing(0)));
  });

  it('keeps neighbours together the more the graphs count', async () => {
    const { source, target } = movedGroups();
    const spread = async (laplacianRegularization: number) => {
      const options = { plan: 'laplacian', laplacianRegularization } as const;
      const { problem } = await new OptimalTransportAdaptation(options).fit({ source, target });
      const { data } = toDense(problem.sources[0]!.x);
      const gap = (i: number, k: number) =>
        (data[2 * i]! - data[2 * k]!) ** 2 + (data[2 * i + 1]! - data[2 * k + 1]!) ** 2;
      return labels.reduce((sum, _, i) => sum + (i < 3 ? 0 : gap(i, i % 3)), 0);
    };
    const [none, some, much] = [await spread(0), await spread(1), await spread(100)];
    expect(some).toBeLessThan(0.9 * none);
    expect(much).toBeLessThan(0.5 * some);
  });

  it('has no graph to keep where a domain is one row', async () => {
    const method = new OptimalTransportAdaptation({ plan: 'laplacian' });
    const { problem } = await method.fit({ source: { x: [[1]] }, target: { x: [[2], [4]] } });
    expect(valuesOf(problem.sources[0]!.x)).toEqual(Float64Array.of(3));
  });

  it('leaves rows where they are that a partial plan does not move', async () => {
    const x = [[0], [1], [100]];
    const method = new OptimalTransportAdaptation({ plan: 'partial', mass: 2 / 3 });
    const { problem } = await method.fit({ source: { x }, target: { x: [[0.5], [1.5], [-90]] } });
    expect(largestGap(valuesOf(problem.sources[0]!.x), [0.5, 1.5, 100])).toBeLessThan(1e-9);
  });

  it('sends mass as source weights say', async () => {
    const { source, target } = movedGroups();
    const weights = labels.map((_, i) => (i < 30 ? 2 : 0));
    const method = new OptimalTransportAdaptation();
    const { fitted } = await method.fit({ source: { ...source, weights }, target });
    const plan = toDense(fitted.sources[0]!.plan!).data;
    expect(plan.slice(0, 60).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1 / 30, 10);
    expect(Math.max(...plan.slice(31 * 60))).toBe(0);
  });

  it('takes new rows to the mean of the target under the potentials, smoothly', async () => {
    const method = new OptimalTransportAdaptation({
      plan: 'entropic',
      newRows: 'softmax',
      regularization: 0.05,
    });
    const { problem, fitted } = await method.fit(movedGroups());
    const { x } = movedGroups().source;
    const again = await fitted.transform(x, 'source');
    expect(largestGap(valuesOf(again), valuesOf(problem.sources[0]!.x))).toBeLessThan(1e-6);
    const near = await fitted.transform(
      x.map((row) => row.map((value) => value + 1e-6)),
      'source',
    );
    expect(largestGap(valuesOf(near), valuesOf(again))).toBeLessThan(1e-4);
  });

  it('refuses a class penalty without labels and softmax without an entropic plan', async () => {
    const { source, target } = movedGroups();
    const fit = new OptimalTransportAdaptation({ plan: 'l1-l2' }).fit({
      source: { x: source.x },
      target,
    });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
    expect(() => new OptimalTransportAdaptation({ newRows: 'softmax' })).toThrow(/entropic/);
  });
});
