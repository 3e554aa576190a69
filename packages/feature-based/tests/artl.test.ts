import { isTransferError, stateFromJson } from '@graft-ml/core';
import { AdaptationRegularization, type ArtlOptions } from '@graft-ml/feature-based';
import { NearestCentroid } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap } from './support/measure.js';
import { labels, movedClasses } from './support/moved-classes.js';
import { oracle } from './support/oracle.js';

function problemOf({ xs, xt } = movedClasses()) {
  return { source: { x: xs, y: labels }, target: { x: xt } };
}

async function accuracyOf(options: ArtlOptions): Promise<number> {
  const model = await new AdaptationRegularization(options).fit(problemOf());
  const predicted = await model.predict(movedClasses().xt);
  return predicted.filter((label, i) => label === labels[i]).length / labels.length;
}

describe('AdaptationRegularization', () => {
  it.each([
    [{}, 0.983],
    [{ loss: 'hinge' }, 0.983],
    [{ kernel: 'linear' }, 0.9],
    [{ alignment: 0 }, 0.85],
  ] as const)(
    'labels classes that move apart, where 1-NN gets 0.77: %p %p',
    async (options, expected) => {
      expect(await accuracyOf(options)).toBeCloseTo(expected, 2);
    },
  );

  it('stops once no pseudo label changes and tells how it went', async () => {
    const { diagnostics, pseudoLabels } = await new AdaptationRegularization().fit(problemOf());
    expect(diagnostics.converged).toBe(true);
    expect(diagnostics.stopReason).toBe('no pseudo label changed');
    const trace = diagnostics.facts!['trace'] as { changed: number; objective: number }[];
    expect(trace).toHaveLength(diagnostics.iterations!);
    expect(trace.at(-1)!.changed).toBe(0);
    expect(trace.every(({ objective }) => objective > 0)).toBe(true);
    expect(pseudoLabels).toHaveLength(60);
  });

  it('says so when the iterations run out', async () => {
    const { diagnostics } = await new AdaptationRegularization({ maxIterations: 1 }).fit(
      problemOf(),
    );
    expect(diagnostics.converged).toBe(false);
    expect(diagnostics.stopReason).toContain('of 60 pseudo labels still changing');
  });

  it('starts from the learner it is handed', async () => {
    const once = { maxIterations: 1, alignment: 100 };
    const ones = new AdaptationRegularization(once, { learner: oracle(labels.map(() => 1)) });
    const told = await ones.fit(problemOf());
    const [first] = told.diagnostics.facts!['trace'] as { missingClasses: number[] }[];
    expect(first!.missingClasses).toEqual([0, 2]);
    const centroid = new AdaptationRegularization(once, { learner: new NearestCentroid() });
    expect((await centroid.fit(problemOf())).coefficients.data).not.toEqual(told.coefficients.data);
  });

  it('warns of a class that no target row was given', async () => {
    const xs = labels.map((_, i) => [0, 1, 2].map((j) => (j === i % 3 ? 9 : 0) + Math.sin(i + j)));
    const xt = xs.filter((_, i) => i % 3 !== 2);
    const model = await new AdaptationRegularization().fit(problemOf({ xs, xt }));
    const [warning] = model.diagnostics.warnings;
    expect(warning?.code).toBe('CLASS_MISSING');
    expect(warning?.message).toContain('"cow"');
    expect(model.coefficients.data.every(Number.isFinite)).toBe(true);
  });

  it.each<ArtlOptions>([{}, { kernel: 'linear' }, { maxLandmarks: 40 }, { loss: 'hinge' }])(
    'labels the rows of the fit as it did there, now and once read back: %p',
    async (options) => {
      const model = await new AdaptationRegularization(options).fit(problemOf());
      const { xt } = movedClasses();
      expect(await model.predictEncoded(xt)).toEqual(model.pseudoLabels);
      const restored = AdaptationRegularization.restore(
        stateFromJson(JSON.parse(JSON.stringify(model)) as never),
        { linearAlgebra: referenceLinearAlgebra, restore: () => model },
      );
      expect((await restored.scores(xt)).data).toEqual((await model.scores(xt)).data);
      expect(restored.pseudoLabels).toEqual(model.pseudoLabels);
    },
  );

  it('needs no row twice: repeated rows have a finite solution, the same as weights of two', async () => {
    const { xs, xt } = movedClasses();
    // No graph, whose neighbours would be the repeated rows themselves.
    const options = { smoothness: 0, gamma: 0.2, maxIterations: 1 };
    const learner = oracle(labels.map((_, i) => i % 3));
    const method = new AdaptationRegularization(options, { learner });
    const twice = { x: [...xs, ...xs], y: [...labels, ...labels] };
    const repeated = await method.fit({ source: twice, target: { x: xt } });
    const weights = xs.map(() => 2);
    const weighted = await method.fit({
      source: { x: xs, y: labels, weights },
      target: { x: xt },
    });
    const gap = largestGap((await repeated.scores(xt)).data, (await weighted.scores(xt)).data);
    expect(gap).toBeLessThan(1e-8);
  });

  it('gives linear functions the same whether there are more rows or more features', async () => {
    const { xs, xt } = movedClasses();
    const pad = (rows: number[][]) =>
      rows.map((row) => [...row, ...new Array<number>(294).fill(0)]);
    const options = { kernel: 'linear', maxIterations: 2 } as const;
    const narrow = await new AdaptationRegularization(options).fit(problemOf());
    const wide = await new AdaptationRegularization(options).fit(
      problemOf({ xs: pad(xs), xt: pad(xt) }),
    );
    const gap = largestGap((await wide.scores(pad(xt))).data, (await narrow.scores(xt)).data);
    expect(gap).toBeLessThan(1e-9);
  });

  it('refuses a regression and an option out of range', async () => {
    const { xs, xt } = movedClasses();
    const fit = new AdaptationRegularization().fit({
      source: { x: xs, y: xs.map(([a]) => a! + 0.5) },
      target: { x: xt },
    });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'UNSUPPORTED')).toBe(true);
    expect(() => new AdaptationRegularization({ alignment: -1 })).toThrow('alignment');
  });
});
