import { denseMatrix, stackRows, toDense } from '@graft-ml/core';
import { EasyAdapt } from '@graft-ml/feature-based';
import {
  LogisticRegression,
  type LinearRegressionModel,
  RidgeRegression,
} from '@graft-ml/learners';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { placeBlocks } from '../src/internal/blocks.js';
import { largestGap, valuesOf } from './support/measure.js';

const ridge = (regularization: number) => new RidgeRegression({ regularization, intercept: false });

function regressionProblem() {
  const random = randomSource(8);
  const rows = (n: number) =>
    Array.from({ length: n }, () => [random.normal(), random.normal(), random.normal()]);
  const values = (x: number[][]) => x.map((row) => row[0]! - row[1]! + random.normal());
  const [x1, x2, few, xt] = [rows(12), rows(9), rows(6), rows(7)];
  return {
    sources: [
      { x: x1, y: values(x1) },
      { x: x2, y: values(x2) },
    ],
    target: { x: xt, labelled: { x: few, y: values(few) } },
    task: 'regression' as const,
  };
}

describe('the formula of EasyAdapt', () => {
  it('is stationary for Σ‖X(w + v) − y‖² + λ(‖w‖² + Σ‖v‖²) + EA++ terms', async () => {
    const problem = regressionProblem();
    const [lambda, weight] = [0.7, 0.4];
    const method = new EasyAdapt(
      { intercept: false, unlabelledWeight: weight },
      { learner: ridge(lambda) },
    );
    const model = await method.fit(problem);
    const beta = (model.model as LinearRegressionModel).coefficients.data;
    const dot = (row: number[], v: number) => row.reduce((s, value, j) => s + value * v_(v, j), 0);
    const v_ = (block: number, j: number) => current[3 * block + j]!;
    let current = Array.from(beta);
    const objective = () => {
      let sum = current.reduce((s, value) => s + lambda * value * value, 0);
      const domains = [...problem.sources, problem.target.labelled];
      domains.forEach(({ x, y }, d) => {
        x.forEach((row, i) => (sum += (dot(row, 0) + dot(row, d + 1) - y[i]!) ** 2));
      });
      for (const d of [1, 2]) {
        for (const row of problem.target.x) sum += weight * (dot(row, d) - dot(row, 3)) ** 2;
      }
      return sum;
    };
    for (let k = 0; k < beta.length; k++) {
      const at = (by: number) => {
        current = Array.from(beta, (value, i) => value + (i === k ? by : 0));
        return objective();
      };
      expect(Math.abs(at(1e-4) - at(-1e-4)) / 2e-4).toBeLessThan(1e-8);
    }
  });

  it('makes inner products 2k within a domain and k across, through the kernel too', async () => {
    const problem = regressionProblem();
    const [first, second] = [problem.sources[0]!.x, problem.target.labelled.x];
    for (const kernel of ['linear', 'rbf'] as const) {
      const options = { kernel, gamma: 0.3, intercept: false };
      const model = await new EasyAdapt(options, { learner: ridge(1) }).fit(problem);
      const a = toDense(model.augment(first, { source: 0 }));
      const b = toDense(model.augment(second, 'target'));
      const unseen = toDense(model.augment(second, 'unseen'));
      const k = (x: number[][], y: number[][]) =>
        x.flatMap((r) =>
          y.map((s) =>
            kernel === 'linear'
              ? r.reduce((sum, value, j) => sum + value * s[j]!, 0)
              : Math.exp(-0.3 * r.reduce((sum, value, j) => sum + (value - s[j]!) ** 2, 0)),
          ),
        );
      const products = (p: typeof a, q: typeof a) =>
        referenceLinearAlgebra.multiply(p, q, { transposeB: true }).data;
      const twice = (values: number[]) => values.map((value) => 2 * value);
      expect(largestGap(products(a, a), twice(k(first, first)))).toBeLessThan(1e-12);
      expect(largestGap(products(b, b), twice(k(second, second)))).toBeLessThan(1e-12);
      expect(largestGap(products(a, b), k(first, second))).toBeLessThan(1e-12);
      expect(largestGap(products(unseen, a), k(second, first))).toBeLessThan(1e-12);
    }
  });

  it('tends to pooling as EA++ holds source and target together', async () => {
    const { sources, target, task } = regressionProblem();
    const problem = { source: sources[0]!, target, task };
    const held = { intercept: false, unlabelledWeight: 1e9 };
    const model = await new EasyAdapt(held, { learner: ridge(0.5) }).fit(problem);
    // With equal v the price λ(‖w‖² + 2‖v‖²) of u = w + v is least at v = u/3: (2/3)·λ‖u‖².
    const pooled = await ridge((2 / 3) * 0.5).fit({
      x: [...problem.source.x, ...target.labelled.x],
      y: [...problem.source.y, ...target.labelled.y],
    });
    const predicted = await model.predictEncoded(target.x);
    expect(largestGap(predicted, await pooled.predictEncoded(target.x))).toBeLessThan(1e-6);
  });

  it('asks classes to be equally likely where EA++ holds', async () => {
    const problem = regressionProblem();
    const labels = (y: number[]) => y.map((value) => (value > 0 ? 'a' : value > -1 ? 'b' : 'c'));
    const few = problem.target.labelled;
    const classes = {
      source: { x: problem.sources[0]!.x, y: labels(problem.sources[0]!.y) },
      target: { x: problem.target.x, labelled: { x: few.x, y: labels(few.y) } },
    };
    const learner = new LogisticRegression({ regularization: 0.1, intercept: false });
    const gapWith = async (unlabelledWeight: number) => {
      const model = await new EasyAdapt({ unlabelledWeight }, { learner }).fit(classes);
      const inner = model.model;
      const [s, t] = await Promise.all([
        inner.predictProba!(model.augment(problem.target.x, 'source')),
        inner.predictProba!(model.augment(problem.target.x, 'target')),
      ]);
      return largestGap(valuesOf(s), valuesOf(t));
    };
    expect(await gapWith(1e4)).toBeLessThan(0.01);
    expect(await gapWith(0)).toBeGreaterThan(0.1);
  });
});

