import { AdaBoost, DecisionTree } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups, someWeights } from './support/samples.js';

describe('the formula of AdaBoost', () => {
  it('is the loop of the comment, written out with DecisionTree', async () => {
    const { x, y } = groups(60, 3, 6);
    const w = someWeights(60, 7);
    const model = await new AdaBoost({ maxIterations: 6 }).fit({ x, y, weights: w });
    const total = w.reduce((a, b) => a + b, 0);
    let v = w.map((value) => value / total);
    const votes: number[] = [];
    const scores = x.map(() => [0, 0, 0]);
    for (let t = 0; t < 6; t++) {
      const h = await (
        await new DecisionTree({ maxDepth: 1 }).fit({ x, y, weights: v })
      ).predictEncoded(x);
      const e = v.reduce((s, value, i) => s + (h[i] === y[i] ? 0 : value), 0);
      const a = Math.log((1 - e) / e) + Math.log(2);
      votes.push(a);
      v = v.map((value, i) => (h[i] === y[i] ? value : value * Math.exp(a)));
      const sum = v.reduce((s, value) => s + value, 0);
      v = v.map((value) => value / sum);
      h.forEach((c, i) => (scores[i]![c]! += a));
    }
    votes.forEach((a, t) => expect(model.votes[t]).toBeCloseTo(a, 10));
    const expected = scores.map((row) => row.indexOf(Math.max(...row)));
    expect(Array.from(await model.predictEncoded(x))).toEqual(expected);
  });
});

describeGolden('learn.adaboost', (golden) => {
  it('agrees in votes, errors, weights and decisions', async () => {
    const { X, y, Z } = golden.inputs;
    const rounds = golden.options['rounds'] as number;
    const model = await new AdaBoost({ maxIterations: rounds }).fit({ x: rowsOf(X!), y: y!.data });
    expectGolden(golden, 'alpha', model.votes);
    const { errors, finalWeights } = model.diagnostics.facts as Record<string, number[]>;
    expectGolden(golden, 'errors', errors!);
    expectGolden(golden, 'finalWeights', finalWeights!);
    const { data } = await model.predictProba(rowsOf(Z!));
    expectGolden(
      golden,
      'decision',
      Array.from({ length: 8 }, (_, i) => data[2 * i + 1]! - data[2 * i]!),
    );
  });
});
