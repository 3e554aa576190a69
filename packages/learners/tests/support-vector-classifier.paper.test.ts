import { toDense } from '@graft-ml/core';
import { SupportVectorClassifier, type SupportVectorModel } from '@graft-ml/learners';
import {
  describeGolden,
  expectGolden,
  type GoldenCase,
  rowsOf,
} from '../../../tools/testing/golden.js';
import { groups, someWeights } from './support/samples.js';

const rbf = (a: number[], b: number[], gamma: number) =>
  Math.exp(-gamma * a.reduce((s, v, j) => s + (v - b[j]!) ** 2, 0));

/** ½·‖f‖² of the pair and its scores, from the expansion. */
async function primal(model: SupportVectorModel, x: number[][], k: number) {
  const { vectors, coefficients, intercepts } = model.expansion;
  const scores = await model.scores(x);
  const atVectors = await model.scores(vectors);
  let norm = 0;
  for (let i = 0; i < vectors.rows; i++) {
    const f = atVectors.data[i * atVectors.columns + k]! - intercepts[k]!;
    norm += coefficients.data[k * vectors.rows + i]! * f;
  }
  return { half: norm / 2, scores: x.map((_, i) => scores.data[i * scores.columns + k]!) };
}

describe('the formula of SupportVectorClassifier', () => {
  const { x, y } = groups(60, 2, 4);
  const w = someWeights(60, 5);
  const lambda = 0.5;
  const gamma = 0.4;
  const learner = new SupportVectorClassifier({ regularization: lambda, gamma, tolerance: 1e-10 });

  it('has no duality gap: hinge loss plus penalty equals the dual', async () => {
    const model = await learner.fit({ x, y, weights: w });
    const { dualObjectives } = model.diagnostics.facts as { dualObjectives: number[] };
    for (const [k, [first, second]] of model.pairs.entries()) {
      const { half, scores } = await primal(model, x, k);
      const hinge = scores.reduce((s, f, i) => {
        if (y[i] !== first && y[i] !== second) return s;
        return s + w[i]! * Math.max(0, 1 - (y[i] === first ? f : -f));
      }, 0);
      expect(half + hinge / lambda).toBeCloseTo(dualObjectives[k]!, 7);
    }
  });

  it('meets the KKT conditions of every pair to 1e-6, worked out from the scores', async () => {
    const machine = new SupportVectorClassifier({ regularization: lambda, gamma });
    const model = await machine.fit({ x, y, weights: w });
    const { vectors, coefficients } = model.expansion;
    const rows = toDense(vectors);
    const scores = await model.scores(x);
    const inside = new Set<string>();
    for (const [k, [first, second]] of model.pairs.entries()) {
      let balance = 0;
      let residual = 0;
      x.forEach((row, i) => {
        if (y[i] !== first && y[i] !== second) return;
        const t = y[i] === first ? 1 : -1;
        const at = Array.from({ length: rows.rows }, (_, p) => p).find(
          (p) => rows.data[2 * p] === row[0] && rows.data[2 * p + 1] === row[1],
        );
        const alpha = at === undefined ? 0 : t * coefficients.data[k * rows.rows + at]!;
        const most = w[i]! / lambda;
        expect(alpha).toBeGreaterThanOrEqual(0);
        expect(alpha).toBeLessThanOrEqual(most * (1 + 1e-12));
        balance += t * alpha;
        const missing = 1 - t * scores.data[i * scores.columns + k]!;
        // α = 0 asks for t·f ≥ 1, α = w/λ for t·f ≤ 1, between them both.
        if (alpha < most * (1 - 1e-12)) residual = Math.max(residual, missing);
        if (alpha > 0) residual = Math.max(residual, -missing);
        inside.add(alpha === 0 ? 'none' : alpha < most * (1 - 1e-12) ? 'between' : 'all');
      });
      expect(Math.abs(balance)).toBeLessThan(1e-9);
      expect(residual).toBeLessThan(1e-6);
    }
    expect([...inside].sort()).toEqual(['all', 'between', 'none']);
  });

  it('scores by Σ coefficient · kernel + intercept', async () => {
    const model = await learner.fit({ x, y, weights: w });
    const { vectors, coefficients, intercepts } = model.expansion;
    const rows = toDense(vectors);
    const scores = await model.scores([[0.5, 1]]);
    for (let k = 0; k < 3; k++) {
      let f = intercepts[k]!;
      for (let i = 0; i < rows.rows; i++) {
        f +=
          coefficients.data[k * rows.rows + i]! *
          rbf([0.5, 1], Array.from(rows.data.subarray(2 * i, 2 * i + 2)), gamma);
      }
      expect(scores.data[k]).toBeCloseTo(f, 12);
    }
  });

  it('takes γ = 1 / (nFeatures · variance of all entries) as the scale', async () => {
    const model = await new SupportVectorClassifier().fit({ x, y, weights: w });
    const total = 2 * w.reduce((a, b) => a + b, 0);
    const mean = x.reduce((s, row, i) => s + w[i]! * (row[0]! + row[1]!), 0) / total;
    const variance =
      x.reduce((s, row, i) => s + w[i]! * row.reduce((q, v) => q + (v - mean) ** 2, 0), 0) / total;
    const { kernel } = model.expansion;
    expect(kernel.type === 'rbf' && kernel.gamma).toBeCloseTo(1 / (2 * variance), 12);
  });
});

