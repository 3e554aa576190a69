import { denseMatrix, selectRows, toDense, type DenseMatrix } from '@graft-ml/core';
import {
  graphLaplacian,
  largestEigenpairs,
  nearestNeighbours,
  neighbourGraph,
  nystroemFeatures,
  randomFourierFeatures,
  randomizedSvd,
  randomSource,
  referenceLinearAlgebra as linalg,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { sparseCopy } from './support/linear-algebra-properties.js';
import {
  errorOf,
  fromGolden,
  fromRows,
  identity,
  largestDifference,
  naiveProduct,
  normalMatrix,
  scaleColumns,
  transposeOf,
} from './support/matrices.js';

/** A dense symmetric matrix [n, n] with this spectrum D: H·D·H with the reflection H = I −
 * 2·v·vᵀ. */
function withSpectrum(values: ArrayLike<number>, seed = 1): DenseMatrix {
  const n = values.length;
  const direction = normalMatrix(n, 1, randomSource(seed)).data;
  const length = Math.hypot(...direction);
  const v = direction.map((value) => value / length);
  const dv = v.map((value, i) => value * values[i]);
  const vdv = v.reduce((sum, value, i) => sum + value * dv[i], 0);
  const a = denseMatrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      a.data[i * n + j] = 4 * vdv * v[i] * v[j] - 2 * (v[i] * dv[j] + dv[i] * v[j]);
    }
    a.data[i * (n + 1)] += values[i];
  }
  return a;
}

describe('largestEigenpairs', () => {
  const n = 210;
  const falling = Float64Array.from({ length: n }, (_, k) => 0.9 ** k);
  const times =
    (a: DenseMatrix) =>
    (block: DenseMatrix): DenseMatrix =>
      linalg.multiply(a, block);

  it('finds the top of a falling spectrum without forming the matrix', () => {
    const a = withSpectrum(falling);
    const result = largestEigenpairs(linalg, times(a), n, 8);
    expect(result.method).toBe('lanczos');
    result.values.forEach((value, k) => expect(value).toBeCloseTo(falling[k], 11));
    const left = linalg.multiply(a, result.vectors);
    expect(largestDifference(left, scaleColumns(result.vectors, result.values))).toBeLessThan(1e-9);
    const gram = linalg.crossProduct(result.vectors);
    expect(largestDifference(gram, identity(8))).toBeLessThan(1e-12);
    expect(Math.max(...result.residuals)).toBeLessThanOrEqual(1e-10);
    expect(result.products).toBeLessThan(n);
  });

  it('finds every copy of an eigenvalue repeated more often than a block is wide', () => {
    const spectrum = Float64Array.from({ length: n }, (_, k) => (k < 12 ? 2 : 1 / (k + 1)));
    const result = largestEigenpairs(linalg, times(withSpectrum(spectrum)), n, 14, {
      blockSize: 4,
    });
    expect(result.method).toBe('lanczos');
    result.values.forEach((value, k) => expect(value).toBeCloseTo(spectrum[k], 9));
  });

  it('finds the largest values, not those of largest magnitude', () => {
    const spectrum = Float64Array.from({ length: n }, (_, k) => (k < 5 ? -10 + k : 0.9 ** k));
    const result = largestEigenpairs(linalg, times(withSpectrum(spectrum)), n, 3);
    result.values.forEach((value, k) => expect(value).toBeCloseTo(0.9 ** (5 + k), 9));
  });

  it('copes with operators of small rank and with zero', () => {
    const spectrum = Float64Array.from({ length: n }, (_, k) => (k < 3 ? 3 - k : 0));
    const low = largestEigenpairs(linalg, times(withSpectrum(spectrum)), n, 6);
    low.values.forEach((value, k) => expect(value).toBeCloseTo(spectrum[k], 10));
    const zero = largestEigenpairs(linalg, (block) => denseMatrix(n, block.columns), n, 2);
    expect(Array.from(zero.values)).toEqual([0, 0]);
    expect(largestDifference(linalg.crossProduct(zero.vectors), identity(2))).toBeLessThan(1e-12);
  });

  it('falls back to the direct method and says so', () => {
    const small = withSpectrum([5, 3, 1, -7]);
    const direct = largestEigenpairs(linalg, times(small), 4, 2);
    expect(direct.method).toBe('direct');
    expect(direct.values[0]).toBeCloseTo(5, 12);
    expect(direct.values[1]).toBeCloseTo(3, 12);
    expect(Math.max(...direct.residuals)).toBeLessThan(1e-13);
    const flat = Float64Array.from({ length: n }, (_, k) => 1 + (n - k) / n);
    const hard = largestEigenpairs(linalg, times(withSpectrum(flat)), n, 4, {
      maxRestarts: 0,
      tolerance: 1e-14,
    });
    expect(hard).toMatchObject({ method: 'direct', restarts: 1 });
    hard.values.forEach((value, k) => expect(value).toBeCloseTo(flat[k], 11));
    expect(largestEigenpairs(linalg, times(small), 4, 0).values).toHaveLength(0);
  });

  it('is the same for the same seed and refuses what does not fit', () => {
    const a = withSpectrum(falling);
    const run = (): Float64Array => largestEigenpairs(linalg, times(a), n, 3, { seed: 4 }).values;
    expect(run()).toEqual(run());
    errorOf(() => largestEigenpairs(linalg, times(a), n, n + 1), 'INVALID_OPTION');
    errorOf(() => largestEigenpairs(linalg, times(a), n, 3, { blockSize: 0 }), 'INVALID_OPTION');
    expect(largestEigenpairs(linalg, times(a), n, 3, { blockSize: 50 }).method).toBe('direct');
    errorOf(() => largestEigenpairs(linalg, () => denseMatrix(1, 1), n, 3), 'SHAPE_MISMATCH');
  });
});

