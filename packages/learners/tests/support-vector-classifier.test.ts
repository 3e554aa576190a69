import { accuracy, logLoss, SupportVectorClassifier } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { gap, groups, someWeights, sparse } from './support/samples.js';

describe('SupportVectorClassifier', () => {
  const { x, y } = groups(90, 3, 1);

  it('parts a ring from its middle', async () => {
    const random = randomSource(3);
    const rows = Array.from({ length: 120 }, () => [random.normal() * 2, random.normal() * 2]);
    const labels = rows.map(([a, b]) => (Math.hypot(a!, b!) > 2 ? 'ring' : 'middle'));
    const model = await new SupportVectorClassifier({ regularization: 0.1 }).fit({
      x: rows,
      y: labels,
    });
    expect(accuracy(labels, await model.predict(rows))).toBeGreaterThan(0.95);
    expect(
      await model.predict([
        [0, 0],
        [4, 0],
      ]),
    ).toEqual(['middle', 'ring']);
  });

  it('leaves every pair optimal to 1e-6 and says so', async () => {
    const model = await new SupportVectorClassifier().fit({ x, y, weights: someWeights(90, 2) });
    const { kktResiduals } = model.diagnostics.facts as { kktResiduals: number[] };
    expect(kktResiduals).toHaveLength(3);
    expect(Math.max(...kktResiduals)).toBeLessThanOrEqual(1e-6);
    expect(model.diagnostics.stopReason).toBe('every pair is optimal to the tolerance');
  });

  it.each(['rbf', 'laplacian', 'polynomial', 'cosine', 'linear'] as const)(
    'gives the same from sparse rows with the %s kernel',
    async (kernel) => {
      const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
      const learner = new SupportVectorClassifier({ kernel });
      const dense = await learner.fit({ x: rows, y });
      const csr = await learner.fit({ x: sparse(rows), y });
      const query = rows.slice(0, 9);
      expect(
        gap((await dense.scores(query)).data, (await csr.scores(sparse(query))).data),
      ).toBeLessThan(1e-4);
    },
  );

  it.each(['platt', 'isotonic'] as const)(
    'gives probabilities by %s calibration',
    async (calibration) => {
      const learner = new SupportVectorClassifier({ calibration });
      const model = await learner.fit({ x, y }, { seed: 3 });
      const test = groups(150, 3, 2);
      const proba = await model.predictProba!(test.x);
      expect(await model.predictEncoded(test.x)).toEqual(
        Float64Array.from(test.x, (_, i) =>
          [0, 1, 2].reduce((b, c) => (proba.data[3 * i + c]! > proba.data[3 * i + b]! ? c : b), 0),
        ),
      );
      for (let i = 0; i < 150; i++) {
        expect(proba.data[3 * i]! + proba.data[3 * i + 1]! + proba.data[3 * i + 2]!).toBeCloseTo(
          1,
          10,
        );
      }
      // Guessing by class shares has a log loss of log 3 = 1.1.
      expect(logLoss(test.y, proba)).toBeLessThan(0.75);
    },
  );

  it.each(['platt', 'isotonic'] as const)(
    'keeps its %s probabilities through JSON and row order',
    async (calibration) => {
      const learner = new SupportVectorClassifier({ calibration });
      const model = await learner.fit({ x, y });
      const { stateFromJson } = await import('@graft-ml/core');
      const { referenceLinearAlgebra } = await import('@graft-ml/numerics');
      const restored = SupportVectorClassifier.restore(
        stateFromJson(JSON.parse(JSON.stringify(model))),
        {
          linearAlgebra: referenceLinearAlgebra,
          restore: () => model,
        },
      );
      const before = (await model.predictProba!(x)).data;
      expect((await restored.predictProba!(x)).data).toEqual(before);
      const turned = await learner.fit({ x: [...x].reverse(), y: [...y].reverse() });
      expect(gap((await turned.predictProba!(x)).data, before)).toBeLessThan(1e-3);
    },
  );

  it('never predicts a class without weight', async () => {
    const weights = y.map((label) => (label === 1 ? 0 : 1));
    const model = await new SupportVectorClassifier({ calibration: 'platt' }).fit({
      x,
      y,
      weights,
    });
    expect(model.pairs).toEqual([[0, 2]]);
    expect(await model.predict(x)).not.toContain(1);
    expect((await model.predictProba!(x)).data[1]).toBe(0);
  });
});
