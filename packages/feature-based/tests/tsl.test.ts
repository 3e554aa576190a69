import { isTransferError, stateFromJson } from '@graft-ml/core';
import { TransferSubspaceLearning, type TslOptions } from '@graft-ml/feature-based';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';
import { labels, movedClasses } from './support/moved-classes.js';

function problemOf({ xs, xt } = movedClasses()) {
  return { source: { x: xs, y: labels }, target: { x: xt } };
}

/** Two classes along the first feature in both domains; along the second in the source alone, where the target is noise of the same mean. */
function deceived(seed: number) {
  const random = randomSource(seed);
  const y = Array.from({ length: 80 }, (_, i) => i % 2);
  const row = (c: number, source: boolean) =>
    Array.from({ length: 5 }, (_, j) => {
      if (j === 0) return (c ? 1.5 : -1.5) + random.normal();
      return j === 1 ? (source ? (c ? 3 : -3) : 0) + random.normal() : random.normal();
    });
  return { xs: y.map((c) => row(c, true)), xt: y.map((c) => row(c, false)), y };
}

async function accuracyOf(options: TslOptions): Promise<number> {
  const { xs, xt, y } = deceived(1);
  const method = new TransferSubspaceLearning(options);
  const { problem } = await method.fit({ source: { x: xs, y }, target: { x: xt } });
  return nearestAccuracy(problem.sources[0]!.x, y, problem.target.x, y);
}

describe('TransferSubspaceLearning', () => {
  it('finds the direction that both domains share', async () => {
    const { xs, xt, y } = deceived(1);
    expect(await nearestAccuracy(xs, y, xt, y)).toBeCloseTo(0.7875, 2);
    expect(await accuracyOf({})).toBeCloseTo(0.8875, 2);
    expect(await accuracyOf({ alignment: 0 })).toBeCloseTo(0.8375, 2);
    expect(await accuracyOf({ objective: 'variance', nComponents: 3 })).toBeCloseTo(0.9125, 2);
    const { fitted } = await new TransferSubspaceLearning().fit({
      source: { x: xs, y },
      target: { x: xt },
    });
    const [first, second] = fitted.target.matrix!.data;
    expect(Math.abs(first!)).toBeGreaterThan(0.95);
    expect(Math.abs(second!)).toBeLessThan(0.1);
  });

  it('tells how each start went', async () => {
    const { fitted } = await new TransferSubspaceLearning().fit(problemOf());
    const { converged, stopReason, facts } = fitted.diagnostics;
    expect(converged).toBe(true);
    expect(stopReason).toBe('the gradient is within the tolerance');
    const trace = facts!['trace'] as { objective: number }[];
    expect(trace).toHaveLength(2);
    expect(Math.min(...trace.map(({ objective }) => objective))).toBe(facts!['objective']);
    const short = await new TransferSubspaceLearning({ maxIterations: 1 }).fit(problemOf());
    expect(short.fitted.diagnostics.converged).toBe(false);
    expect(short.fitted.diagnostics.stopReason).toContain('maxIterations reached');
  });

  it.each<TslOptions>([{}, { objective: 'variance', nComponents: 3 }])(
    'maps rows by an orthonormal basis, new ones alike, also once read back: %p',
    async (options) => {
      const { problem, fitted } = await new TransferSubspaceLearning(options).fit(problemOf());
      const { xs, xt } = movedClasses();
      const matrix = fitted.target.matrix!;
      const gram = referenceLinearAlgebra.crossProduct(matrix);
      const identity = gram.data.map((_, p) => (p % (matrix.columns + 1) ? 0 : 1));
      expect(largestGap(gram.data, identity)).toBeLessThan(1e-12);
      const again = valuesOf(await fitted.transform(xt, 'target'));
      expect(largestGap(again, valuesOf(problem.target.x))).toBeLessThan(1e-12);
      const restored = TransferSubspaceLearning.restore(
        stateFromJson(JSON.parse(JSON.stringify(fitted)) as never),
        { linearAlgebra: referenceLinearAlgebra, restore: () => fitted },
      );
      expect(valuesOf(await restored.transform(xs, 'source'))).toEqual(
        valuesOf(problem.sources[0]!.x),
      );
    },
  );

  it('refuses more components than there can be, equal rows, and a regression', async () => {
    const { xs, xt } = movedClasses();
    const cases = [
      ['INVALID_OPTION', problemOf(), { nComponents: 7 }],
      ['NUMERICAL', problemOf({ xs: xs.map(() => [1, 2]), xt: xt.map(() => [1, 2]) }), {}],
      ['UNSUPPORTED', { ...problemOf(), source: { x: xs, y: xs.map(([a]) => a! + 0.5) } }, {}],
    ] as const;
    for (const [code, problem, options] of cases) {
      const fit = new TransferSubspaceLearning(options).fit(problem);
      const error: unknown = await fit.catch((raised: unknown) => raised);
      expect(isTransferError(error, code)).toBe(true);
    }
  });
});
