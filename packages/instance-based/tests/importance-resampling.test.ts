import { priorShift } from '@graft-ml/datasets';
import { EmPriorShift, ImportanceResampling } from '@graft-ml/instance-based';
import { LogisticRegression, NearestNeighbours } from '@graft-ml/learners';
import { classCounts, ignoresOrder, rowsAsText, uneven } from './support/imbalance.js';
import { agreement, meanOverSeeds } from './support/measure.js';

describe('ImportanceResampling', () => {
  it('does for a learner what its weights do: 0.926 of copies, 0.927 of weights, 0.845 of neither (20 seeds)', async () => {
    const accuracy = (copies: boolean) =>
      meanOverSeeds(async (seed) => {
        const { problem, evaluation } = priorShift({ seed });
        let adapted = (await new EmPriorShift().fit(problem)).problem;
        if (copies) adapted = (await new ImportanceResampling().fit(adapted, { seed })).problem;
        expect(adapted.sources[0]!.weights === undefined).toBe(copies);
        const model = await new LogisticRegression().fit(adapted);
        return agreement(await model.predictEncoded(problem.target.x), evaluation.y);
      });
    expect(Math.abs((await accuracy(true)) - (await accuracy(false)))).toBeLessThan(0.005);
    expect(await accuracy(true)).toBeGreaterThan(0.92);
  });

  it('never loses a class that has weight, and drops rows without', async () => {
    const weights = uneven.source.y.map((label, i) => (label === 'a' ? (i === 1 ? 1e-9 : 0) : 1));
    for (let seed = 0; seed < 10; seed++) {
      const source = { ...uneven.source, weights };
      const { problem } = await new ImportanceResampling().fit({ ...uneven, source }, { seed });
      expect(classCounts(problem)[0]).toBe(1);
      expect(problem.sources[0]!.x.rows).toBe(18);
    }
  });

  it('leaves rows without weights as they are, and can make more of them', async () => {
    const same = (await new ImportanceResampling().fit(uneven)).problem;
    expect([...rowsAsText(same)].sort()).toEqual(
      uneven.source.x
        .map((row, i) => [['a', 'b', 'c'].indexOf(uneven.source.y[i]!), ...row].join(' '))
        .sort(),
    );
    const triple = (await new ImportanceResampling({ size: 3 }).fit(uneven)).problem;
    expect(classCounts(triple)).toEqual([9, 27, 18]);
  });

  it('does not depend on the order of rows', async () => {
    expect(await ignoresOrder(new ImportanceResampling({ size: 0.7 }))).toBe(true);
  });

  it('gives learners that take rows as they come what they need', async () => {
    const { problem } = await new ImportanceResampling({ size: 2 }).fit(uneven);
    const model = await new NearestNeighbours({ neighbours: 1 }).fit(problem);
    expect(
      await model.predict([
        [0, 0, 0],
        [20, 0, 0],
      ]),
    ).toEqual(['a', 'c']);
  });
});
