import { GradualSelfTraining } from '@graft-ml/feature-based';
import { LogisticRegression } from '@graft-ml/learners';
import { largestGap } from './support/measure.js';
import { confidentRows } from '../src/internal/confident-rows.js';

const x = [[0], [1], [4], [5], [2]];
const y = ['a', 'a', 'b', 'b', 'a'];
const target = [[9], [7], [6], [3], [2]];

describe('the formula of gradual self-training', () => {
  it('trains on rows between joined pairs, labelled by the model before, by hand', async () => {
    // In one dimension rows are joined in order: 0–2, 1–3, 2–6, 4–7, 5–9.
    const pairs = [
      [0, 2],
      [1, 3],
      [2, 6],
      [4, 7],
      [5, 9],
    ];
    let model = await new LogisticRegression().fit({ x, y });
    for (const share of [1 / 3, 2 / 3, 1]) {
      const rows = pairs.map(([from, to]) => [from! + share * (to! - from!)]);
      model = await new LogisticRegression().fit({ x: rows, y: await model.predict(rows) });
    }
    const gradual = new GradualSelfTraining({ nSteps: 3, keep: 1 });
    const walked = await gradual.fit({ source: { x, y }, target: { x: target } });
    const probe = [[1], [4.5], [8]];
    const expected = (await model.predictProba(probe)).data;
    expect(largestGap((await walked.predictProba!(probe)).data, expected)).toBeLessThan(1e-6);
  });

  it('keeps the surest rows of each class up to a share of its weight', () => {
    const labels = Float64Array.of(0, 0, 0, 0, 1, 1);
    const weights = Float64Array.of(1, 1, 1, 1, 3, 1);
    const sure = [0.9, 0.6, 0.7, 0.8, 0.1, 0.2];
    const probabilities = {
      format: 'dense',
      rows: 6,
      columns: 2,
      data: Float64Array.from(sure.flatMap((p) => [p, 1 - p])),
    } as const;
    const kept = (keep: number) => Array.from(confidentRows(labels, weights, probabilities, keep));
    expect(kept(0.5)).toEqual([0, 3, 4]);
    expect(kept(0.75)).toEqual([0, 2, 3, 4]);
    expect(kept(0.8)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(kept(1)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is self-training on the target with one step', async () => {
    const first = await new LogisticRegression().fit({ x, y });
    const labels = await first.predict(target);
    const second = await new LogisticRegression().fit({ x: target, y: labels });
    const gradual = new GradualSelfTraining({ nSteps: 1, keep: 1 });
    const walked = await gradual.fit({ source: { x, y }, target: { x: target } });
    const [p, q] = [await walked.predictProba!(target), await second.predictProba(target)];
    expect(largestGap(p.data, q.data)).toBeLessThan(1e-6);
  });
});
