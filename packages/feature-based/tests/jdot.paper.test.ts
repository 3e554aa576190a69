import { denseMatrix, toDense } from '@graft-ml/core';
import {
  JointDistributionTransport,
  OptimalTransportLabelPropagation,
} from '@graft-ml/feature-based';
import { LogisticRegression, RidgeRegression } from '@graft-ml/learners';
import { linearAssignment, randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap } from './support/measure.js';

const random = randomSource(8);
const n = 14;
const xs = Array.from({ length: n }, (_, i) => [(i % 2) + 0.3 * random.normal(), random.normal()]);
const xt = xs.map(([a, b]) => [a! + 0.4 + 0.1 * random.normal(), 0.8 * b! + 0.3]);
const values = xs.map(([a, b]) => 2 * a! - b! + 0.1);
const classes = xs.map((_, i) => (i % 2 ? 'b' : 'a'));

/** α·‖xs − xt‖² / max + loss. */
function jointCost(alpha: number, loss: (i: number, j: number) => number) {
  const dense = (x: number[][]) => denseMatrix(n, 2, Float64Array.from(x.flat()));
  const { data } = referenceLinearAlgebra.squaredDistances(dense(xs), dense(xt));
  const most = Math.max(...data);
  return data.map((value, p) => (alpha * value) / most + loss(Math.floor(p / n), p % n));
}

describe('the formula of JDOT', () => {
  it('ends with a plan that is optimal for distances and squared losses of its own model', async () => {
    const method = new JointDistributionTransport({ featureWeight: 0.7, tolerance: 1e-9 });
    const model = await method.fit({ source: { x: xs, y: values }, target: { x: xt } });
    expect(model.diagnostics.converged).toBe(true);
    const f = await model.predictEncoded(xt);
    const mean = values.reduce((sum, y) => sum + y / n, 0);
    const variance = values.reduce((sum, y) => sum + (y - mean) ** 2 / n, 0);
    const cost = jointCost(0.7, (i, j) => (values[i]! - f[j]!) ** 2 / variance);
    const plan = toDense(model.plan!).data;
    const reached = plan.reduce((sum, mass, p) => sum + mass * cost[p]!, 0);
    // Uniform weights of equal number: an assignment of rows is as good as any plan.
    const best = linearAssignment(denseMatrix(n, n, cost)).total / n;
    expect(Math.abs(reached - best)).toBeLessThan(1e-8);
    const trace = model.diagnostics.facts!['trace'] as { cost: number }[];
    expect(trace[trace.length - 1]!.cost).toBeCloseTo(best, 8);
  });

  it('does the same with the logarithm of probabilities for classes', async () => {
    const method = new JointDistributionTransport({ tolerance: 1e-9 });
    const model = await method.fit({ source: { x: xs, y: classes }, target: { x: xt } });
    const { data } = await model.predictProba!(xt);
    const cost = jointCost(1, (i, j) => -Math.log(data[2 * j + (classes[i] === 'b' ? 1 : 0)]!));
    const reached = toDense(model.plan!).data.reduce((sum, mass, p) => sum + mass * cost[p]!, 0);
    expect(Math.abs(reached - linearAssignment(denseMatrix(n, n, cost)).total / n)).toBeLessThan(
      1e-8,
    );
  });

  it('trains on the labels of the plain plan in the first round', async () => {
    const input = { source: { x: xs, y: values }, target: { x: xt } };
    const first = await new JointDistributionTransport({ maxIterations: 1 }).fit(input);
    const carried = await new OptimalTransportLabelPropagation().fit(input);
    const ridge = await new RidgeRegression().fit({
      x: xt,
      y: await carried.predictEncoded(xt),
      task: 'regression',
    });
    const [a, b] = [await first.predictEncoded(xs), await ridge.predictEncoded(xs)];
    expect(largestGap(a, b)).toBeLessThan(1e-9);
  });

  it('trains each class of a row by its share', async () => {
    // Two source rows of each class over three target rows: the middle one is half of each.
    const source = { x: [[0], [0.1], [9], [9.1]], y: ['a', 'a', 'b', 'b'] };
    const target = { x: [[1], [5], [9]] };
    const method = new JointDistributionTransport({ maxIterations: 1, featureWeight: 1e3 });
    const model = await method.fit({ source, target });
    const expected = await new LogisticRegression().fit({
      x: [[1], [5], [5], [9]],
      y: ['a', 'a', 'b', 'b'],
      weights: [1, 0.5, 0.5, 1],
    });
    const [p, q] = [await model.predictProba!([[2], [6]]), await expected.predictProba([[2], [6]])];
    expect(largestGap(p.data, q.data)).toBeLessThan(1e-6);
  });
});
