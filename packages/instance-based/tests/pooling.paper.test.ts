import { Pooling } from '@graft-ml/instance-based';
import { RidgeRegression } from '@graft-ml/learners';
import { largestGap } from './support/measure.js';

const source = { x: [[0], [1], [2], [4]], y: [0.5, 1.5, 2, 4.5], weights: [1, 2, 0.5, 0.5] };
const target = { x: [[1]], labelled: { x: [[0], [3]], y: [1, 2.5] } };

describe('the formula of pooling', () => {
  it('weighs target rows s·N/n and scales source weights by (1 − s)·N / Σw', async () => {
    const s = 0.7;
    const { problem } = await new Pooling({ targetShare: s }).fit({ source, target });
    const [first, second] = problem.sources.map(({ weights }) => weights!);
    expect(largestGap(second!, [(s * 6) / 2, (s * 6) / 2])).toBeLessThan(1e-15);
    const expected = source.weights.map((weight) => (weight * (1 - s) * 6) / 4);
    expect(largestGap(first!, expected)).toBeLessThan(1e-15);
  });

  it('is the learner on all labelled rows (ALL)', async () => {
    const { problem } = await new Pooling().fit({ source, target });
    const pooled = await new RidgeRegression().fit(problem);
    const { x, y } = target.labelled;
    const weights = [...source.weights, 1, 1];
    const all = { x: [...source.x, ...x], y: [...source.y, ...y], weights };
    const direct = await new RidgeRegression().fit(all);
    expect(await pooled.predictEncoded([[7]])).toEqual(await direct.predictEncoded([[7]]));
  });

  it('nears source-only for a share near 0 and target-only for one near 1', async () => {
    const at = async (targetShare: number) => {
      const { problem } = await new Pooling({ targetShare }).fit({ source, target });
      const model = await new RidgeRegression({ regularization: 1e-9 }).fit(problem);
      return (await model.predictEncoded([[3]]))[0]!;
    };
    const alone = await new RidgeRegression({ regularization: 1e-9 }).fit(source);
    expect(Math.abs((await at(1e-7)) - (await alone.predictEncoded([[3]]))[0]!)).toBeLessThan(1e-5);
    expect(Math.abs((await at(1 - 1e-7)) - 2.5)).toBeLessThan(1e-5);
  });
});
