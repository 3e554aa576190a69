import {
  isTransferError,
  stateFromJson,
  type FittedState,
  type RestoreContext,
} from '@graft-ml/core';
import { meanSquaredError, NearestNeighbours, RidgeRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { LinearInterpolation } from '@graft-ml/parameter-based';
import { dial, meanOf } from './support/dial.js';

jest.setTimeout(120_000);

const task = 'regression';
const { source, labelled, test } = dial(1, 30, 20);
const problem = { source, target: { x: test.x, labelled }, task } as const;

describe('LinearInterpolation', () => {
  it('is not much worse than the better of its two models at any angle between the tasks', async () => {
    for (const angle of [0, 60, 180]) {
      const errors = { mixed: 0, source: 0, target: 0 };
      for (const name of ['mixed', 'source', 'target'] as const) {
        errors[name] = await meanOf(async (seed) => {
          const { source: xs, labelled: few, test: held } = dial(seed, angle, 20);
          const model =
            name === 'mixed'
              ? await new LinearInterpolation().fit({
                  source: xs,
                  target: { x: held.x, labelled: few },
                  task,
                })
              : await new RidgeRegression().fit(name === 'source' ? xs : few);
          return meanSquaredError(held.y, await model.predictEncoded(held.x));
        });
      }
      // Measured at 0, 60 and 180 degrees: mixed 0.267, 0.413, 0.412; source 0.268, 1.231, 4.081; target 0.408.
      expect(errors.mixed).toBeLessThan(1.03 * Math.min(errors.source, errors.target));
    }
  });

  it('gives almost no weight to the model of an opposite task', async () => {
    const { source: xs, labelled: few, test: held } = dial(4, 180, 30);
    const model = await new LinearInterpolation().fit({
      source: xs,
      target: { x: held.x, labelled: few },
      task,
    });
    expect(model.weights[0]).toBeLessThan(0.05);
  });

  it('reports weights and what each model did on rows it had not seen', async () => {
    const model = await new LinearInterpolation().fit(problem);
    const { weights, heldOutLosses, loss } = model.diagnostics.facts!;
    expect(weights).toEqual(Array.from(model.weights));
    const best = Math.min(...(heldOutLosses as number[]));
    expect(loss).toBeLessThanOrEqual(best + 1e-12);
    const onOwnRows = await model.models[1]!.predictEncoded(labelled.x);
    expect((heldOutLosses as number[])[1]).toBeGreaterThan(meanSquaredError(labelled.y, onOwnRows));
  });

  it('divides the labelled rows by what they hold, not by their order', async () => {
    const backwards = { x: [...labelled.x].reverse(), y: [...labelled.y].reverse() };
    const turned = { ...problem, target: { x: test.x, labelled: backwards } };
    const [a, b] = [
      await new LinearInterpolation().fit(problem),
      await new LinearInterpolation().fit(turned),
    ];
    expect(b.weights[0]).toBeCloseTo(a.weights[0]!, 10);
  });

  it('mixes models of any kind', async () => {
    const learner = new NearestNeighbours({ neighbours: 1 });
    const strategy = new LinearInterpolation({ folds: 2 }, { learner });
    const model = await strategy.fit(problem);
    const parts = [NearestNeighbours];
    const context: RestoreContext = {
      linearAlgebra: referenceLinearAlgebra,
      restore: (state: FittedState) =>
        parts.find(({ id }) => id === state.id)!.restore(state, context),
    };
    const restored = LinearInterpolation.restore(
      stateFromJson(JSON.parse(JSON.stringify(model))),
      context,
    );
    expect(await restored.predict(test.x)).toEqual(await model.predict(test.x));
  });

  it.each([
    ['a single labelled row', { x: [[1]], y: [1] }],
    ['labelled rows that are all equal', { x: [[1], [1], [1]], y: [1, 1.5, 2] }],
  ])('refuses %s', async (_, rows) => {
    const raised: unknown = await new LinearInterpolation()
      .fit({ source: { x: [[1], [2]], y: [1, 2] }, target: { x: [[1]], labelled: rows }, task })
      .catch((error: unknown) => error);
    expect(isTransferError(raised, 'INVALID_DATA')).toBe(true);
    expect(String(raised)).toMatch(/two different labelled target rows/);
  });
});
