import {
  type Adaptation,
  isTransferError,
  type Learner,
  stateFromJson,
  type TransferProblem,
} from '@graft-ml/core';
import { type FittedEmbedding, JointDistributionAdaptation } from '@graft-ml/feature-based';
import { NearestCentroid } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';
import { labels, movedClasses } from './support/moved-classes.js';

async function accuracyOf({ problem }: Adaptation<FittedEmbedding>): Promise<number> {
  return nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
}

function problemOf({ xs, xt } = movedClasses()) {
  return { source: { x: xs, y: labels }, target: { x: xt } };
}

describe('JointDistributionAdaptation', () => {
  it('beats 1-NN and its own first, marginal, round where classes move apart: 0.77, 0.70, 0.95', async () => {
    const { xs, xt } = movedClasses();
    const marginal = new JointDistributionAdaptation({ nComponents: 3, maxIterations: 1 });
    const joint = new JointDistributionAdaptation({ nComponents: 3 });
    expect(await nearestAccuracy(xs, labels, xt, labels)).toBeCloseTo(0.767, 2);
    expect(await accuracyOf(await marginal.fit(problemOf()))).toBeCloseTo(0.7, 2);
    expect(await accuracyOf(await joint.fit(problemOf()))).toBeCloseTo(0.95, 2);
  });

  it('stops once no pseudo label changes and tells how it went', async () => {
    const { fitted } = await new JointDistributionAdaptation({ nComponents: 3 }).fit(problemOf());
    const { converged, iterations, stopReason, facts } = fitted.diagnostics;
    expect(converged).toBe(true);
    expect(stopReason).toBe('no pseudo label changed');
    const trace = facts!['trace'] as { iteration: number; changed: number; objective: number }[];
    expect(trace.map(({ iteration }) => iteration)).toEqual(
      Array.from({ length: iterations! }, (_, i) => i + 1),
    );
    expect(trace[0]!.changed).toBe(60);
    expect(trace.at(-1)!.changed).toBe(0);
    expect(trace.every(({ objective }) => objective > 0)).toBe(true);
  });

  it('says so when the iterations run out', async () => {
    const { fitted } = await new JointDistributionAdaptation({ maxIterations: 1 }).fit(problemOf());
    expect(fitted.diagnostics.converged).toBe(false);
    expect(fitted.diagnostics.stopReason).toContain('60 of 60');
  });

  it('warns of a class that no target row was guessed to be of', async () => {
    const xs = labels.map((_, i) => [0, 1, 2].map((j) => (j === i % 3 ? 9 : 0) + Math.sin(i + j)));
    const kept = xs.filter((_, i) => i % 3 !== 2);
    const { fitted } = await new JointDistributionAdaptation().fit(problemOf({ xs, xt: kept }));
    const [warning] = fitted.diagnostics.warnings;
    expect(warning?.code).toBe('CLASS_MISSING');
    expect(warning?.message).toContain('"cow"');
    expect(fitted.components.data.every(Number.isFinite)).toBe(true);
  });

  it('labels with the learner it is handed', async () => {
    const inner = new NearestCentroid();
    const seen: TransferProblem[] = [];
    const learner: Learner = {
      produces: 'model',
      options: inner.options,
      fit: (data, run) => {
        seen.push(data as TransferProblem);
        return inner.fit(data, run);
      },
    };
    const { fitted } = await new JointDistributionAdaptation({ nComponents: 2 }, { learner }).fit(
      problemOf(),
    );
    expect(seen).toHaveLength(fitted.diagnostics.iterations!);
    expect(seen[0]!.sources[0]!.x.columns).toBe(2);
  });

  it('counts source rows by their weights', async () => {
    const { xs, xt } = movedClasses();
    const weights = xs.map((_, i) => (i < 30 ? 2 : 1));
    const options = { normalization: 'paper', nComponents: 2, maxIterations: 2 } as const;
    const weighted = await new JointDistributionAdaptation(options).fit({
      source: { x: xs, y: labels, weights },
      target: { x: xt },
    });
    const plain = await new JointDistributionAdaptation(options).fit(problemOf());
    expect(largestGap(weighted.fitted.values, plain.fitted.values)).toBeGreaterThan(1e-3);
  });

  it('stacks several sources', async () => {
    const { xs, xt } = movedClasses();
    const options = { nComponents: 3 };
    const split = await new JointDistributionAdaptation(options).fit({
      sources: [
        { x: xs.slice(0, 21), y: labels.slice(0, 21) },
        { x: xs.slice(21), y: labels.slice(21) },
      ],
      target: { x: xt },
    });
    const whole = await new JointDistributionAdaptation(options).fit(problemOf());
    expect(split.fitted.components.data).toEqual(whole.fitted.components.data);
  });

  it.each(['linear', 'rbf'] as const)(
    'maps new rows of either domain alike (%s)',
    async (kernel) => {
      const method = new JointDistributionAdaptation({ kernel, nComponents: 3 });
      const { problem, fitted } = await method.fit(problemOf());
      const { xs, xt } = movedClasses();
      const again = await fitted.transform(xt.slice(5, 9), 'target');
      expect(largestGap(valuesOf(again), valuesOf(problem.target.x).slice(15, 27))).toBeLessThan(
        1e-12,
      );
      const restored = JointDistributionAdaptation.restore(
        stateFromJson(JSON.parse(JSON.stringify(fitted)) as never),
        { linearAlgebra: referenceLinearAlgebra, restore: () => fitted },
      );
      expect(valuesOf(await restored.transform(xs, 'source'))).toEqual(
        valuesOf(problem.sources[0]!.x),
      );
      expect(restored.pseudoLabels).toEqual(fitted.pseudoLabels);
    },
  );

  it('compares with few random landmarks where told to, and loses little', async () => {
    const options = { kernel: 'rbf', nComponents: 3 } as const;
    const few = new JointDistributionAdaptation({ ...options, maxLandmarks: 40 });
    const { fitted, problem } = await few.fit(problemOf(), { seed: 4 });
    expect(fitted.components.rows).toBe(40);
    const all = await new JointDistributionAdaptation(options).fit(problemOf());
    const lost = (await accuracyOf(all)) - (await accuracyOf({ problem, fitted }));
    expect(lost).toBeLessThan(0.1);
  });

  it('gives the same components from 300 columns as from 6 when the rest are zero', async () => {
    const { xs, xt } = movedClasses();
    const pad = (rows: number[][]) =>
      rows.map((row) => [...row, ...new Array<number>(294).fill(0)]);
    const options = { nComponents: 3 };
    const wide = await new JointDistributionAdaptation(options).fit(
      problemOf({ xs: pad(xs), xt: pad(xt) }),
    );
    const narrow = await new JointDistributionAdaptation(options).fit(problemOf());
    expect(largestGap(wide.fitted.values, narrow.fitted.values)).toBeLessThan(1e-10);
    const gap = largestGap(
      wide.fitted.components.data.slice(0, 18).map(Math.abs),
      narrow.fitted.components.data.map(Math.abs),
    );
    expect(gap).toBeLessThan(1e-8);
  });

  it('refuses more components than there can be, equal rows, and a regression', async () => {
    const { xs, xt } = movedClasses();
    const cases = [
      ['INVALID_OPTION', problemOf(), { nComponents: 7 }],
      ['NUMERICAL', problemOf({ xs: xs.map(() => [1, 2]), xt: xt.map(() => [1, 2]) }), {}],
      ['UNSUPPORTED', { ...problemOf(), source: { x: xs, y: xs.map(([a]) => a! + 0.5) } }, {}],
    ] as const;
    for (const [code, problem, options] of cases) {
      const fit = new JointDistributionAdaptation(options).fit(problem);
      const error: unknown = await fit.catch((raised: unknown) => raised);
      expect(isTransferError(error, code)).toBe(true);
    }
  });
});
