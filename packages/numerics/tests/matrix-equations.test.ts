import fc from 'fast-check';
import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import {
  determinant,
  geometricMean,
  histogramSimilarity,
  logDeterminant,
  pairwiseDistances,
  randomSource,
  referenceLinearAlgebra as linalg,
  riemannDistance,
  solveSylvester,
  solveSymmetricSylvester,
  squaredBuresDistance,
  symmetricLogarithm,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { complexSchur } from '../src/internal/complex-schur.js';
import { sparseCopy } from './support/linear-algebra-properties.js';
import {
  errorOf,
  fromGolden,
  fromRows,
  identity,
  largestDifference,
  largestEntry,
  naiveProduct,
  normalMatrix,
  transposeOf,
} from './support/matrices.js';

describeGolden('num.sylvester', (golden) => {
  it('solves by eigenvectors and by Schur forms', () => {
    const { A, B, C } = golden.inputs;
    const [a, b, c] = [fromGolden(A), fromGolden(B), fromGolden(C)];
    expectGolden(golden, 'X', solveSymmetricSylvester(linalg, a, b, c).data);
    expectGolden(golden, 'X', solveSylvester(a, b, c).data);
  });
});

describeGolden('num.sylvester.general', (golden) => {
  it('solves', () => {
    const { A, B, C } = golden.inputs;
    const x = solveSylvester(fromGolden(A), fromGolden(B), fromGolden(C));
    expectGolden(golden, 'X', x.data);
  });
});

describeGolden('num.spd', (golden) => {
  it('measures the geometry of positive definite matrices', () => {
    const [a, b] = [fromGolden(golden.inputs['A']), fromGolden(golden.inputs['B'])];
    expectGolden(golden, 'logA', symmetricLogarithm(linalg, a).data);
    expectGolden(golden, 'riemannDistance', [riemannDistance(linalg, a, b)]);
    expectGolden(golden, 'geometricMean', geometricMean(linalg, a, b).data);
    expectGolden(golden, 'buresDistance2', [squaredBuresDistance(linalg, a, b)]);
  });
});

describeGolden('num.lu.solve', (golden) => {
  it('has this determinant', () => {
    expectGolden(golden, 'det', [determinant(fromGolden(golden.inputs['A']))]);
  });
});

describeGolden('num.cholesky.solve', (golden) => {
  it('has this log-determinant', () => {
    expectGolden(golden, 'logdet', [logDeterminant(linalg, fromGolden(golden.inputs['A']))]);
  });
});

describeGolden('num.pairwise', (golden) => {
  it.each(['euclidean', 'cityblock', 'cosine', 'chebyshev'] as const)('measures %s', (metric) => {
    const [x, y] = [fromGolden(golden.inputs['X']), fromGolden(golden.inputs['Y'])];
    expectGolden(golden, metric, pairwiseDistances(linalg, metric, x, y).data);
    const sparse = pairwiseDistances(linalg, metric, sparseCopy(x), sparseCopy(y));
    expectGolden(golden, metric, sparse.data);
  });
});

describeGolden('num.kernels.chi2', (golden) => {
  it('compares histograms', () => {
    const [x, y] = [fromGolden(golden.inputs['X']), fromGolden(golden.inputs['Y'])];
    expectGolden(golden, 'additiveChi2', histogramSimilarity('additive-chi2', x, y).data);
    expectGolden(golden, 'intersection', histogramSimilarity('intersection', x, y).data);
    errorOf(() => histogramSimilarity('intersection', fromRows([[-1]]), y), 'INVALID_DATA');
  });
});

describe('complexSchur', () => {
  it('gives A = U·T·Uᴴ with U unitary and T triangular', () => {
    const jordan = fromRows([
      [1, 1, 0],
      [0, 1, 1],
      [0, 0, 1],
    ]);
    const rotation = fromRows([
      [0, -1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, -2],
      [0, 0, 2, 0],
    ]);
    const cyclic = fromRows([
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ]);
    const cases = [jordan, rotation, cyclic, denseMatrix(3, 3), denseMatrix(0, 0)];
    for (let n = 1; n <= 20; n++) cases.push(normalMatrix(n, n, randomSource(n)));
    for (const a of cases) {
      const n = a.rows;
      const schur = complexSchur(a.data, n);
      expect(schur).toBeDefined();
      const { t, u } = schur!;
      const part = (data: Float64Array): DenseMatrix => denseMatrix(n, n, data);
      // Real form of a complex matrix: [[re, −im], [im, re]].
      const embed = (re: Float64Array, im: Float64Array): DenseMatrix => {
        const result = denseMatrix(2 * n, 2 * n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            result.data[i * 2 * n + j] = result.data[(i + n) * 2 * n + j + n] = re[i * n + j];
            result.data[(i + n) * 2 * n + j] = im[i * n + j];
            result.data[i * 2 * n + j + n] = -im[i * n + j];
          }
        }
        return result;
      };
      const bigU = embed(u.re, u.im);
      const gram = naiveProduct(bigU, transposeOf(bigU));
      expect(largestDifference(gram, identity(2 * n))).toBeLessThan(1e-12);
      const again = naiveProduct(naiveProduct(bigU, embed(t.re, t.im)), transposeOf(bigU));
      const expected = embed(a.data, new Float64Array(n * n));
      expect(largestDifference(again, expected)).toBeLessThan(
        1e-12 * (1 + largestEntry(part(a.data))),
      );
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) expect([t.re[i * n + j], t.im[i * n + j]]).toEqual([0, 0]);
      }
    }
  });
});

