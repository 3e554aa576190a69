import { isTransferError } from '@graft-ml/core';
import { PredictionFeature } from '@graft-ml/feature-based';
import { LinearSvm, LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';

/** Three classes by the largest of three noisy features; the target has the same classes under a turned numbering. */
function turnedClasses() {
  const random = randomSource(9);
  const rows = (n: number) =>
    Array.from({ length: n }, () => Array.from({ length: 10 }, () => random.normal()));
  const largest = (row: number[]) => row.slice(0, 3).indexOf(Math.max(...row.slice(0, 3)));
  const [xs, xt, few] = [rows(300), rows(300), rows(20)];
  const turned = (row: number[]) => 'bca'[largest(row)]!;
  return {
    source: { x: xs, y: xs.map((row) => 'abc'[largest(row)]!) },
    target: { x: xt, labelled: { x: few, y: few.map(turned) } },
    yt: xt.map(turned),
  };
}

const accuracy = (predicted: readonly unknown[], y: readonly unknown[]) =>
  predicted.filter((label, i) => label === y[i]).length / y.length;

describe('PredictionFeature', () => {
  it('raises accuracy from 20 target rows from below 0.7 to above 0.8 although every label changed its meaning', async () => {
    const { source, target, yt } = turnedClasses();
    const learner = new LogisticRegression({ regularization: 0.1 });
    const alone = await learner.fit(target.labelled);
    const model = await new PredictionFeature({}, { learner }).fit({ source, target });
    expect(accuracy(await alone.predict(target.x), yt)).toBeLessThan(0.7);
    expect(accuracy(await model.predict(target.x), yt)).toBeGreaterThan(0.8);
  });

  it('takes source models that are there already, and needs no source labels then', async () => {
    const { source, target } = turnedClasses();
    const learned = await new LogisticRegression().fit(source);
    const method = new PredictionFeature();
    const handed = await method.fit(
      { source: { x: source.x }, target },
      { sourceModels: [learned] },
    );
    const own = await method.fit({ source, target });
    expect(await handed.predict(target.x)).toEqual(await own.predict(target.x));
    const two = method.fit({ source, target }, { sourceModels: [learned, learned] });
    const error: unknown = await two.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'SHAPE_MISMATCH')).toBe(true);
  });

  it('adds one column per class and source, of zeros and ones where there are no probabilities', async () => {
    const { source, target } = turnedClasses();
    const method = new PredictionFeature({}, { learner: new LinearSvm() });
    const model = await method.fit({ sources: [source, source], target });
    const x = await model.augment(target.x);
    expect(x.columns).toBe(16);
    const added = x.format === 'dense' ? Array.from(x.data.subarray(10, 16)) : [];
    expect(added.slice().sort()).toEqual([0, 0, 0, 0, 1, 1]);
    expect(model.predictProba).toBeUndefined();
  });
});
