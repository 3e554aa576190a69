import { AdaBoostR2, DecisionTree, weightedMedian } from '@graft-ml/learners';
import { groups, someWeights } from './support/samples.js';

describe('the formula of AdaBoostR2', () => {
  it.each(['linear', 'square', 'exponential'] as const)(
    'is the loop of the comment with %s loss',
    async (loss) => {
      const { x, value } = groups(60, 3, 6);
      let v = someWeights(60, 7);
      const model = await new AdaBoostR2({ maxIterations: 5, loss }).fit({
        x,
        y: value,
        weights: v,
      });
      const votes: number[] = [];
      const said: number[][] = x.map(() => []);
      for (let t = 0; t < 5; t++) {
        const tree = await new DecisionTree({ maxDepth: 3 }).fit({ x, y: value, weights: v });
        const h = await tree.predictEncoded(x);
        const d = value.map((truth, i) => Math.abs(h[i]! - truth));
        const largest = Math.max(...d);
        const losses = d.map((gap) => {
          const share = gap / largest;
          return loss === 'linear' ? share : loss === 'square' ? share ** 2 : 1 - Math.exp(-share);
        });
        const total = v.reduce((a, b) => a + b, 0);
        const mean = v.reduce((s, weight, i) => s + weight * losses[i]!, 0) / total;
        const beta = mean / (1 - mean);
        votes.push(Math.log(1 / beta));
        h.forEach((prediction, i) => said[i]!.push(prediction));
        v = v.map((weight, i) => weight * beta ** (1 - losses[i]!));
      }
      votes.forEach((vote, t) => expect(model.votes[t]).toBeCloseTo(vote, 9));
      const predictions = await model.predictEncoded(x);
      said.forEach((values, i) =>
        expect(predictions[i]).toBeCloseTo(weightedMedian(values, votes), 9),
      );
    },
  );
});
