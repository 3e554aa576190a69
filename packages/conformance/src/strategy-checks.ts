import type { ProblemStrategy } from '@graft-ml/core';
import { type Check, expectThat, type Method } from './check.js';
import { expectSame, observe, relativeGap, transformed } from './observe.js';
import { makeProbe } from './probe.js';

const notAStep = (method: Method) =>
  new method().produces === 'model' ? 'it makes a model, not a step' : undefined;

/** What steps promise beyond fitting. */
export const strategyChecks: readonly Check[] = [
  {
    name: 'out-of-sample',
    promise:
      'transforming the training rows again gives the rows of the adapted problem; what weighs or chooses source rows changes none',
    skip: notAStep,
    async run(method) {
      const probe = makeProbe(method.setting);
      const source = probe.problem.source!.x as number[][];
      const target = probe.problem.target.x as number[][];
      const again = { ...probe, newSource: source, newTarget: target };
      const { seen } = await observe(method, again);
      // An instance strategy may keep other source rows than it was given, but has to leave rows as they are.
      const chooses = method.setting.role === 'instance';
      const first = new Map([
        ['source', chooses ? Float64Array.from(source.flat()) : seen.get('sources[0].x')!],
        ['target', seen.get('target.x')!],
      ]);
      const second = new Map([
        ['source', seen.get('transform(new source rows)')!],
        ['target', seen.get('transform(new target rows)')!],
      ]);
      expectSame(first, second, 1e-8, 'training rows transformed again');
    },
  },
  {
    name: 'subset',
    promise: 'transforming a part gives the part of the transform',
    skip: notAStep,
    async run(method) {
      const probe = makeProbe(method.setting);
      const { fitted } = await (new method() as ProblemStrategy).fit(probe.problem, { seed: 7 });
      const all = await transformed(fitted, probe.newTarget, 'target');
      const one = await transformed(fitted, probe.newTarget.slice(2, 3), 'target');
      const width = one.length;
      expectThat(
        relativeGap(all.subarray(2 * width, 3 * width), one) <= 1e-9,
        'one row alone is mapped differently',
      );
    },
  },
  {
    name: 'no-shift',
    promise:
      'where source and target are the same rows, both are mapped alike and weights are nearly flat',
    skip: (method) =>
      notAStep(method) ??
      (method.setting.features === 'different' ? 'the feature spaces differ' : undefined),
    async run(method) {
      const probe = makeProbe(method.setting, { equalDomains: true });
      const { problem, fitted } = await (new method() as ProblemStrategy).fit(probe.problem, {
        seed: 7,
      });
      const asSource = await transformed(fitted, probe.newSource, 'source');
      const asTarget = await transformed(fitted, probe.newSource, 'target');
      const gap = relativeGap(asSource, asTarget);
      expectThat(gap <= 1e-6, `source and target maps differ by ${gap}`);
      for (const weight of problem.sources[0]!.weights ?? []) {
        expectThat(
          weight > 0.5 && weight < 2,
          `a weight is ${weight} although nothing has shifted`,
        );
      }
    },
  },
  {
    name: 'weights',
    promise: 'weights are one per source row, not negative, with mean 1 over all sources',
    skip: (method) =>
      notAStep(method) ??
      (method.setting.role === 'instance' ? undefined : 'it does not weigh rows'),
    async run(method) {
      const { problem } = await (new method() as ProblemStrategy).fit(
        makeProbe(method.setting).problem,
        { seed: 7 },
      );
      let sum = 0;
      let rows = 0;
      for (const { weights, x, name } of problem.sources) {
        rows += x.rows;
        expectThat(
          !weights || weights.length === x.rows,
          `${name}: ${weights?.length} weights for ${x.rows} rows`,
        );
        if (!weights) sum += x.rows;
        for (const weight of weights ?? []) {
          expectThat(weight >= 0, `${name}: a weight is ${weight}`);
          sum += weight;
        }
      }
      expectThat(Math.abs(sum / rows - 1) < 1e-9, `the mean weight is ${sum / rows}`);
    },
  },
];
