import { isTransferError, stateFromJson } from '@graft-ml/core';
import { JointGeometricalAlignment, type JgsaOptions } from '@graft-ml/feature-based';
import { NearestCentroid } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';
import { labels, movedClasses } from './support/moved-classes.js';

function problemOf({ xs, xt } = movedClasses()) {
  return { source: { x: xs, y: labels }, target: { x: xt } };
}

async function accuracyOf(options: JgsaOptions): Promise<number> {
  const { problem } = await new JointGeometricalAlignment(options).fit(problemOf());
  return nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
}

describe('JointGeometricalAlignment', () => {
  it.each([
    [{ nComponents: 3 }, 0.95],
    [{ nComponents: 3, maxIterations: 1 }, 1],
    [{ nComponents: 3, discrimination: 0 }, 0.967],
  ])(
    'brings classes that moved apart together, where 1-NN gets 0.77: %p %p',
    async (options, expected) => {
      expect(await accuracyOf(options)).toBeCloseTo(expected, 2);
    },
  );

  it('stops once no pseudo label changes and tells how it went', async () => {
    const method = new JointGeometricalAlignment({ nComponents: 2, divergence: 10 });
    const { fitted } = await method.fit(problemOf());
    const { converged, iterations, stopReason, facts } = fitted.diagnostics;
    expect(converged).toBe(true);
    expect(stopReason).toBe('no pseudo label changed');
    const trace = facts!['trace'] as { changed: number; objective: number }[];
    expect(trace).toHaveLength(iterations!);
    expect(trace.at(-1)!.changed).toBe(0);
    expect(trace.every(({ objective }) => objective > 0)).toBe(true);
  });

  it('says so when the iterations run out', async () => {
    const { fitted } = await new JointGeometricalAlignment({ maxIterations: 1 }).fit(problemOf());
    expect(fitted.diagnostics.converged).toBe(false);
    expect(fitted.diagnostics.stopReason).toContain('of 60 pseudo labels still changing');
  });

  it('labels with the learner it is handed, source weights count', async () => {
    const learner = new NearestCentroid();
    const method = new JointGeometricalAlignment({ nComponents: 2 }, { learner });
    const plain = await method.fit(problemOf());
    const nearest = await new JointGeometricalAlignment({ nComponents: 2 }).fit(problemOf());
    expect(plain.fitted.pseudoLabels).not.toEqual(nearest.fitted.pseudoLabels);
    const weights = labels.map((_, i) => (i < 30 ? 3 : 1));
    const { source, target } = problemOf();
    const weighted = await method.fit({ source: { ...source, weights }, target });
    const gap = largestGap(weighted.fitted.target.matrix!.data, plain.fitted.target.matrix!.data);
    expect(gap).toBeGreaterThan(1e-3);
  });

  it('warns of a class that no target row was guessed to be of', async () => {
    const xs = labels.map((_, i) => [0, 1, 2].map((j) => (j === i % 3 ? 9 : 0) + Math.sin(i + j)));
    const xt = xs.filter((_, i) => i % 3 !== 2);
    const { fitted } = await new JointGeometricalAlignment().fit(problemOf({ xs, xt }));
    const [warning] = fitted.diagnostics.warnings;
    expect(warning?.code).toBe('CLASS_MISSING');
    expect(warning?.message).toContain('"cow"');
  });

  it('maps new rows of each domain with its own map, also once read back', async () => {
    const { problem, fitted } = await new JointGeometricalAlignment().fit(problemOf());
    const { xs, xt } = movedClasses();
    const again = valuesOf(await fitted.transform(xt, 'target'));
    expect(largestGap(again, valuesOf(problem.target.x))).toBeLessThan(1e-12);
    const restored = JointGeometricalAlignment.restore(
      stateFromJson(JSON.parse(JSON.stringify(fitted)) as never),
      { linearAlgebra: referenceLinearAlgebra, restore: () => fitted },
    );
    expect(valuesOf(await restored.transform(xs, 'source'))).toEqual(
      valuesOf(problem.sources[0]!.x),
    );
    expect(restored.pseudoLabels).toEqual(fitted.pseudoLabels);
    const other = valuesOf(await fitted.transform(xs, 'target'));
    expect(largestGap(other, valuesOf(problem.sources[0]!.x))).toBeGreaterThan(0.01);
  });

  it('gives the same from 300 columns as from 6 when the rest are zero', async () => {
    const { xs, xt } = movedClasses();
    const pad = (rows: number[][]) =>
      rows.map((row) => [...row, ...new Array<number>(294).fill(0)]);
    const options = { nComponents: 3 };
    const narrow = await new JointGeometricalAlignment(options).fit(problemOf());
    const wide = await new JointGeometricalAlignment(options).fit(
      problemOf({ xs: pad(xs), xt: pad(xt) }),
    );
    const gap = largestGap(
      valuesOf(wide.problem.target.x).map(Math.abs),
      valuesOf(narrow.problem.target.x).map(Math.abs),
    );
    expect(gap).toBeLessThan(1e-8);
  });

  it('gives equal domains one map where source classes have no weight of their own', async () => {
    const { xs } = movedClasses();
    const method = new JointGeometricalAlignment({ discrimination: 0 });
    const { fitted } = await method.fit(problemOf({ xs, xt: xs }));
    const [a, b] = [fitted.sources[0]!.matrix!.data, fitted.target.matrix!.data];
    expect(largestGap(a, b)).toBeLessThan(1e-10 * Math.hypot(...b));
  });

  it('refuses more components than there can be, and a target of equal rows', async () => {
    const { xs, xt } = movedClasses();
    const cases = [
      ['INVALID_OPTION', problemOf(), { nComponents: 7 }],
      ['NUMERICAL', problemOf({ xs, xt: xt.map(() => [1, 2, 3, 4, 5, 6]) }), {}],
    ] as const;
    for (const [code, problem, options] of cases) {
      const fit = new JointGeometricalAlignment(options).fit(problem);
      const error: unknown = await fit.catch((raised: unknown) => raised);
      expect(isTransferError(error, code)).toBe(true);
    }
  });
});