describeGolden('feat.easyadapt', (golden) => {
  const input = (name: string) => rowsOf(golden.inputs[name]!);
  const values = (name: string) => Array.from(golden.inputs[name]!.data);
  const problem = {
    sources: [
      { x: input('X1'), y: values('y1') },
      { x: input('X2'), y: values('y2') },
    ],
    target: { x: input('Xnew'), labelled: { x: input('Xt'), y: values('yt') } },
    task: 'regression' as const,
  };
  const learner = ridge(golden.options['lambda'] as number);

  it('copies two sources and a target, and predicts for the target and a new domain', async () => {
    const model = await new EasyAdapt({ intercept: false }, { learner }).fit(problem);
    const augmented = toDense(
      stackRows([
        model.augment(input('X1'), { source: 0 }),
        model.augment(input('X2'), { source: 1 }),
        model.augment(input('Xt'), 'target'),
      ]),
    );
    expectGolden(golden, 'augmented', augmented.data);
    const gram = referenceLinearAlgebra.multiply(augmented, augmented, { transposeB: true });
    expectGolden(golden, 'gram', gram.data);
    expectGolden(golden, 'weights', (model.model as LinearRegressionModel).coefficients.data);
    expectGolden(golden, 'targetPrediction', await model.predictEncoded(input('Xnew')));
    const unseen = await model.predictFor(input('Xnew'), 'unseen');
    expectGolden(golden, 'newDomainPrediction', unseen);
  });

  it('adds the rows of EA++ (of the first source, as the case has it)', async () => {
    const model = await new EasyAdapt({ intercept: false }, { learner }).fit(problem);
    const x = toDense(
      stackRows([
        model.augment(input('X1'), { source: 0 }),
        model.augment(input('X2'), { source: 1 }),
        model.augment(input('Xt'), 'target'),
        placeBlocks(denseMatrix(3, 3, Float64Array.from(input('Xnew').flat())), 4, [
          { at: 1, factor: 1 },
          { at: 3, factor: -1 },
        ]),
      ]),
    );
    const y = [...values('y1'), ...values('y2'), ...values('yt'), 0, 0, 0];
    const plus = await learner.fit({ x, y });
    expectGolden(golden, 'eaPlusPlusWeights', plus.coefficients.data);
  });
});
