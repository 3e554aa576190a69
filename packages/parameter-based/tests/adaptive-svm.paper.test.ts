import {
  type DenseMatrix,
  denseMatrix,
  type Diagnostics,
  type FittedState,
  type MatrixInput,
  Model,
  type Task,
  toDense,
  toMatrix,
} from '@graft-ml/core';
import { AdaptiveSvm } from '@graft-ml/parameter-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { classifierOf } from './support/models.js';

describe('the formula of the adaptive SVM', () => {
  it('moves one row to the margin, by hand', async () => {
    // One row at x = 1 of class b, f₀ = −0.5: Δ(1) = 1.5 with k = x·y needs a = 1.5.
    const known = classifierOf([[0, -0.5]], ['a', 'b']);
    const target = { x: [[1]], labelled: { x: [[1]], y: ['b'] } };
    const source = { x: [[1], [-1]], y: ['a', 'b'] };
    const method = new AdaptiveSvm({ kernel: 'linear', regularization: 0.01 });
    const model = await method.fit({ source, target }, { sourceModels: [known] });
    expect(model.coefficients.data[0]).toBeCloseTo(1.5, 10);
    expect((await model.scores([[2]])).data[0]).toBeCloseTo(2, 10);
    const tight = await new AdaptiveSvm({ kernel: 'linear', regularization: 4 }).fit(
      { source, target },
      { sourceModels: [known] },
    );
    expect(tight.coefficients.data[0]).toBeCloseTo(0.25, 10);
  });

  it('satisfies the optimality conditions of every output for three classes', async () => {
    const known = classifierOf(
      [
        [0.2, 1, 0],
        [0, -1, 0.5],
        [-0.1, 0, -1],
      ],
      ['a', 'b', 'c'],
    );
    const x = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [Math.sin(3 * i), Math.cos(5 * i)]);
    const y = x.map((_, i) => ['a', 'b', 'c'][i % 3]!);
    const target = { x, labelled: { x, y } };
    const input = { source: { x, y }, target };
    const lambda = 0.5;
    const method = new AdaptiveSvm({ gamma: 0.7, regularization: lambda });
    const model = await method.fit(input, { sourceModels: [known] });
    const scores = (await model.scores(x)).data;
    const a = model.coefficients.data;
    y.forEach((label, i) => {
      ['a', 'b', 'c'].forEach((name, c) => {
        const t = label === name ? 1 : -1;
        const [margin, weight] = [t * scores[3 * i + c]!, t * a[3 * i + c]!];
        expect(weight).toBeGreaterThanOrEqual(0);
        if (weight < 1e-9) expect(margin).toBeGreaterThan(1 - 1e-6);
        else if (weight > 1 / lambda - 1e-9) expect(margin).toBeLessThan(1 + 1e-6);
        else expect(margin).toBeCloseTo(1, 6);
      });
    });
  });

  it('is the source model where the penalty is large', async () => {
    const known = classifierOf([[0.3, 2]], ['a', 'b']);
    const labelled = { x: [[-1], [1]], y: ['b', 'a'] };
    const model = await new AdaptiveSvm({ regularization: 1e9 }).fit(
      { source: { x: [[0], [1]], y: ['a', 'b'] }, target: { x: [[0]], labelled } },
      { sourceModels: [known] },
    );
    expect((await model.scores([[0.5]])).data[0]).toBeCloseTo(1.3, 6);
  });
});

/** Says of known rows what score they have, through probabilities. */
class ScoresByRow extends Model {
  readonly task: Task = { kind: 'classification', classes: [0, 1] };
  readonly nFeatures = 2;
  readonly diagnostics: Diagnostics = { warnings: [] };
  readonly #scores: ReadonlyMap<string, number>;

  constructor(scores: ReadonlyMap<string, number>) {
    super();
    this.#scores = scores;
  }

  async predictEncoded(): Promise<Float64Array> {
    return new Float64Array();
  }

  override async predictProba(x: MatrixInput): Promise<DenseMatrix> {
    const { rows, data } = toDense(toMatrix(x, 'test', 'x'));
    const probabilities = denseMatrix(rows, 2);
    for (let i = 0; i < rows; i++) {
      const p = 1 / (1 + Math.exp(-this.#scores.get(data.subarray(2 * i, 2 * i + 2).join())!));
      probabilities.data.set([1 - p, p], 2 * i);
    }
    return probabilities;
  }

  toState(): FittedState {
    return { id: 'test/scores', version: 1, values: {}, arrays: {}, parts: {} };
  }
}

describeGolden('param.asvm', (golden) => {
  it('gives dual variables, change, decisions and the dual objective', async () => {
    const { X, y, fs, Z, fz } = golden.inputs;
    const [x, z] = [rowsOf(X!), rowsOf(Z!)];
    const scores = new Map([
      ...x.map((row, i) => [row.join(), fs!.data[i]!] as const),
      ...z.map((row, i) => [row.join(), fz!.data[i]!] as const),
    ]);
    const method = new AdaptiveSvm({
      gamma: golden.options['gamma'] as number,
      regularization: 1 / (golden.options['C'] as number),
    });
    const model = await method.fit(
      { source: { x, y: y!.data }, target: { x, labelled: { x, y: y!.data } } },
      { sourceModels: [new ScoresByRow(scores)] },
    );
    expectGolden(golden, 'alpha', model.coefficients.data.map(Math.abs));
    const decision = (await model.scores(z)).data;
    expectGolden(golden, 'decision', decision);
    expectGolden(
      golden,
      'delta',
      decision.map((value, i) => value - fz!.data[i]!),
    );
    expectGolden(golden, 'dualObjective', model.diagnostics.facts!['dualObjectives'] as number[]);
  });
});
