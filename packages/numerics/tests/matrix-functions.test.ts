import {
  referenceLinearAlgebra as linalg,
  symmetricExponential,
  symmetricLogarithm,
  symmetricPower,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import {
  errorOf,
  fromGolden,
  fromRows,
  identity,
  largestDifference,
  naiveProduct,
  normalMatrix,
  transposeOf,
} from './support/matrices.js';

describeGolden('num.sqrtm.spd', (golden) => {
  it('gives both roots', () => {
    const A = fromGolden(golden.inputs['A']);
    expectGolden(golden, 'sqrt', symmetricPower(linalg, A, 0.5).data);
    expectGolden(golden, 'invsqrt', symmetricPower(linalg, A, -0.5).data);
  });
});

describeGolden('num.sqrtm.rankdef', (golden) => {
  it('gives the root and the root of the pseudo-inverse', () => {
    const A = linalg.crossProduct(fromGolden(golden.inputs['X']));
    const floor = golden.options['relativeFloor'] as number;
    expectGolden(golden, 'sqrt', symmetricPower(linalg, A, 0.5, { floor }).data);
    const options = { floor, nullSpace: 'zero' } as const;
    expectGolden(golden, 'pinvsqrt', symmetricPower(linalg, A, -0.5, options).data);
    errorOf(() => symmetricPower(linalg, A, -0.5, { floor }), 'NUMERICAL');
  });
});

describe('symmetricPower', () => {
  const x = normalMatrix(6, 6);
  const a = naiveProduct(x, transposeOf(x));

  it('adds exponents and is exactly symmetric', () => {
    const half = symmetricPower(linalg, a, 0.5);
    expect(transposeOf(half).data).toEqual(half.data);
    expect(largestDifference(naiveProduct(half, half), a)).toBeLessThan(1e-12);
    const inverse = symmetricPower(linalg, a, -1);
    expect(largestDifference(naiveProduct(a, inverse), identity(6))).toBeLessThan(1e-9);
  });

  it('says so when the matrix is not positive semidefinite', () => {
    const indefinite = fromRows([
      [1, 2],
      [2, 1],
    ]);
    const details = errorOf(() => symmetricPower(linalg, indefinite, 0.5), 'NUMERICAL');
    expect(details['eigenvalue']).toBeCloseTo(-1, 12);
  });

  it('takes rounding below zero for zero and handles no rows', () => {
    const gram = naiveProduct(normalMatrix(8, 2), transposeOf(normalMatrix(8, 2)));
    const root = symmetricPower(linalg, gram, 0.5);
    expect(largestDifference(naiveProduct(root, root), gram)).toBeLessThan(1e-12);
    expect(symmetricPower(linalg, identity(0), 0.5).rows).toBe(0);
  });
});

describe('symmetricLogarithm', () => {
  it('is undone by the exponential', () => {
    const x = normalMatrix(5, 5);
    const a = naiveProduct(x, transposeOf(x));
    const again = symmetricExponential(linalg, symmetricLogarithm(linalg, a));
    expect(largestDifference(again, a)).toBeLessThan(1e-11);
  });

  it('refuses singular and indefinite matrices', () => {
    for (const diagonal of [0, -1]) {
      const a = fromRows([
        [1, 0],
        [0, diagonal],
      ]);
      const details = errorOf(() => symmetricLogarithm(linalg, a), 'NUMERICAL');
      expect(details['eigenvalue']).toBe(diagonal);
    }
  });
});
