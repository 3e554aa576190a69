import { DecisionTree, type Tree } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups, someWeights } from './support/samples.js';

type Impurity = (rows: number[]) => number;

/** The best question of a set of rows by trying every one, as the comment defines it. */
function bestQuestion(x: number[][], w: number[], rows: number[], impurity: Impurity) {
  const weight = (set: number[]) => set.reduce((s, i) => s + w[i]!, 0);
  let best = { feature: -1, threshold: 0, gain: -Infinity };
  for (let j = 0; j < x[0]!.length; j++) {
    const values = [...new Set(rows.map((i) => x[i]![j]!))].sort((a, b) => a - b);
    for (let k = 0; k + 1 < values.length; k++) {
      const threshold = (values[k]! + values[k + 1]!) / 2;
      const left = rows.filter((i) => x[i]![j]! <= threshold);
      const right = rows.filter((i) => x[i]![j]! > threshold);
      const gain =
        impurity(rows) -
        (weight(left) * impurity(left) + weight(right) * impurity(right)) / weight(rows);
      if (gain > best.gain + 1e-9) best = { feature: j, threshold, gain };
    }
  }
  return best;
}

/** Walks the tree and compares every question with the best one found by hand. */
function expectBestEverywhere(tree: Tree, x: number[][], w: number[], impurity: Impurity): void {
  const visit = (node: number, rows: number[]): void => {
    expect(tree.impurity[node]).toBeCloseTo(impurity(rows), 9);
    if (tree.feature[node]! < 0) return;
    const best = bestQuestion(x, w, rows, impurity);
    expect(tree.feature[node]).toBe(best.feature);
    expect(tree.threshold[node]).toBeCloseTo(best.threshold, 12);
    const goesLeft = (i: number) => x[i]![tree.feature[node]!]! <= tree.threshold[node]!;
    visit(tree.left[node]!, rows.filter(goesLeft));
    visit(
      tree.right[node]!,
      rows.filter((i) => !goesLeft(i)),
    );
  };
  visit(0, [...x.keys()]);
}

describe('the formula of DecisionTree', () => {
  const { x, y, value } = groups(90, 3, 12);
  const w = someWeights(90, 13);
  const shares = (rows: number[]) => {
    const total = rows.reduce((s, i) => s + w[i]!, 0);
    return [0, 1, 2].map((c) => rows.reduce((s, i) => s + (y[i] === c ? w[i]! : 0), 0) / total);
  };
  const measures: Record<string, Impurity> = {
    gini: (rows) => 1 - shares(rows).reduce((s, p) => s + p * p, 0),
    entropy: (rows) => -shares(rows).reduce((s, p) => s + (p > 0 ? p * Math.log2(p) : 0), 0),
  };

  it.each(['gini', 'entropy'] as const)(
    'asks the question that saves most %s at every node',
    async (criterion) => {
      const model = await new DecisionTree({ criterion, maxDepth: 5 }).fit({ x, y, weights: w });
      expectBestEverywhere(model.tree, x, w, measures[criterion]!);
    },
  );

  it('asks the question that saves most variance at every node', async () => {
    const model = await new DecisionTree({ maxDepth: 5 }).fit({ x, y: value, weights: w });
    expectBestEverywhere(model.tree, x, w, (rows) => {
      const total = rows.reduce((s, i) => s + w[i]!, 0);
      const mean = rows.reduce((s, i) => s + w[i]! * value[i]!, 0) / total;
      return rows.reduce((s, i) => s + w[i]! * (value[i]! - mean) ** 2, 0) / total;
    });
  });

  it('asks the same in large nodes as by sorting each one anew', async () => {
    const random = randomSource(2);
    const many = Array.from({ length: 400 }, () => [random.integer(40), random.integer(40)]);
    const labels = many.map(([a, b]) => (a! + b! + random.integer(9) > 44 ? 1 : 0));
    const ones = labels.map(() => 1);
    const model = await new DecisionTree({ maxDepth: 4 }).fit({ x: many, y: labels });
    expectBestEverywhere(model.tree, many, ones, (rows) => {
      const p = rows.reduce((s, i) => s + labels[i]!, 0) / rows.length;
      return 2 * p * (1 - p);
    });
  });
});

describe.each(['classifier', 'regressor', 'stump'])('golden trees', (name) => {
  describeGolden(`learn.tree.${name}`, (golden) => {
    it('agree in questions, impurities and predictions', async () => {
      const { X, y, w, Z } = golden.inputs;
      const task = name === 'regressor' ? 'regression' : 'classification';
      const maxDepth = golden.options['maxDepth'] as number;
      const model = await new DecisionTree({ maxDepth }).fit({
        x: rowsOf(X!),
        y: y!.data,
        weights: w!.data,
        task,
      });
      for (const array of ['feature', 'threshold', 'left', 'right', 'impurity'] as const) {
        expectGolden(golden, array, model.tree[array]);
      }
      expectGolden(golden, 'pred', await model.predictEncoded(rowsOf(Z!)));
      if (model.predictProba) {
        expectGolden(golden, 'proba', (await model.predictProba(rowsOf(Z!))).data);
      }
    });
  });
});
