import { stateFromJson, type Learner } from '@graft-ml/core';
import { ManifoldEmbeddedAlignment, type MedaOptions } from '@graft-ml/feature-based';
import { LogisticRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { labels, movedClasses } from './support/moved-classes.js';
import { oracle } from './support/oracle.js';

function problemOf({ xs, xt } = movedClasses()) {
  return { source: { x: xs, y: labels }, target: { x: xt } };
}

async function accuracyOf(options: MedaOptions): Promise<number> {
  const model = await new ManifoldEmbeddedAlignment(options).fit(problemOf());
  const predicted = await model.predict(movedClasses().xt);
  return predicted.filter((label, i) => label === labels[i]).length / labels.length;
}

describe('ManifoldEmbeddedAlignment', () => {
  it.each([
    [{}, 0.983],
    [{ balance: 1 }, 0.983],
    [{ balance: 0 }, 0.95],
    [{ alignment: 0 }, 0.9],
  ] as const)(
    'labels classes that move apart, where 1-NN gets 0.77: %p %p',
    async (options, expected) => {
      expect(await accuracyOf(options)).toBeCloseTo(expected, 2);
    },
  );

  it('keeps a trace with the balance of every round', async () => {
    const { diagnostics } = await new ManifoldEmbeddedAlignment().fit(problemOf());
    expect(diagnostics.converged).toBe(true);
    expect(diagnostics.stopReason).toBe('no pseudo label changed');
    const trace = diagnostics.facts!['trace'] as { balance: number; changed: number }[];
    expect(trace).toHaveLength(diagnostics.iterations!);
    expect(trace.at(-1)!.changed).toBe(0);
    for (const { balance } of trace) {
      expect(balance).toBeGreaterThan(0);
      expect(balance).toBeLessThan(1);
    }
    const fixed = await new ManifoldEmbeddedAlignment({ balance: 0.25 }).fit(problemOf());
    expect(fixed.diagnostics.facts!['trace']).toContainEqual(
      expect.objectContaining({ balance: 0.25 }),
    );
  });

  it('asks the classifier it is handed how far the domains are, and no one where the balance is given', async () => {
    const inner = new LogisticRegression();
    let asked = 0;
    const classifier: Learner = {
      produces: 'model',
      options: inner.options,
      fit: (data, run) => {
        asked++;
        return inner.fit(data, run);
      },
    };
    const once = { maxIterations: 1 };
    await new ManifoldEmbeddedAlignment({ ...once, balance: 0.5 }, { classifier }).fit(problemOf());
    expect(asked).toBe(0);
    await new ManifoldEmbeddedAlignment(once, { classifier }).fit(problemOf());
    // Two folds, for all rows and for each of three classes.
    expect(asked).toBe(8);
  });

  it('starts from the learner it is handed and warns of a class nobody was given', async () => {
    const xs = labels.map((_, i) =>
      [0, 1, 2, 3].map((j) => (j === i % 3 ? 9 : 0) + Math.sin(i + j)),
    );
    const xt = xs.filter((_, i) => i % 3 !== 2);
    const told = await new ManifoldEmbeddedAlignment(
      { maxIterations: 1, balance: 1 },
      { learner: oracle(xt.map(() => 1)) },
    ).fit(problemOf({ xs, xt }));
    const [first] = told.diagnostics.facts!['trace'] as { missingClasses: number[] }[];
    expect(first!.missingClasses).toEqual([0, 2]);
    const codes = told.diagnostics.warnings.map(({ code }) => code);
    expect(codes).toEqual(['CLASS_MISSING']);
  });

  it.each<MedaOptions>([{}, { maxLandmarks: 40 }])(
    'labels the rows of the fit as it did there, now and once read back: %p',
    async (options) => {
      const model = await new ManifoldEmbeddedAlignment(options).fit(problemOf());
      const { xt } = movedClasses();
      expect(await model.predictEncoded(xt)).toEqual(model.pseudoLabels);
      const restored = ManifoldEmbeddedAlignment.restore(
        stateFromJson(JSON.parse(JSON.stringify(model)) as never),
        { linearAlgebra: referenceLinearAlgebra, restore: () => model },
      );
      expect((await restored.scores(xt)).data).toEqual((await model.scores(xt)).data);
    },
  );

  it('does not care for the length of rows', async () => {
    const { xt } = movedClasses();
    const model = await new ManifoldEmbeddedAlignment().fit(problemOf());
    const twice = await model.predictEncoded(xt.map((row) => row.map((value) => 2 * value)));
    expect(twice).toEqual(model.pseudoLabels);
  });

  it('refuses more components than half of the features', async () => {
    const fit = new ManifoldEmbeddedAlignment({ nComponents: 4 }).fit(problemOf());
    await expect(fit).rejects.toThrow('at most 3 components');
  });
});
