import { NaiveBayes } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups, someWeights } from './support/samples.js';

const { y, x: measured } = groups(20, 3, 3);
const counted = measured.map((row) => row.map((v) => Math.max(0, Math.round(v))));
const w = someWeights(20, 9);
const query = [2, 0, 3];

/** log p(c) + Σⱼ log p(xⱼ | c), normalised over classes: the formula of the comment with `chance` as p(xⱼ | c). */
function byHand(chance: (c: number, j: number) => number): number[] {
  const total = w.reduce((a, b) => a + b, 0);
  const joint = [0, 1, 2].map((c) => {
    const prior = w.reduce((s, weight, i) => s + (y[i] === c ? weight : 0), 0) / total;
    return query.reduce((product, _, j) => product * chance(c, j), prior);
  });
  const sum = joint.reduce((a, b) => a + b, 0);
  return joint.map((p) => p / sum);
}

const sum = (x: number[][], c: number, value: (row: number[], weight: number) => number) =>
  x.reduce((s, row, i) => s + (y[i] === c ? value(row, w[i]!) : 0), 0);

describe('the formula of NaiveBayes', () => {
  it('holds for Gaussian features', async () => {
    const model = await new NaiveBayes({ varianceFloor: 0 }).fit({ x: measured, y, weights: w });
    const expected = byHand((c, j) => {
      const total = sum(measured, c, (_, weight) => weight);
      const m = sum(measured, c, (row, weight) => weight * row[j]!) / total;
      const v = sum(measured, c, (row, weight) => weight * (row[j]! - m) ** 2) / total;
      return Math.exp(-((query[j]! - m) ** 2) / (2 * v)) / Math.sqrt(2 * Math.PI * v);
    });
    const { data } = await model.predictProba([query]);
    expected.forEach((p, c) => expect(data[c]).toBeCloseTo(p, 12));
  });

  it('holds for counts', async () => {
    const learner = new NaiveBayes({ distribution: 'multinomial', pseudoCount: 0.5 });
    const model = await learner.fit({ x: counted, y, weights: w });
    const expected = byHand((c, j) => {
      const own = sum(counted, c, (row, weight) => weight * row[j]!) + 0.5;
      const all = sum(counted, c, (row, weight) => weight * (row[0]! + row[1]! + row[2]!)) + 1.5;
      return (own / all) ** query[j]!;
    });
    const { data } = await model.predictProba([query]);
    expected.forEach((p, c) => expect(data[c]).toBeCloseTo(p, 12));
  });

  it('holds for presence', async () => {
    const learner = new NaiveBayes({ distribution: 'bernoulli', pseudoCount: 2 });
    const model = await learner.fit({ x: counted, y, weights: w });
    const expected = byHand((c, j) => {
      const there = sum(counted, c, (row, weight) => (row[j]! > 0 ? weight : 0)) + 2;
      const p = there / (sum(counted, c, (_, weight) => weight) + 4);
      return query[j]! > 0 ? p : 1 - p;
    });
    const { data } = await model.predictProba([query]);
    expected.forEach((p, c) => expect(data[c]).toBeCloseTo(p, 12));
  });
});

describeGolden('learn.gnb', (golden) => {
  it('agrees in means, variances, shares and log probabilities', async () => {
    const { X, y: labels, w: weights, Z } = golden.inputs;
    const model = await new NaiveBayes().fit({
      x: rowsOf(X!),
      y: labels!.data,
      weights: weights!.data,
    });
    expectGolden(golden, 'mean', model.tables.first.data);
    expectGolden(golden, 'var', model.tables.second.data);
    const total = model.tables.totals.reduce((a, b) => a + b, 0);
    expectGolden(
      golden,
      'prior',
      model.tables.totals.map((value) => value / total),
    );
    expectGolden(golden, 'logProba', model.logProba(rowsOf(Z!)).data);
  });
});

describeGolden('learn.mnb', (golden) => {
  const { X, y: labels, w: weights, Z } = golden.inputs;
  it.each(['multinomial', 'bernoulli'] as const)('agrees for %s features', async (distribution) => {
    const model = await new NaiveBayes({ distribution }).fit({
      x: rowsOf(X!),
      y: labels!.data,
      weights: weights!.data,
    });
    expectGolden(golden, `${distribution}FeatureLogProb`, model.tables.first.data);
    expectGolden(golden, `${distribution}LogProba`, model.logProba(rowsOf(Z!)).data);
  });
});
