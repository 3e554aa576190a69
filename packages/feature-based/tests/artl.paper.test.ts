import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { AdaptationRegularization, type ArtlOptions } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import {
  describeGolden,
  expectGolden,
  type GoldenCase,
  rowsOf,
} from '../../../tools/testing/golden.js';
import { largestGap } from './support/measure.js';
import { movedClasses } from './support/moved-classes.js';
import { naiveMatrices, sumOfMeanGaps } from './support/naive-regularization.js';
import { oracle } from './support/oracle.js';

const { multiply, solve } = referenceLinearAlgebra;

describe('the formula of ARRLS', () => {
  const { xs, xt } = movedClasses();
  const ys = xs.map((_, i) => i % 3);
  const guessed = xt.map((_, i) => (i * 7) % 3);
  const input = { source: { x: xs, y: ys }, target: { x: xt } };
  const { k, l } = naiveMatrices([...xs, ...xt], 4, 0.2);

  it.each([undefined, xs.map((_, i) => (i % 4) / 2)])(
    'is α = ((E + λM + γL)·K + σI)⁻¹·E·Y by a general solver, with source weights %#',
    async (weights) => {
      const method = new AdaptationRegularization(
        { gamma: 0.2, nNeighbours: 4, regularization: 0.3, alignment: 5, maxIterations: 1 },
        { learner: oracle(guessed) },
      );
      const source = { ...input.source, ...(weights ? { weights } : {}) };
      const model = await method.fit({ ...input, source });
      const inner = denseMatrix(120, 120);
      const weightOf = (i: number) => (i < 60 ? (weights?.[i] ?? 1) : 0);
      const means = sumOfMeanGaps(ys, guessed, { marginal: 1, conditional: 1 }, weights);
      inner.data.forEach((_, p) => {
        const diagonal = p % 121 === 0 ? weightOf(p / 121) : 0;
        inner.data[p] = diagonal + 5 * means.data[p]! + l.data[p]!;
      });
      const system = multiply(inner, k);
      for (let i = 0; i < 120; i++) system.data[i * 121]! += 0.3;
      const right = denseMatrix(120, 3);
      ys.forEach((c, i) => (right.data[i * 3 + c] = weightOf(i)));
      expect(largestGap(model.coefficients.data, solve(system, right).data)).toBeLessThan(1e-9);
    },
  );

  it('is kernel ridge regression on the source where nothing is aligned or smoothed', async () => {
    const options = { gamma: 0.2, alignment: 0, smoothness: 0, maxIterations: 1 };
    const model = await new AdaptationRegularization(options).fit(input);
    const system = denseMatrix(60, 60);
    system.data.forEach((_, p) => {
      const [i, j] = [Math.floor(p / 60), p % 60];
      system.data[p] = k.data[i * 120 + j]! + (i === j ? 0.1 : 0);
    });
    const right = denseMatrix(60, 3);
    ys.forEach((c, i) => (right.data[i * 3 + c] = 1));
    const { data } = model.coefficients;
    expect(largestGap(data.slice(0, 180), solve(system, right).data)).toBeLessThan(1e-9);
    expect(largestGap(data.slice(180), new Float64Array(180))).toBeLessThan(1e-9);
  });
});

describe('the formula of ARSVM', () => {
  const { xs, xt } = movedClasses();
  const ys = xs.map((_, i) => i % 3);
  const guessed = xt.map((_, i) => (i * 7) % 3);
  const { k, l } = naiveMatrices([...xs, ...xt], 4, 0.2);
  const m = sumOfMeanGaps(ys, guessed, { marginal: 1, conditional: 1 });

  it('costs in the primal what its dual is worth, so that nothing costs less', async () => {
    const method = new AdaptationRegularization(
      { loss: 'hinge', gamma: 0.2, nNeighbours: 4, alignment: 5, maxIterations: 1 },
      { learner: oracle(guessed) },
    );
    const model = await method.fit({ source: { x: xs, y: ys }, target: { x: xt } });
    const { coefficients, intercepts, diagnostics } = model;
    const f = multiply(k, coefficients);
    const form = (a: DenseMatrix, inner: DenseMatrix) =>
      multiply(inner, a).data.reduce((sum, value, p) => sum + value * a.data[p]!, 0);
    let primal = 0.1 * f.data.reduce((sum, value, p) => sum + value * coefficients.data[p]!, 0);
    primal += 5 * form(f, m) + form(f, l);
    ys.forEach((label, i) => {
      for (let c = 0; c < 3; c++) {
        const score = f.data[i * 3 + c]! + intercepts[c]!;
        primal += Math.max(0, 1 - (label === c ? score : -score)) / 60;
      }
    });
    const [first] = diagnostics.facts!['trace'] as { objective: number }[];
    expect(Math.abs(primal - first!.objective)).toBeLessThan(1e-6 * primal);
  });
});

function caseOf({ options, inputs }: GoldenCase) {
  const read = (name: string) => options[name] as number;
  const common: ArtlOptions = {
    regularization: read('sigma'),
    alignment: read('lambda'),
    smoothness: read('gamma'),
    gamma: read('kernelGamma'),
    nNeighbours: 5,
  };
  const { Xs, ys, Xt, pseudo } = inputs;
  return {
    common,
    pseudo: pseudo!.data,
    input: { source: { x: rowsOf(Xs!), y: ys!.data }, target: { x: rowsOf(Xt!) } },
  };
}

describeGolden('feat.artl.arrls', (golden) => {
  const { common, input, pseudo } = caseOf(golden);

  it('gives coefficients, scores, objective and the labels of three rounds', async () => {
    const labels: number[] = [];
    for (const maxIterations of [1, 2, 3]) {
      const method = new AdaptationRegularization(
        { ...common, maxIterations },
        { learner: oracle(pseudo) },
      );
      const model = await method.fit(input);
      labels.push(...model.pseudoLabels);
      if (maxIterations > 1) continue;
      expectGolden(golden, 'alpha', model.coefficients.data);
      const scores = await model.scores([...input.source.x, ...input.target.x]);
      expectGolden(golden, 'F', scores.data);
      const trace = model.diagnostics.facts!['trace'] as { objective: number }[];
      expectGolden(golden, 'objective', [trace[0]!.objective]);
    }
    expectGolden(golden, 'labelsPerRound', labels);
  });
});

describeGolden('feat.artl.arsvm', (golden) => {
  // The pseudo labels have three classes and M a term for each; the reference fits the first against the rest.
  const { common, input, pseudo } = caseOf(golden);

  it('gives coefficients, bias and decisions of the first class against the rest', async () => {
    const method = new AdaptationRegularization(
      { ...common, loss: 'hinge', maxIterations: 1 },
      { learner: oracle(pseudo) },
    );
    const model = await method.fit(input);
    const first = (data: Float64Array) => data.filter((_, p) => p % 3 === 0);
    expectGolden(golden, 'alpha', first(model.coefficients.data));
    expectGolden(golden, 'bias', model.intercepts.slice(0, 1));
    expectGolden(golden, 'targetDecision', first((await model.scores(input.target.x)).data));
  });
});
