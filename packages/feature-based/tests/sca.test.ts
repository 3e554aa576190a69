import { isTransferError, stateFromJson } from '@graft-ml/core';
import { ScatterComponentAnalysis, type ScaOptions } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';
import { labels, movedClasses } from './support/moved-classes.js';

function problemOf({ xs, xt } = movedClasses()) {
  return { source: { x: xs, y: labels }, target: { x: xt } };
}

async function accuracyOf(options: ScaOptions): Promise<number> {
  const { problem } = await new ScatterComponentAnalysis(options).fit(problemOf());
  return nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
}

describe('ScatterComponentAnalysis', () => {
  it.each([
    [{}, 0.983],
    [{ kernel: 'rbf' }, 0.967],
    [{ alignment: 100 }, 0.9],
    [{ classShare: 0 }, 0.967],
  ] as const)(
    'labels classes that moved apart, where 1-NN gets 0.77: %p %p',
    async (options, expected) => {
      expect(await accuracyOf(options)).toBeCloseTo(expected, 2);
    },
  );

  it('brings the domain means together as far as it is told to', async () => {
    const distance = async (alignment: number) => {
      const { problem } = await new ScatterComponentAnalysis({ alignment }).fit(problemOf());
      const mean = (x: Float64Array) =>
        [0, 1].map((j) => x.filter((_, p) => p % 2 === j).reduce((a, b) => a + b, 0) / 60);
      const source = mean(valuesOf(problem.sources[0]!.x));
      const target = mean(valuesOf(problem.target.x));
      return Math.hypot(source[0]! - target[0]!, source[1]! - target[1]!);
    };
    expect(await distance(1e4)).toBeLessThan((await distance(0)) / 20);
  });

  it('keeps one component less than there are classes unless told otherwise', async () => {
    const { fitted } = await new ScatterComponentAnalysis().fit(problemOf());
    expect(fitted.values).toHaveLength(2);
    expect(fitted.diagnostics.facts!['objective']).toBeGreaterThan(0);
  });

  it('takes every source for a domain of its own', async () => {
    const { xs, xt } = movedClasses();
    const split = await new ScatterComponentAnalysis({ alignment: 50 }).fit({
      sources: [
        { x: xs.slice(0, 21), y: labels.slice(0, 21) },
        { x: xs.slice(21), y: labels.slice(21) },
      ],
      target: { x: xt },
    });
    const whole = await new ScatterComponentAnalysis({ alignment: 50 }).fit(problemOf());
    expect(largestGap(split.fitted.values, whole.fitted.values)).toBeGreaterThan(1e-3);
  });

  it.each<ScaOptions>([{}, { kernel: 'rbf' }, { kernel: 'rbf', maxLandmarks: 40 }])(
    'maps new rows of either domain alike, now and once read back: %p',
    async (options) => {
      const { problem, fitted } = await new ScatterComponentAnalysis(options).fit(problemOf());
      const { xs, xt } = movedClasses();
      const again = valuesOf(await fitted.transform(xt, 'target'));
      expect(largestGap(again, valuesOf(problem.target.x))).toBeLessThan(1e-10);
      const restored = ScatterComponentAnalysis.restore(
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
      const fit = new ScatterComponentAnalysis(options).fit(problem);
      const error: unknown = await fit.catch((raised: unknown) => raised);
      expect(isTransferError(error, code)).toBe(true);
    }
  });
});
