import { TargetOnly } from '@graft-ml/instance-based';
import { LogisticRegression } from '@graft-ml/learners';
import { normals } from './support/measure.js';

describe('the definition of target-only', () => {
  it('is the learner on the labelled target rows, bit for bit', async () => {
    const x = normals(1, 12, 0, 1);
    const y = x.map(([value = 0], i) => (value > 0 || i === 3 ? 1 : 0));
    const source = { x: normals(2, 20, 3, 1), y: Array.from({ length: 20 }, (_, i) => i % 2) };
    const target = { x: normals(3, 5, 0, 1), labelled: { x, y } };
    const { problem } = await new TargetOnly().fit({ source, target });
    const after = await new LogisticRegression().fit(problem);
    const alone = await new LogisticRegression().fit({ x, y });
    expect((await after.predictProba(target.x)).data).toEqual(
      (await alone.predictProba(target.x)).data,
    );
  });
});
