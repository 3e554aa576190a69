import { toMatrix } from '@graft-ml/core';
import { StructuralCorrespondence } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { correspondences } from '../src/internal/pivot-predictors.js';
import { largestGap, valuesOf } from './support/measure.js';
import { reviews } from './support/reviews.js';

describe('the formula of SCL', () => {
  const { xs, xt } = reviews();
  const rows = [...xs, ...xt];
  const pivots = Array.from({ length: 10 }, (_, j) => j);

  it('has θ whose projection on each predictor leaves nothing better: stationary pivot by pivot', async () => {
    const options = { predictor: 'ridge', regularization: 2, count: 10 } as const;
    const x = toMatrix(rows, 'test', 'x');
    const found = correspondences(referenceLinearAlgebra, x, Int32Array.from(pivots), options);
    for (const p of [0, 7]) {
      const w = Array.from({ length: 30 }, (_, j) => found.predictors.data[j * 10 + p]!);
      for (let j = 0; j < 30; j++) {
        // ½ the gradient of Σᵢ (s − w·x)² + λ‖w‖² with the pivots masked
        const slope = rows.reduce((sum, row) => {
          const masked = row.map((value, k) => (k < 10 ? 0 : value));
          const error = (row[p] ? 1 : -1) - masked.reduce((s, value, k) => s + value * w[k]!, 0);
          return sum - error * masked[j]!;
        }, 2 * w[j]!);
        expect(Math.abs(slope)).toBeLessThan(1e-9);
      }
    }
  });

  it('adds α·x·θ: the rows themselves, then the projection on directions of orthonormal columns', async () => {
    const method = new StructuralCorrespondence({ nComponents: 4, nPivots: 10 });
    const { fitted, problem } = await method.fit({ source: { x: xs }, target: { x: xt } });
    const theta = fitted.combinations;
    const products = referenceLinearAlgebra.crossProduct(theta).data;
    const factor = fitted.diagnostics.facts?.['factor'] as number;
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        expect(products[4 * a + b]! / factor ** 2).toBeCloseTo(a === b ? 1 : 0, 12);
      }
    }
    const row = valuesOf(problem.target.x).subarray(0, 34);
    const expected = Array.from({ length: 4 }, (_, k) =>
      xt[0]!.reduce((sum, value, j) => sum + value * theta.data[4 * j + k]!, 0),
    );
    expect(largestGap(row.subarray(0, 30), xt[0]!)).toBe(0);
    expect(largestGap(row.subarray(30), expected)).toBeLessThan(1e-12);
  });
});

describeGolden('feat.scl', (golden) => {
  const x = toMatrix(rowsOf(golden.inputs['X']!), 'test', 'X');
  const pivots = Int32Array.from(golden.options['pivots'] as number[]);
  const count = golden.options['h'] as number;
  const solve = (predictor: 'ridge' | 'logistic', kept: number) =>
    correspondences(referenceLinearAlgebra, x, pivots, {
      predictor,
      regularization: 1,
      count: kept,
    });

  it('gives the ridge predictors, their singular values and the projection', () => {
    const { predictors, theta } = solve('ridge', count);
    expectGolden(golden, 'W', predictors.data);
    expectGolden(golden, 'theta', theta.data);
    expectGolden(golden, 'projected', referenceLinearAlgebra.multiply(x, theta).data);
    expectGolden(golden, 'singularValues', solve('ridge', 4).singularValues);
  });

  it('gives the logistic predictors, their singular values and directions', () => {
    const { predictors, theta } = solve('logistic', count);
    expectGolden(golden, 'Wlogistic', predictors.data);
    expectGolden(golden, 'thetaLogistic', theta.data);
    expectGolden(golden, 'singularValuesLogistic', solve('logistic', 4).singularValues);
  });
});
