import { JointDistributionTransport } from '@graft-ml/feature-based';
import { DecisionTree, RidgeRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { nearestAccuracy } from './support/measure.js';
import { movedRows, rowLabels } from './support/moved-groups.js';

describe('JointDistributionTransport', () => {
  const source = { x: movedRows(0), y: rowLabels };
  const target = { x: movedRows(2.4) };
  const accuracyOf = (predicted: readonly unknown[]) =>
    predicted.filter((label, i) => label === rowLabels[i]).length / predicted.length;

  it('labels groups that moved past each other, new rows too', async () => {
    const alone = await nearestAccuracy(source.x, rowLabels, target.x, rowLabels);
    expect(alone).toBeLessThan(0.6);
    for (const plan of ['exact', 'entropic'] as const) {
      const model = await new JointDistributionTransport({ plan }).fit({ source, target });
      expect([plan, accuracyOf(await model.predict(target.x)) > 0.95]).toEqual([plan, true]);
      expect(accuracyOf(await model.predict(movedRows(2.4, 5)))).toBeGreaterThan(0.95);
      expect(model.diagnostics.converged).toBe(true);
    }
  });

  it('follows a line that has moved in rows and values: squared error from above 25 to below 1', async () => {
    const random = randomSource(4);
    const line = (move: number) => Array.from({ length: 50 }, () => [random.normal() + move]);
    const [x, xt] = [line(0), line(2)];
    const y = x.map(([a]) => 3 * a! + 0.1 * random.normal());
    const truth = xt.map(([a]) => 3 * (a! - 2));
    const error = (values: ArrayLike<number>) =>
      truth.reduce((sum, value, i) => sum + (value - values[i]!) ** 2 / truth.length, 0);
    const alone = await new RidgeRegression().fit({ x, y, task: 'regression' });
    expect(error(await alone.predictEncoded(xt))).toBeGreaterThan(25);
    const model = await new JointDistributionTransport().fit({
      source: { x, y },
      target: { x: xt },
    });
    expect(error(await model.predictEncoded(xt))).toBeLessThan(1);
  });

  it('takes learners with other losses, and says how every round went', async () => {
    const learner = new DecisionTree({ maxDepth: 2 });
    const method = new JointDistributionTransport({}, { learner });
    const model = await method.fit({ source, target });
    expect(accuracyOf(await model.predict(target.x))).toBeGreaterThan(0.9);
    const trace = model.diagnostics.facts!['trace'] as { saving: number; iteration: number }[];
    expect(trace).toHaveLength(model.diagnostics.iterations!);
    expect(model.diagnostics.stopReason).toMatch(/optimal/);
  });

  it('tells when the rounds ran out, and of classes that nobody got', async () => {
    const short = await new JointDistributionTransport({ maxIterations: 1, tolerance: 0 }).fit({
      source,
      target,
    });
    expect(short.diagnostics.stopReason).toMatch(/optimal|maxIterations/);
    const weights = rowLabels.map((label) => (label === 'a' ? 0.001 : 1));
    const model = await new JointDistributionTransport().fit({
      source: { ...source, weights },
      target,
    });
    expect(new Set(await model.predict(target.x))).toEqual(new Set(['b', 'c']));
    expect(model.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_MISSING']);
  });
});
