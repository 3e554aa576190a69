import { denseMatrix } from '@graft-ml/core';
import { LogisticRegression, minimizeLogisticLoss } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { gap, groups, someWeights } from './support/samples.js';

/** Σ w·(−log softmax(B·x + b)_y) + λ/2·(‖B − B₀‖² + pull·‖b − b₀‖²), as the comment has it. */
function objective(
  { x, y, w, lambda }: { x: number[][]; y: number[]; w: number[]; lambda: number },
  [b, intercepts]: [number[][], number[]],
  [b0, intercepts0]: [number[][], number[]],
  pull: number,
): number {
  let value = 0;
  x.forEach((row, i) => {
    const scores = b.map((c, k) => c.reduce((s, v, j) => s + v * row[j]!, intercepts[k]!));
    const all = Math.log(scores.reduce((s, f) => s + Math.exp(f), 0));
    value += w[i]! * (all - scores[y[i]!]!);
  });
  b.forEach((c, k) => c.forEach((v, j) => (value += (lambda / 2) * (v - b0[k]![j]!) ** 2)));
  intercepts.forEach((v, k) => (value += ((pull * lambda) / 2) * (v - intercepts0[k]!) ** 2));
  return value;
}

it('gives the same solution with an engine as row by row', async () => {
  const { x, y } = groups(60, 5, 3);
  const weights = someWeights(60, 4);
  const rowByRow = await new LogisticRegression({ tolerance: 1e-10 }).fit({ x, y, weights });
  const engines = [referenceLinearAlgebra, await loadWasmLinearAlgebra()];
  for (const linearAlgebra of engines) {
    const model = await new LogisticRegression({ tolerance: 1e-10 }, { linearAlgebra }).fit({
      x,
      y,
      weights,
    });
    expect(gap(model.coefficients.data, rowByRow.coefficients.data)).toBeLessThan(1e-8);
    expect(gap(model.intercepts, rowByRow.intercepts)).toBeLessThan(1e-8);
  }
});

describe('the formula of LogisticRegression', () => {
  const { x, y } = groups(30, 3, 8);
  const w = someWeights(30, 9);
  const zero: [number[][], number[]] = [x.slice(0, 3).map(() => [0, 0, 0]), [0, 0, 0]];
  const prior: [number[][], number[]] = [
    [
      [1, 0, -1],
      [0, 2, 0],
      [-1, 0, 0.5],
    ],
    [0.3, -0.2, 0.4],
  ];

  it.each([
    ['around zero', zero, false],
    ['around a prior', prior, false],
    ['around a prior with its intercepts', prior, true],
  ] as const)('has its minimum %s where the fit is', (_, around, penalizeIntercept) => {
    const lambda = 0.7;
    const solution = minimizeLogisticLoss({
      x: denseMatrix(30, 3, Float64Array.from(x.flat())),
      y: Float64Array.from(y),
      nClasses: 3,
      weights: Float64Array.from(w),
      regularization: lambda,
      prior: {
        coefficients: denseMatrix(3, 3, Float64Array.from(around[0].flat())),
        intercepts: Float64Array.from(around[1]),
        penalizeIntercept,
      },
      tolerance: 1e-10,
    });
    const b = rowsOf({ shape: [3, 3], data: Array.from(solution.coefficients.data) });
    const at = (change: number, k: number, j: number) => {
      const moved = b.map((row) => [...row]);
      const intercepts = Array.from(solution.intercepts);
      if (j < 3) moved[k]![j]! += change;
      else intercepts[k]! += change;
      const pull = penalizeIntercept ? 1 : 0;
      const given: [number[][], number[]] = [around[0].map((r) => [...r]), [...around[1]]];
      return objective({ x, y, w, lambda }, [moved, intercepts], given, pull);
    };
    expect(solution.objective).toBeCloseTo(at(0, 0, 0), 9);
    for (let k = 0; k < 3; k++) {
      for (let j = 0; j < 4; j++) {
        const slope = (at(1e-5, k, j) - at(-1e-5, k, j)) / 2e-5;
        expect(Math.abs(slope)).toBeLessThan(1e-6);
      }
    }
  });

  it('is binary regression with λ/2 for two classes: the softmax form with ±B/2 has the same scores', async () => {
    const two = y.map((label) => (label === 2 ? 1 : 0));
    const binary = await new LogisticRegression({ regularization: 2, tolerance: 1e-10 }).fit({
      x,
      y: two,
    });
    const softmax = minimizeLogisticLoss({
      x: denseMatrix(30, 3, Float64Array.from(x.flat())),
      y: Float64Array.from(two, (label) => 2 * label),
      nClasses: 3,
      regularization: 4,
      tolerance: 1e-10,
    });
    const difference = Array.from(
      { length: 3 },
      (_, j) => softmax.coefficients.data[6 + j]! - softmax.coefficients.data[j]!,
    );
    expect(gap(binary.coefficients.data, difference)).toBeLessThan(1e-5);
  });
});

describeGolden('learn.logreg.binary', (golden) => {
  it('agrees in coefficients, intercept, probabilities and objective', async () => {
    const { X, y, w, Z } = golden.inputs;
    const c = golden.options['C'] as number;
    const model = await new LogisticRegression({ regularization: 1 / c, tolerance: 1e-10 }).fit({
      x: rowsOf(X!),
      y: y!.data,
      weights: w!.data,
    });
    expectGolden(golden, 'coef', model.coefficients.data);
    expectGolden(golden, 'intercept', model.intercepts);
    const proba = await model.predictProba(rowsOf(Z!));
    expectGolden(
      golden,
      'proba',
      Array.from({ length: 6 }, (_, i) => proba.data[2 * i + 1]!),
    );
    expectGolden(golden, 'objective', [c * (model.diagnostics.facts?.['objective'] as number)]);
  });
});

describeGolden('learn.logreg.multinomial', (golden) => {
  it('agrees in coefficients, centred intercepts and probabilities', async () => {
    const { X, y, w, Z } = golden.inputs;
    const model = await new LogisticRegression({ regularization: 1, tolerance: 1e-10 }).fit({
      x: rowsOf(X!),
      y: y!.data,
      weights: w!.data,
    });
    expectGolden(golden, 'coef', model.coefficients.data);
    expectGolden(golden, 'intercept', model.intercepts);
    expectGolden(golden, 'proba', (await model.predictProba(rowsOf(Z!))).data);
  });
});

describeGolden('learn.logreg.separable', (golden) => {
  it('agrees without an intercept on separable classes', async () => {
    const { X, y } = golden.inputs;
    const learner = new LogisticRegression({
      regularization: 0.01,
      intercept: false,
      tolerance: 1e-10,
    });
    const model = await learner.fit({ x: rowsOf(X!), y: y!.data });
    expectGolden(golden, 'coef', model.coefficients.data);
    expect(model.intercepts[0]).toBe(0);
  });
});