async function fitGolden(golden: GoldenCase): Promise<SupportVectorModel> {
  const { C, kernel, gamma, weighted } = golden.options as Record<string, never>;
  const { X, y, w } = golden.inputs;
  const learner = new SupportVectorClassifier({
    kernel,
    regularization: 1 / C,
    tolerance: 1e-10,
    ...(gamma ? { gamma } : {}),
  });
  return learner.fit({ x: rowsOf(X!), y: y!.data, ...(weighted ? { weights: w!.data } : {}) });
}

describe.each(['linear', 'linear.weighted', 'rbf', 'rbf.weighted'])('golden machines', (name) => {
  describeGolden(`learn.svm.${name}`, (golden) => {
    const x = rowsOf(golden.inputs['X']!);

    it('agree in scores, intercept, coefficients and both objectives', async () => {
      const model = await fitGolden(golden);
      // Theirs are positive for class 1, the second of our pair.
      expectGolden(golden, 'bias', [-model.expansion.intercepts[0]!]);
      const decide = async (rows: number[][]) => (await model.scores(rows)).data.map((f) => -f);
      expectGolden(golden, 'decision', await decide(rowsOf(golden.inputs['Z']!)));
      expectGolden(golden, 'trainDecision', await decide(x));
      const { dualObjectives } = model.diagnostics.facts as { dualObjectives: number[] };
      expectGolden(golden, 'dualObjective', dualObjectives);
      const { half, scores } = await primal(model, x, 0);
      const c = golden.options['C'] as number;
      const weights = golden.options['weighted'] ? golden.inputs['w']!.data : x.map(() => 1);
      const hinge = scores.reduce(
        (s, f, i) =>
          s + weights[i]! * Math.max(0, 1 - (golden.inputs['y']!.data[i] === 0 ? f : -f)),
        0,
      );
      expectGolden(golden, 'primalObjective', [half + c * hinge]);
      const rows = toDense(model.expansion.vectors);
      const { data } = model.expansion.coefficients;
      if (name.startsWith('linear')) {
        const normal = [0, 1].map(
          (j) => -data.reduce((s, a, i) => s + a * rows.data[2 * i + j]!, 0),
        );
        expectGolden(golden, 'w', normal);
      } else {
        const magnitude = x.map((row) => {
          const at = Array.from(data.keys()).find(
            (i) => rows.data[2 * i] === row[0] && rows.data[2 * i + 1] === row[1],
          );
          return at === undefined ? 0 : Math.abs(data[at]!);
        });
        expectGolden(golden, 'alpha', magnitude);
      }
    });
  });
});

describeGolden('learn.svm.multiclass', (golden) => {
  it('agrees in the scores of pairs and in votes', async () => {
    const model = await fitGolden(golden);
    const z = rowsOf(golden.inputs['Z']!);
    expectGolden(golden, 'pairDecision', (await model.scores(z)).data);
    expectGolden(golden, 'pred', await model.predictEncoded(z));
  });
});
