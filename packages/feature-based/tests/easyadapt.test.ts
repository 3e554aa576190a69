import { isTransferError, toDense } from '@graft-ml/core';
import { EasyAdapt } from '@graft-ml/feature-based';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, valuesOf } from './support/measure.js';

/** Two classes split by a line that is turned by `angle` in the target; few target rows are labelled. */
function turnedBoundary(angle: number, seed = 5) {
  const random = randomSource(seed);
  const rows = (n: number) =>
    Array.from({ length: n }, () => [random.normal(), random.normal(), random.normal()]);
  const label = (turn: number) => (row: number[]) =>
    Math.cos(turn) * row[0]! + Math.sin(turn) * row[1]! > 0 ? 'up' : 'down';
  const [xs, xt, few] = [rows(200), rows(300), rows(24)];
  return {
    source: { x: xs, y: xs.map(label(0)) },
    labelled: { x: few, y: few.map(label(angle)) },
    xt,
    yt: xt.map(label(angle)),
  };
}

const accuracy = (predicted: readonly unknown[], y: readonly unknown[]) =>
  predicted.filter((label, i) => label === y[i]).length / y.length;

describe('EasyAdapt', () => {
  it('beats pooling (0.75) and the target alone (0.88) with 0.90 where the boundary turns by 60°, and loses to pooling by 0.05 without a turn', async () => {
    const scores = async (angle: number) => {
      const { source, labelled, xt, yt } = turnedBoundary(angle);
      const learner = new LogisticRegression({ regularization: 1 });
      const pooled = { x: [...source.x, ...labelled.x], y: [...source.y, ...labelled.y] };
      const model = await new EasyAdapt().fit({ source, target: { x: xt, labelled } });
      return {
        adapted: accuracy(await model.predict(xt), yt),
        pooled: accuracy(await (await learner.fit(pooled)).predict(xt), yt),
        alone: accuracy(await (await learner.fit(labelled)).predict(xt), yt),
      };
    };
    const turned = await scores(Math.PI / 3);
    expect(turned.adapted - turned.pooled).toBeGreaterThan(0.1);
    expect(turned.adapted - turned.alone).toBeGreaterThan(0.01);
    const same = await scores(0);
    expect(same.adapted - same.alone).toBeGreaterThan(0.02);
    expect(same.pooled - same.adapted).toBeLessThan(0.06);
  });

  it('serves rows of every source, of the target and of a domain never seen', async () => {
    const { source, labelled, xt } = turnedBoundary(2);
    const model = await new EasyAdapt().fit({
      sources: [source, { x: source.x, y: source.y.map((y) => (y === 'up' ? 'down' : 'up')) }],
      target: { x: xt, labelled },
    });
    const [first, second] = await Promise.all([
      model.predictFor(source.x, { source: 0 }),
      model.predictFor(source.x, { source: 1 }),
    ]);
    const agreeing = first.filter((label, i) => label === second[i]).length;
    expect(agreeing / first.length).toBeLessThan(0.1);
    expect(await model.predictFor(xt, 'unseen')).toHaveLength(xt.length);
    const third: unknown = await model
      .predictFor(xt, { source: 2 })
      .catch((raised: unknown) => raised);
    expect(isTransferError(third, 'INVALID_DATA')).toBe(true);
    expect(toDense(model.augment(xt.slice(0, 1), 'unseen')).data.slice(4)).toEqual(
      new Float64Array(12),
    );
  });

  it('follows a curved boundary with the kernel', async () => {
    const random = randomSource(4);
    const rows = (n: number) => Array.from({ length: n }, () => [random.normal(), random.normal()]);
    const ring = (radius: number) => (row: number[]) =>
      Math.hypot(row[0]!, row[1]!) > radius ? 'out' : 'in';
    const [xs, few, xt] = [rows(150), rows(100), rows(200)];
    const problem = {
      source: { x: xs, y: xs.map(ring(1)) },
      target: { x: xt, labelled: { x: few, y: few.map(ring(1.4)) } },
    };
    const learner = new LogisticRegression({ regularization: 0.05, intercept: false });
    const score = async (kernel: 'linear' | 'rbf') => {
      const model = await new EasyAdapt({ kernel, gamma: 1 }, { learner }).fit(problem);
      return accuracy(await model.predict(xt), xt.map(ring(1.4)));
    };
    const [linear, rbf] = [await score('linear'), await score('rbf')];
    expect(linear).toBeLessThan(0.7);
    expect(rbf).toBeGreaterThan(0.9);
  });

  it('counts source rows by their weights, and gives probabilities where the learner does', async () => {
    const { source, labelled, xt } = turnedBoundary(1);
    const weights = source.x.map((_, i) => (i < 100 ? 1 : 0));
    const target = { x: xt, labelled };
    const half = await new EasyAdapt().fit({
      source: { x: source.x.slice(0, 100), y: source.y.slice(0, 100) },
      target,
    });
    const weighted = await new EasyAdapt().fit({ source: { ...source, weights }, target });
    const [a, b] = [await half.predictProba!(xt), await weighted.predictProba!(xt)];
    expect(largestGap(valuesOf(a), valuesOf(b))).toBeLessThan(1e-5);
  });

  it('refuses target labels that no source has', async () => {
    const { source, xt } = turnedBoundary(1);
    const labelled = { x: xt.slice(0, 2), y: ['up', 'sideways'] };
    const fit = new EasyAdapt().fit({ source, target: { x: xt, labelled } });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'UNSUPPORTED')).toBe(true);
  });
});
