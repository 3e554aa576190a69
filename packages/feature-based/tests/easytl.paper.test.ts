import { denseMatrix } from '@graft-ml/core';
import { EasyTransferLearning } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { assignWithMinimum } from '../src/internal/assign-with-minimum.js';

describe('the formula of EasyTL', () => {
  it('is the cheapest of all assignments that leave no class empty, by trying all', () => {
    const random = randomSource(41);
    for (let trial = 0; trial < 30; trial++) {
      const cost = denseMatrix(
        6,
        3,
        Float64Array.from({ length: 18 }, () => random.uniform()),
      );
      for (let i = 0; i < 6; i++) cost.data[3 * i + 2]! += 0.7;
      const minimum = trial % 3;
      let best = Infinity;
      for (let code = 0; code < 3 ** 6; code++) {
        const columns = Array.from({ length: 6 }, (_, i) => Math.floor(code / 3 ** i) % 3);
        const counts = [0, 1, 2].map((c) => columns.filter((column) => column === c).length);
        if (Math.min(...counts) < minimum) continue;
        best = Math.min(
          best,
          columns.reduce((sum, column, i) => sum + cost.data[3 * i + column]!, 0),
        );
      }
      const found = assignWithMinimum(cost, minimum);
      expect(found.cost).toBeCloseTo(best, 12);
      // Prices put every row where it lies, strictly.
      found.columns.forEach((column, i) => {
        const reduced = [0, 1, 2].map((c) => cost.data[3 * i + c]! - found.prices[c]!);
        expect(reduced.indexOf(Math.min(...reduced))).toBe(column);
      });
    }
  });
});

for (const name of ['feat.easytl', 'feat.easytl.missing']) {
  describeGolden(name, (golden) => {
    it('gives labels, cost and what the nearest class mean would say', async () => {
      const { Xs, ys, Xt } = golden.inputs;
      const input = { source: { x: rowsOf(Xs!), y: ys!.data }, target: { x: rowsOf(Xt!) } };
      const model = await new EasyTransferLearning().fit(input);
      expectGolden(golden, 'pred', (await model.predict(rowsOf(Xt!))) as number[]);
      expectGolden(golden, 'cost', [model.diagnostics.facts!['cost'] as number]);
      const nearest = await new EasyTransferLearning({ minimum: 0 }).fit(input);
      expectGolden(golden, 'nearestCentre', (await nearest.predict(rowsOf(Xt!))) as number[]);
      const distances = rowsOf(Xt!).flatMap((row) =>
        Array.from({ length: model.means.rows }, (_, c) =>
          Math.hypot(...row.map((value, j) => value - model.means.data[c * row.length + j]!)),
        ),
      );
      expectGolden(golden, 'distances', distances);
    });
  });
}
