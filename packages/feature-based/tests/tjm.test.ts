import { isTransferError, stateFromJson } from '@graft-ml/core';
import { TransferJointMatching, type TjmOptions } from '@graft-ml/feature-based';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';
import { labels, movedClasses } from './support/moved-classes.js';

function problemOf({ xs, xt } = movedClasses()) {
  return { source: { x: xs, y: labels }, target: { x: xt } };
}

/** Two classes along the first feature; the source is moved along the second, and a quarter of its rows are mislabelled, far away. */
function movedWithStrangers(seed: number) {
  const random = randomSource(seed);
  const y = Array.from({ length: 80 }, (_, i) => i % 2);
  const row = (c: number, move: number, away = 0) =>
    Array.from({ length: 10 }, (_, j) => [c ? 2 : -2, move, away][j] ?? 0).map(
      (centre) => centre + random.normal(),
    );
  const xs = y.map((c, i) => (i < 60 ? row(c, 3) : row(1 - c, 3, 6)));
  return { xs, xt: y.map((c) => row(c, 0)), y };
}

describe('TransferJointMatching', () => {
  it('takes 1-NN from 0.71 to 0.84 where the source has moved and a quarter of it is strange', async () => {
    const { xs, xt, y } = movedWithStrangers(2);
    expect(await nearestAccuracy(xs, y, xt, y)).toBeCloseTo(0.7125, 2);
    const method = new TransferJointMatching({ nComponents: 3 });
    const { problem } = await method.fit({ source: { x: xs }, target: { x: xt } });
    const after = await nearestAccuracy(problem.sources[0]!.x, y, problem.target.x, y);
    expect(after).toBeCloseTo(0.8375, 2);
  });

  it('does harm where classes move apart, from 0.77 to 0.55: only overall means are aligned', async () => {
    const { problem } = await new TransferJointMatching({ nComponents: 3 }).fit(problemOf());
    const after = await nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
    expect(after).toBeCloseTo(0.55, 2);
  });

  it('tells how many source rows it left out', async () => {
    const { fitted } = await new TransferJointMatching({ nComponents: 3, maxIterations: 30 }).fit(
      problemOf(),
    );
    expect(fitted.diagnostics.facts!['sourceRowsLeftOut']).toBe(22);
  });

  it('stops once the objective falls no more, and says so when the iterations run out', async () => {
    const long = await new TransferJointMatching({ maxIterations: 100 }).fit(problemOf());
    expect(long.fitted.diagnostics.converged).toBe(true);
    expect(long.fitted.diagnostics.stopReason).toBe(
      'the objective fell by less than the tolerance',
    );
    const short = await new TransferJointMatching({ maxIterations: 2 }).fit(problemOf());
    expect(short.fitted.diagnostics.converged).toBe(false);
    expect(short.fitted.diagnostics.stopReason).toContain('still falling by');
  });

  it.each<TjmOptions>([{}, { kernel: 'rbf' }, { kernel: 'rbf', maxLandmarks: 40 }])(
    'maps new rows of either domain alike, now and once read back: %p',
    async (options) => {
      const { problem, fitted } = await new TransferJointMatching(options).fit(problemOf());
      const { xs, xt } = movedClasses();
      const again = valuesOf(await fitted.transform(xt, 'target'));
      expect(largestGap(again, valuesOf(problem.target.x))).toBeLessThan(1e-10);
      const restored = TransferJointMatching.restore(
        stateFromJson(JSON.parse(JSON.stringify(fitted)) as never),
        { linearAlgebra: referenceLinearAlgebra, restore: () => fitted },
      );
      expect(valuesOf(await restored.transform(xs, 'source'))).toEqual(
        valuesOf(problem.sources[0]!.x),
      );
    },
  );

  it('is not stopped by columns that repeat each other', async () => {
    const random = randomSource(1);
    const rows = () =>
      Array.from({ length: 20 }, () => {
        const [a, b] = [random.normal(), random.normal()];
        return [a, b, a + b, a];
      });
    const { fitted } = await new TransferJointMatching().fit({
      source: { x: rows() },
      target: { x: rows() },
    });
    expect(fitted.values).toHaveLength(2);
    expect(fitted.components.data.every(Number.isFinite)).toBe(true);
  });

  it('refuses more components than there can be, and equal rows', async () => {
    const { xs, xt } = movedClasses();
    const cases = [
      ['INVALID_OPTION', problemOf(), { nComponents: 7 }],
      ['NUMERICAL', problemOf({ xs: xs.map(() => [1, 2]), xt: xt.map(() => [1, 2]) }), {}],
    ] as const;
    for (const [code, problem, options] of cases) {
      const fit = new TransferJointMatching(options).fit(problem);
      const error: unknown = await fit.catch((raised: unknown) => raised);
      expect(isTransferError(error, code)).toBe(true);
    }
  });
});
