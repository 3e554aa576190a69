import { LinearMonge } from '@graft-ml/feature-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap, valuesOf } from './support/measure.js';

describe('the formula of the linear Monge map', () => {
  it('is x ↦ (σt/σs)(x − ms) + mt in one dimension', async () => {
    const { fitted } = await new LinearMonge({ regularization: 0 }).fit({
      source: { x: [[1], [3]] },
      target: { x: [[10], [16]] },
    });
    expect(valuesOf(await fitted.transform([[1], [2], [5]], 'source'))).toEqual(
      Float64Array.of(10, 13, 22),
    );
    // (2 − 13)² + (1 − 3)²
    const [distance] = fitted.diagnostics.facts!['squaredDistances'] as number[];
    expect(distance).toBeCloseTo(125, 10);
  });

  it('is symmetric, and the identity where the domains are equal', async () => {
    const x = [
      [1, 0],
      [2, 3],
      [-1, 1],
      [0, 4],
    ];
    const { fitted } = await new LinearMonge().fit({ source: { x }, target: { x } });
    expect(largestGap(fitted.sources[0]!.matrix!.data, [1, 0, 0, 1])).toBeLessThan(1e-12);
    const other = await new LinearMonge().fit({
      source: { x },
      target: { x: x.map(([a = 0, b = 0]) => [a + 2 * b, b]) },
    });
    const { data } = other.fitted.sources[0]!.matrix!;
    expect(data[1]).toBeCloseTo(data[2]!, 12);
  });
});

describeGolden('feat.monge', (golden) => {
  it('gives matrix, offset, mapped source and squared distance', async () => {
    const { Xs, Xt } = golden.inputs;
    const { problem, fitted } = await new LinearMonge({
      regularization: golden.options['reg'] as number,
    }).fit({ source: { x: rowsOf(Xs!) }, target: { x: rowsOf(Xt!) } });
    const { before, matrix, after } = fitted.sources[0]!;
    expectGolden(golden, 'A', matrix!.data);
    const offset = after!.map(
      (value, j) => value - before!.reduce((sum, m, i) => sum + m * matrix!.data[i * 3 + j]!, 0),
    );
    expectGolden(golden, 'b', offset);
    expectGolden(golden, 'XsMapped', valuesOf(problem.sources[0]!.x));
    expectGolden(golden, 'w2sq', fitted.diagnostics.facts!['squaredDistances'] as number[]);
  });
});
