import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import {
  columnMeans,
  covariance,
  gaussianBarycentre,
  gaussianMap,
  randomSource,
  referenceLinearAlgebra as linalg,
  squaredGaussianDistance,
  type Gaussian,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../../tools/testing/golden.js';
import {
  errorOf,
  fromGolden,
  identity,
  largestDifference,
  normalMatrix,
} from '../support/matrices.js';

/** The Gaussian of the rows; `reg` is added to the diagonal of the covariance. */
function gaussianOf(rows: DenseMatrix, ddof: number, reg = 0): Gaussian {
  const fitted = covariance(linalg, rows, { ddof });
  for (let i = 0; i < fitted.rows; i++) fitted.data[i * (fitted.rows + 1)] += reg;
  return { mean: columnMeans(rows), covariance: fitted };
}

function randomGaussian(d: number, seed: number): Gaussian {
  const random = randomSource(seed);
  return gaussianOf(normalMatrix(3 * d, d, random), 1);
}

function diagonal(...entries: number[]): DenseMatrix {
  const result = denseMatrix(entries.length, entries.length);
  entries.forEach((entry, i) => (result.data[i * (entries.length + 1)] = entry));
  return result;
}

describeGolden('div.gaussian', (golden) => {
  it('gives the Fréchet distance', () => {
    const [xs, xt] = [golden.inputs['Xs'], golden.inputs['Xt']].map(fromGolden);
    const distance = squaredGaussianDistance(linalg, gaussianOf(xs, 1), gaussianOf(xt, 1));
    expectGolden(golden, 'frechet', [distance]);
  });
});

describeGolden('feat.monge', (golden) => {
  it('maps one Gaussian fit onto the other', () => {
    const [xs, xt] = [golden.inputs['Xs'], golden.inputs['Xt']].map(fromGolden);
    const reg = golden.options['reg'] as number;
    const source = gaussianOf(xs, 0, reg);
    const target = gaussianOf(xt, 0, reg);
    const { matrix, offset } = gaussianMap(linalg, source, target);
    expectGolden(golden, 'A', matrix.data);
    expectGolden(golden, 'b', offset);
    const mapped = linalg.multiply(xs, matrix).data.map((value, p) => value + offset[p % 3]);
    expectGolden(golden, 'XsMapped', mapped);
    expectGolden(golden, 'w2sq', [squaredGaussianDistance(linalg, source, target)]);
  });
});

describeGolden('ot.gaussianbarycenter', (golden) => {
  it('finds the barycentre', () => {
    const means = golden.inputs['means'].data;
    const gaussians = ['S0', 'S1', 'S2'].map((name, k) => ({
      mean: means.slice(3 * k, 3 * k + 3),
      covariance: fromGolden(golden.inputs[name]),
    }));
    const weights = golden.options['weights'] as number[];
    const result = gaussianBarycentre(linalg, gaussians, { weights });
    expectGolden(golden, 'mean', result.mean);
    expectGolden(golden, 'covariance', result.covariance.data);
    expect(result).toMatchObject({ converged: true, reason: 'residual' });
  });
});

describe('squaredGaussianDistance', () => {
  it('is |m − n|² + Σ (s − t)² for standard deviations s, t along common axes', () => {
    const a = { mean: [1, 2], covariance: diagonal(4, 9) };
    const b = { mean: [0, 4], covariance: diagonal(25, 0) };
    expect(squaredGaussianDistance(linalg, a, b)).toBeCloseTo(1 + 4 + 9 + 9, 12);
    expect(squaredGaussianDistance(linalg, a, a)).toBeLessThan(1e-13);
  });

  it('refuses Gaussians of different sizes', () => {
    const a = { mean: [1, 2], covariance: identity(2) };
    errorOf(() => squaredGaussianDistance(linalg, a, { ...a, mean: [1] }), 'SHAPE_MISMATCH');
    const wide = { mean: [1, 2], covariance: denseMatrix(2, 3) };
    expect(errorOf(() => squaredGaussianDistance(linalg, a, wide), 'SHAPE_MISMATCH')).toMatchObject(
      {
        index: 1,
      },
    );
  });
});

describe('gaussianMap', () => {
  it('is symmetric, moves the mean, and A·S·A = T; what it moves costs the distance', () => {
    const source = randomGaussian(4, 1);
    const target = randomGaussian(4, 2);
    const { matrix, offset } = gaussianMap(linalg, source, target);
    const image = linalg.multiply(linalg.multiply(matrix, source.covariance), matrix);
    expect(largestDifference(image, target.covariance)).toBeLessThan(1e-13);
    const transposed = linalg.multiply(matrix, identity(4), { transposeA: true });
    expect(transposed).toEqual(matrix);
    const mean = linalg.multiply(matrix, denseMatrix(4, 1, Float64Array.from(source.mean)));
    mean.data.forEach((value, i) => expect(value + offset[i]).toBeCloseTo(target.mean[i], 14));
    // E|x − (A·x + b)|² = |m − n|² + tr (I − A)·S·(I − A)
    const rest = denseMatrix(
      4,
      4,
      identity(4).data.map((one, p) => one - matrix.data[p]),
    );
    const moved = linalg.multiply(linalg.multiply(rest, source.covariance), rest);
    let cost = 0;
    for (let i = 0; i < 4; i++) cost += moved.data[5 * i] + (source.mean[i] - target.mean[i]) ** 2;
    expect(cost).toBeCloseTo(squaredGaussianDistance(linalg, source, target), 12);
  });

  it('is the identity between equal Gaussians, and needs a source of full rank', () => {
    const gaussian = randomGaussian(3, 3);
    const { matrix, offset } = gaussianMap(linalg, gaussian, gaussian);
    expect(largestDifference(matrix, identity(3))).toBeLessThan(1e-12);
    expect(Math.max(...Array.from(offset, Math.abs))).toBeLessThan(1e-12);
    const flat = { mean: [0, 0], covariance: diagonal(1, 0) };
    errorOf(() => gaussianMap(linalg, flat, flat), 'NUMERICAL');
  });
});

describe('gaussianBarycentre', () => {
  it('averages standard deviations along common axes', () => {
    const gaussians = [
      { mean: [0, 0], covariance: diagonal(1, 4) },
      { mean: [4, 8], covariance: diagonal(9, 0) },
    ];
    const { mean, covariance: found } = gaussianBarycentre(linalg, gaussians, { weights: [6, 2] });
    expect(Array.from(mean)).toEqual([1, 2]);
    expect(largestDifference(found, diagonal(1.5 ** 2, 1.5 ** 2))).toBeLessThan(1e-12);
  });

  it('cannot be bettered by its neighbours', () => {
    const gaussians = [1, 2, 3].map((seed) => randomGaussian(3, seed));
    const weights = [0.2, 0.5, 0.3];
    const best = gaussianBarycentre(linalg, gaussians, { weights });
    const objective = (gaussian: Gaussian): number =>
      gaussians.reduce(
        (sum, other, k) => sum + weights[k] * squaredGaussianDistance(linalg, gaussian, other),
        0,
      );
    const least = objective(best);
    const random = randomSource(5);
    for (let trial = 0; trial < 20; trial++) {
      const nudge = normalMatrix(3, 3, random);
      const change = linalg.crossProduct(nudge).data.map((value) => 0.02 * value);
      const data = best.covariance.data.map((value, p) => value + change[p]);
      expect(
        objective({ mean: best.mean, covariance: { ...best.covariance, data } }),
      ).toBeGreaterThan(least);
    }
  });

  it('says when it had to stop, and refuses what has no barycentre', () => {
    const gaussians = [randomGaussian(3, 1), randomGaussian(3, 2)];
    expect(gaussianBarycentre(linalg, gaussians, { maxIterations: 1 })).toMatchObject({
      iterations: 1,
      converged: false,
      reason: 'max-iterations',
    });
    errorOf(() => gaussianBarycentre(linalg, []), 'SHAPE_MISMATCH');
    errorOf(() => gaussianBarycentre(linalg, gaussians, { weights: [1, -1] }), 'INVALID_DATA');
    errorOf(() => gaussianBarycentre(linalg, gaussians, { weights: [1] }), 'SHAPE_MISMATCH');
  });
});
