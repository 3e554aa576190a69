import { isTransferError, stateFromJson } from '@graft-ml/core';
import { JointProbabilityAdaptation, type JpdaOptions } from '@graft-ml/feature-based';
import { NearestCentroid } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';
import { labels, movedClasses } from './support/moved-classes.js';

function problemOf({ xs, xt } = movedClasses()) {
  return { source: { x: xs, y: labels }, target: { x: xt } };
}

async function accuracyOf(options: JpdaOptions): Promise<number> {
  const { problem } = await new JointProbabilityAdaptation(options).fit(problemOf());
  return nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
}

describe('JointProbabilityAdaptation', () => {
  it.each([
    [{ nComponents: 3 }, 0.817],
    [{ nComponents: 3, regularization: 0.01 }, 0.917],
    [{ nComponents: 3, regularization: 0.01, discrimination: 0 }, 0.783],
  ])('labels classes that moved apart, where 1-NN gets 0.77: %p %p', async (options, expected) => {
    expect(await accuracyOf(options)).toBeCloseTo(expected, 2);
  });

  it('stops once no pseudo label changes and tells how it went', async () => {
    const method = new JointProbabilityAdaptation({ nComponents: 3, regularization: 0.01 });
    const { fitted } = await method.fit(problemOf());
    const { converged, iterations, stopReason, facts } = fitted.diagnostics;
    expect(converged).toBe(true);
    expect(stopReason).toBe('no pseudo label changed');
    const trace = facts!['trace'] as { changed: number; objective: number }[];
    expect(trace).toHaveLength(iterations!);
    expect(trace.at(-1)!.changed).toBe(0);
  });

  it('says so when the iterations run out', async () => {
    const { fitted } = await new JointProbabilityAdaptation({ maxIterations: 1 }).fit(problemOf());
    expect(fitted.diagnostics.converged).toBe(false);
    expect(fitted.diagnostics.stopReason).toContain('of 60 pseudo labels still changing');
  });

  it('labels with the learner it is handed, and counts source rows by their weights', async () => {
    const learner = new NearestCentroid();
    const options = { nComponents: 2, regularization: 0.01 };
    const method = new JointProbabilityAdaptation(options, { learner });
    const plain = await method.fit(problemOf());
    const nearest = await new JointProbabilityAdaptation(options).fit(problemOf());
    expect(plain.fitted.pseudoLabels).not.toEqual(nearest.fitted.pseudoLabels);
    const weights = labels.map((_, i) => (i < 30 ? 3 : 1));
    const { source, target } = problemOf();
    const weighted = await method.fit({ source: { ...source, weights }, target });
    const maps = [weighted, plain].map(({ fitted }) => fitted.target.matrix!.data);
    expect(largestGap(maps[0]!, maps[1]!)).toBeGreaterThan(1e-3);
  });

  it('warns of a class that no target row was guessed to be of', async () => {
    const xs = labels.map((_, i) => [0, 1, 2].map((j) => (j === i % 3 ? 9 : 0) + Math.sin(i + j)));
    const xt = xs.filter((_, i) => i % 3 !== 2);
    const { fitted } = await new JointProbabilityAdaptation().fit(problemOf({ xs, xt }));
    const [warning] = fitted.diagnostics.warnings;
    expect(warning?.code).toBe('CLASS_MISSING');
    expect(warning?.message).toContain('"cow"');
  });

  it('maps new rows of either domain alike, also once read back', async () => {
    const { problem, fitted } = await new JointProbabilityAdaptation().fit(problemOf());
    const { xs, xt } = movedClasses();
    const again = valuesOf(await fitted.transform(xt, 'target'));
    expect(largestGap(again, valuesOf(problem.target.x))).toBeLessThan(1e-12);
    const restored = JointProbabilityAdaptation.restore(
      stateFromJson(JSON.parse(JSON.stringify(fitted)) as never),
      { linearAlgebra: referenceLinearAlgebra, restore: () => fitted },
    );
    expect(valuesOf(await restored.transform(xs, 'source'))).toEqual(
      valuesOf(problem.sources[0]!.x),
    );
    expect(restored.pseudoLabels).toEqual(fitted.pseudoLabels);
  });

  it('gives the same from 300 columns as from 6 when the rest are zero', async () => {
    const { xs, xt } = movedClasses();
    const pad = (rows: number[][]) =>
      rows.map((row) => [...row, ...new Array<number>(294).fill(0)]);
    const options = { nComponents: 3 };
    const narrow = await new JointProbabilityAdaptation(options).fit(problemOf());
    const wide = await new JointProbabilityAdaptation(options).fit(
      problemOf({ xs: pad(xs), xt: pad(xt) }),
    );
    const values = [wide, narrow].map(({ problem }) => valuesOf(problem.target.x).map(Math.abs));
    expect(largestGap(values[0]!, values[1]!)).toBeLessThan(1e-8);
  });

  it('refuses more components than there can be, equal rows, and a regression', async () => {
    const { xs, xt } = movedClasses();
    const cases = [
      ['INVALID_OPTION', problemOf(), { nComponents: 7 }],
      ['NUMERICAL', problemOf({ xs: xs.map(() => [1, 2]), xt: xt.map(() => [1, 2]) }), {}],
      ['UNSUPPORTED', { ...problemOf(), source: { x: xs, y: xs.map(([a]) => a! + 0.5) } }, {}],
    ] as const;
    for (const [code, problem, options] of cases) {
      const fit = new JointProbabilityAdaptation(options).fit(problem);
      const error: unknown = await fit.catch((raised: unknown) => raised);
      expect(isTransferError(error, code)).toBe(true);
    }
  });
});