describe('Sylvester equations', () => {
  it('leave a small residual', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        fc.nat(10_000),
        (m, n, symmetric, seed) => {
          const random = randomSource(seed);
          const draw = (k: number): DenseMatrix => {
            const a = normalMatrix(k, k, random);
            if (!symmetric) return a;
            return denseMatrix(
              k,
              k,
              a.data.map((v, p) => v + a.data[(p % k) * k + Math.floor(p / k)]),
            );
          };
          const [a, b] = [draw(m), draw(n)];
          const c = normalMatrix(m, n, random);
          const x = symmetric ? solveSymmetricSylvester(linalg, a, b, c) : solveSylvester(a, b, c);
          const left = naiveProduct(a, x);
          const right = naiveProduct(x, b);
          const sum = denseMatrix(
            m,
            n,
            left.data.map((value, p) => value + right.data[p]),
          );
          expect(largestDifference(sum, c)).toBeLessThan(1e-12 * (1 + 10 * largestEntry(x)));
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  it('are refused when eigenvalues cancel or sizes do not fit', () => {
    const a = fromRows([
      [1, 2],
      [2, 4],
    ]);
    const minus = denseMatrix(
      2,
      2,
      a.data.map((value) => -value),
    );
    errorOf(() => solveSymmetricSylvester(linalg, a, minus, identity(2)), 'NUMERICAL');
    errorOf(() => solveSylvester(a, minus, identity(2)), 'NUMERICAL');
    errorOf(() => solveSylvester(a, a, identity(3)), 'SHAPE_MISMATCH');
    errorOf(() => solveSymmetricSylvester(linalg, a, fromRows([[1, 2]]), a), 'SHAPE_MISMATCH');
  });
});

describe('geometry of positive definite matrices', () => {
  const random = randomSource(2);
  const positive = (): DenseMatrix => {
    const half = normalMatrix(4, 6, random);
    return naiveProduct(half, transposeOf(half));
  };
  const [a, b, g] = [positive(), positive(), normalMatrix(4, 4, random)];
  const moved = (m: DenseMatrix): DenseMatrix => naiveProduct(naiveProduct(g, m), transposeOf(g));

  it('is symmetric, zero for equal matrices and invariant under g·m·gᵀ', () => {
    expect(riemannDistance(linalg, a, b)).toBeCloseTo(riemannDistance(linalg, b, a), 10);
    expect(riemannDistance(linalg, a, a)).toBeCloseTo(0, 10);
    expect(riemannDistance(linalg, moved(a), moved(b))).toBeCloseTo(
      riemannDistance(linalg, a, b),
      8,
    );
    expect(squaredBuresDistance(linalg, a, a)).toBeCloseTo(0, 10);
  });

  it('has its mean in the middle', () => {
    const mean = geometricMean(linalg, a, b);
    const half = riemannDistance(linalg, a, b) / 2;
    expect(riemannDistance(linalg, a, mean)).toBeCloseTo(half, 9);
    expect(riemannDistance(linalg, mean, b)).toBeCloseTo(half, 9);
  });

  it('measures commuting matrices by their square roots', () => {
    const one = fromRows([
      [4, 0],
      [0, 0],
    ]);
    const two = fromRows([
      [9, 0],
      [0, 1],
    ]);
    expect(squaredBuresDistance(linalg, one, two)).toBeCloseTo((3 - 2) ** 2 + 1, 12);
    errorOf(() => riemannDistance(linalg, one, two), 'NUMERICAL');
    errorOf(() => riemannDistance(linalg, two, one), 'NUMERICAL');
  });
});

describe('determinant', () => {
  it('is the product of eigenvalues, 0 for repeated rows and 1 for no rows', () => {
    const twice = fromRows([
      [1, 2],
      [2, 4],
    ]);
    expect(determinant(twice)).toBeCloseTo(0, 15);
    expect(determinant(denseMatrix(0, 0))).toBe(1);
    expect(
      determinant(
        fromRows([
          [0, 1],
          [1, 0],
        ]),
      ),
    ).toBe(-1);
    errorOf(() => determinant(denseMatrix(2, 3)), 'SHAPE_MISMATCH');
  });
});