describe('randomizedSvd', () => {
  it('finds the largest triplets of tall, wide and sparse matrices', () => {
    const left = linalg.qr(normalMatrix(90, 40, randomSource(1))).q;
    const right = linalg.qr(normalMatrix(60, 40, randomSource(2))).q;
    const s = Float64Array.from({ length: 40 }, (_, k) => 0.7 ** k);
    const a = linalg.multiply(scaleColumns(left, s), right, { transposeB: true });
    for (const matrix of [a, transposeOf(a), sparseCopy(a)]) {
      const result = randomizedSvd(linalg, matrix, 6);
      result.s.forEach((value, k) => expect(value).toBeCloseTo(s[k], 10));
      const exact = linalg.svd(toDense(matrix), { count: 6 });
      expect(largestDifference(result.u, exact.u)).toBeLessThan(1e-8);
      expect(largestDifference(result.v, exact.v)).toBeLessThan(1e-8);
    }
  });

  it('bounds what it could not see, for slow and fast spectra', () => {
    for (const decay of [0.99, 0.8, 0.3]) {
      const s = Float64Array.from({ length: 50 }, (_, k) => decay ** k);
      const a = withSpectrum(s, 3);
      for (const powerIterations of [0, 2]) {
        const options = { powerIterations, oversampling: 4 };
        const result = randomizedSvd(linalg, a, 5, options);
        result.s.forEach((value, k) => {
          expect(s[k] - value).toBeLessThanOrEqual(result.errorBound);
        });
        // At best the search sees the first 9 values; the bound is loose by 10·√(2/π) times the
        // size of a normal vector.
        expect(result.errorBound).toBeLessThan(100 * Math.max(s[0] * 1e-15, s[9]) * Math.sqrt(50));
      }
    }
  });

  it('is exact for a matrix of small rank and refuses a count that cannot be', () => {
    const a = naiveProduct(normalMatrix(20, 3), transposeOf(normalMatrix(15, 3)));
    const { u, s, v, errorBound } = randomizedSvd(linalg, a, 3);
    const again = naiveProduct(scaleColumns(u, s), transposeOf(v));
    expect(largestDifference(again, a)).toBeLessThan(1e-12);
    expect(errorBound).toBeLessThan(1e-11);
    errorOf(() => randomizedSvd(linalg, a, 0), 'INVALID_OPTION');
    errorOf(() => randomizedSvd(linalg, a, 16), 'INVALID_OPTION');
  });
});

