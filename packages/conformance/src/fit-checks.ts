import {
  type FittedState,
  isTransferError,
  type PlainProblem,
  stateFromJson,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { type Check, ConformanceError, expectThat, type Method } from './check.js';
import { expectSame, observe, observeModel, type Observation } from './observe.js';
import { makeProbe, type Probe } from './probe.js';

/** What fitting does and leaves alone. */
export const fitChecks: readonly Check[] = [
  {
    name: 'inputs-untouched',
    promise: 'fit and transform change neither rows nor labels',
    async run(method) {
      const probe = makeProbe(method.setting);
      const before = JSON.stringify(probe);
      await observe(method, probe);
      expectThat(JSON.stringify(probe) === before, 'the input is not what it was');
    },
  },
  {
    name: 'fit-idempotent',
    promise: 'one strategy fitted twice gives the same answer twice, bit for bit',
    async run(method) {
      const probe = makeProbe(method.setting);
      const strategy = new method();
      const first = await observe(method, probe, { seed: 7 }, strategy);
      await observe(method, makeProbe(method.setting, { seed: 99 }), { seed: 8 }, strategy);
      const second = await observe(method, probe, { seed: 7 }, strategy);
      expectSame(first.seen, second.seen, 0, 'second fit');
    },
  },
  {
    name: 'evaluation-labels-unread',
    promise: 'labels kept for evaluation are never looked at, wherever they lie beside the target',
    async run(method) {
      const probe = makeProbe(method.setting);
      const guarded = guardLabels(probe.problem);
      const clean = await observe(method, probe);
      const watched = await observe(method, { ...probe, problem: guarded });
      expectSame(clean.seen, watched.seen, 0, 'with guarded labels');
    },
  },
  {
    name: 'labels-unused',
    promise: 'a method that declares labels unused gives the same answer without them',
    skip: ({ setting }) =>
      setting.sourceLabels === 'unused' ? undefined : 'source labels are used',
    async run(method) {
      const probe = makeProbe(method.setting);
      const { x } = probe.problem.source!;
      const unlabelled = { ...probe, problem: { ...probe.problem, source: { x } } };
      const withLabels = new Map(
        [...(await observe(method, probe)).seen].filter(([name]) => !name.endsWith('.y')),
      );
      expectSame(withLabels, (await observe(method, unlabelled)).seen, 0, 'without labels');
    },
  },
  {
    name: 'round-trip',
    promise: 'a fitted object survives JSON and answers the same, bit for bit',
    async run(method) {
      const probe = makeProbe(method.setting);
      const { fitted, seen } = await observe(method, probe);
      const state = stateFromJson(JSON.parse(JSON.stringify(fitted)));
      const restored = method.restore(state, restoreContext(method));
      expectSame(await answers(restored, probe), await answers(fitted, probe), 0, 'restored');
      expectThat(seen.size > 0, 'nothing was seen');
    },
  },
  {
    name: 'damaged-state',
    promise:
      'a state of another class, of a newer version or with an array missing is refused with INVALID_ARTEFACT',
    async run(method) {
      const { fitted } = await observe(method, makeProbe(method.setting));
      const state = stateFromJson(JSON.parse(JSON.stringify(fitted)));
      const [firstArray] = Object.keys(state.arrays);
      const damaged: FittedState[] = [
        { ...state, id: 'other/class' },
        { ...state, version: state.version + 1 },
      ];
      if (firstArray)
        damaged.push({
          ...state,
          arrays: {
            ...state.arrays,
            [firstArray]: { shape: [1, 1, 1], data: new Float64Array(1) },
          },
        });
      for (const bad of damaged) expectInvalid(method, bad);
    },
  },
  {
    name: 'abort',
    promise: 'an aborted signal stops the fit with ABORTED',
    async run(method) {
      const controller = new AbortController();
      controller.abort();
      try {
        await observe(method, makeProbe(method.setting), { seed: 7, signal: controller.signal });
      } catch (error) {
        expectThat(isTransferError(error, 'ABORTED'), `raised ${String(error)}`);
        return;
      }
      expectThat(false, 'the fit went on');
    },
  },
];

/** What a fitted object answers about rows it has not seen. */
async function answers(fitted: object, probe: Probe): Promise<Observation> {
  if ('predictEncoded' in fitted) {
    return observeModel(fitted as Parameters<typeof observeModel>[0], probe.newTarget);
  }
  const step = fitted as {
    transform(
      x: number[][],
      domain: 'source' | 'target',
    ): Promise<{ data?: Float64Array; values?: Float64Array }>;
  };
  const source = await step.transform(probe.newSource, 'source');
  const target = await step.transform(probe.newTarget, 'target');
  return new Map([
    ['source', source.data ?? source.values ?? new Float64Array()],
    ['target', target.data ?? target.values ?? new Float64Array()],
  ]);
}

function restoreContext(method: Method) {
  return {
    linearAlgebra: referenceLinearAlgebra,
    restore: (state: FittedState) => {
      const part = (method as { parts?: readonly Method[] }).parts?.find(
        ({ id }) => id === state.id,
      );
      if (!part)
        throw new Error(
          `${method.id} keeps a part "${state.id}" that it does not name in its static "parts"`,
        );
      return part.restore(state, restoreContext(part));
    },
  };
}

function expectInvalid(method: Method, state: FittedState): void {
  try {
    method.restore(state, restoreContext(method));
  } catch (error) {
    expectThat(
      isTransferError(error, 'INVALID_ARTEFACT'),
      `a damaged state raised ${String(error)}`,
    );
    return;
  }
  expectThat(false, 'a damaged state was accepted');
}

/** The problem with evaluation labels lying beside the target in every likely place; reading one throws. */
function guardLabels(problem: PlainProblem): PlainProblem {
  const forbidden = {
    enumerable: true,
    get(): never {
      throw new ConformanceError('labels kept for evaluation were read');
    },
  };
  const target = Object.defineProperties(
    { ...problem.target },
    { y: forbidden, labels: forbidden, evaluation: forbidden },
  );
  return Object.defineProperties({ ...problem, target }, { evaluation: forbidden });
}