describe('kernel features', () => {
  const x = normalMatrix(60, 3);
  const kernel = { type: 'rbf', gamma: 0.2 } as const;
  const exact = linalg.kernelMatrix(kernel, x, x);

  it('of Nyström are exact with all rows as landmarks and better with more of them', () => {
    const all = nystroemFeatures(linalg, kernel, x, { nComponents: 60 });
    const phi = all.transform(x);
    expect(phi.columns).toBe(all.rank);
    expect(largestDifference(naiveProduct(phi, transposeOf(phi)), exact)).toBeLessThan(1e-9);
    const error = (nComponents: number): number => {
      const part = nystroemFeatures(linalg, kernel, x, { nComponents, seed: 1 }).transform(x);
      return largestDifference(naiveProduct(part, transposeOf(part)), exact);
    };
    expect(error(30)).toBeLessThan(error(5) / 2);
  });

  it('of Nyström leave the null space of repeated landmarks out', () => {
    const twice = fromRows([[1], [1], [2]]);
    const { rank, transform } = nystroemFeatures(linalg, { type: 'linear' }, twice);
    expect(rank).toBe(1);
    const phi = transform(twice);
    expect(
      largestDifference(
        naiveProduct(phi, transposeOf(phi)),
        naiveProduct(twice, transposeOf(twice)),
      ),
    ).toBeLessThan(1e-12);
    errorOf(() => nystroemFeatures(linalg, kernel, x, { nComponents: 61 }), 'INVALID_OPTION');
  });

  it('of Fourier approach the kernel like 1/√D', () => {
    const error = (nComponents: number): number => {
      const options = { gamma: 0.2, nComponents, seed: 3 };
      const phi = randomFourierFeatures(linalg, 3, options).transform(x);
      return largestDifference(naiveProduct(phi, transposeOf(phi)), exact);
    };
    // The standard deviation of one entry is below 1/√D; the largest of 1800 stays within five of
    // them.
    expect(error(400)).toBeLessThan(5 / Math.sqrt(400));
    expect(error(6400)).toBeLessThan(5 / Math.sqrt(6400));
    errorOf(() => randomFourierFeatures(linalg, 3, { gamma: 0 }), 'INVALID_OPTION');
  });
});

describeGolden('num.knngraph', (golden) => {
  it('builds the graph and its Laplacians', () => {
    const x = fromGolden(golden.inputs['X']);
    const graph = neighbourGraph(linalg, x, { nNeighbours: golden.options['k'] as number });
    expectGolden(golden, 'W', toDense(graph).data);
    const laplacian = toDense(graphLaplacian(graph));
    expectGolden(golden, 'laplacian', laplacian.data);
    const symmetric = toDense(graphLaplacian(graph, { normalisation: 'symmetric' }));
    expectGolden(golden, 'normalised', symmetric.data);
    const walk = graphLaplacian(graph, { normalisation: 'random-walk' });
    expectGolden(golden, 'randomWalk', toDense(walk).data);
    const { values } = linalg.eigenSymmetric(laplacian, { which: 'smallest', count: 3 });
    expectGolden(golden, 'fiedler', values);
  });
});

describe('neighbours', () => {
  it('are the nearest ones in order, ties by lower index', () => {
    const x = fromRows([[0], [1], [-1], [5]]);
    const self = nearestNeighbours(linalg, 2, x);
    expect(Array.from(self.indices)).toEqual([1, 2, 0, 2, 0, 1, 1, 0]);
    expect(Array.from(self.squaredDistances)).toEqual([1, 1, 1, 4, 1, 4, 16, 25]);
    const other = nearestNeighbours(linalg, 1, fromRows([[4], [0.4]]), x);
    expect(Array.from(other.indices)).toEqual([3, 0]);
    errorOf(() => nearestNeighbours(linalg, 4, x), 'INVALID_OPTION');
    errorOf(() => nearestNeighbours(linalg, 0, x), 'INVALID_OPTION');
  });

  it('agree with sorting all distances, also when rows are compared in parts', () => {
    const random = randomSource(2);
    const x = normalMatrix(90, 2, random);
    const y = normalMatrix(50_000, 2, random); // 80 rows of x at a time
    const { indices } = nearestNeighbours(linalg, 3, x, y);
    const some = [0, 79, 80, 89];
    const { data } = linalg.squaredDistances(selectRows(x, some), y);
    some.forEach((i, k) => {
      const row = data.subarray(k * y.rows, (k + 1) * y.rows);
      const found = Array.from(indices.subarray(i * 3, i * 3 + 3), (j) => row[j]);
      expect(found).toEqual(Array.from(row.slice().sort().subarray(0, 3)));
    });
  });

  it('make graphs by union or mutually, binary or by heat', () => {
    const x = fromRows([[0], [1], [3]]);
    const union = neighbourGraph(linalg, x, { nNeighbours: 1, weights: 'heat', gamma: 0.5 });
    const [near, far] = [Math.exp(-0.5), Math.exp(-2)];
    expect(Array.from(toDense(union).data)).toEqual([0, near, 0, near, 0, far, 0, far, 0]);
    const mutual = neighbourGraph(linalg, x, { nNeighbours: 1, symmetrise: 'mutual' });
    expect(Array.from(toDense(mutual).data)).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
    // The lonely third node has a row of zeros.
    for (const normalisation of ['none', 'symmetric', 'random-walk'] as const) {
      const laplacian = toDense(graphLaplacian(mutual, { normalisation }));
      expect(Array.from(laplacian.data)).toEqual([1, -1, 0, -1, 1, 0, 0, 0, 0]);
    }
    errorOf(() => neighbourGraph(linalg, x, { nNeighbours: 1, weights: 'heat' }), 'INVALID_OPTION');
  });
});
