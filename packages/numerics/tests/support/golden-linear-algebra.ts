import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { describeGolden, expectGolden, type GoldenCase } from '../../../../tools/testing/golden.js';
import { fromGolden, identity, largestDifference, scaleColumns } from './matrices.js';

const inputs = (golden: GoldenCase): Record<string, DenseMatrix> =>
  Object.fromEntries(Object.entries(golden.inputs).map(([name, a]) => [name, fromGolden(a)]));

const columnsOf = (a: DenseMatrix, from: number, to: number): DenseMatrix => {
  const rows = Array.from({ length: a.rows }, (_, i) =>
    Array.from(a.data.subarray(i * a.columns + from, i * a.columns + to)),
  );
  return denseMatrix(a.rows, to - from, Float64Array.from(rows.flat()));
};

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** Describes the golden linear-algebra cases for one engine. */
export function describeGoldenLinearAlgebra(linalg: LinearAlgebra): void {
  /** The projector V·Vᵀ on the span of orthonormal columns. */
  const projector = (v: DenseMatrix): DenseMatrix => linalg.multiply(v, v, { transposeB: true });

  /** The projector on the span of any independent columns. */
  const spanProjector = (a: DenseMatrix): DenseMatrix => projector(linalg.qr(a).q);

  const expectSpan = (golden: GoldenCase, output: string, received: DenseMatrix): void => {
    const expected = spanProjector(fromGolden(golden.outputs[output]));
    const { atol } = golden.compare.outputs[output];
    expect(largestDifference(spanProjector(received), expected)).toBeLessThanOrEqual(atol);
  };

  describeGolden('num.cholesky.solve', (golden) => {
    it('factors, solves and gives the log-determinant', () => {
      const { A, B } = inputs(golden);
      const lower = linalg.cholesky(A);
      expectGolden(golden, 'L', lower.data);
      expectGolden(golden, 'X', linalg.solvePositiveDefinite(A, B).data);
      let logdet = 0;
      for (let i = 0; i < lower.rows; i++) logdet += 2 * Math.log(lower.data[i * lower.rows + i]);
      expectGolden(golden, 'logdet', [logdet]);
    });
  });

  describeGolden('num.cholesky.hilbert', (golden) => {
    it('solves a nearly singular system', () => {
      const { H, b } = inputs(golden);
      const ridge = golden.options['ridge'] as number;
      const a = denseMatrix(
        8,
        8,
        H.data.map((value, p) => value + (p % 9 === 0 ? ridge : 0)),
      );
      expectGolden(golden, 'x', linalg.solvePositiveDefinite(a, b).data);
    });
  });

  describeGolden('num.lu.solve', (golden) => {
    it('solves and inverts with zero leading pivots', () => {
      const { A, B } = inputs(golden);
      expectGolden(golden, 'X', linalg.solve(A, B).data);
      expectGolden(golden, 'inverse', linalg.solve(A, identity(A.rows)).data);
    });
  });

  describeGolden('num.lu.nearsingular', (golden) => {
    it('solves with a small residual', () => {
      const { A, b } = inputs(golden);
      const x = linalg.solve(A, b);
      expectGolden(golden, 'x', x.data);
      const bound = golden.outputs['residualBound'].data[0];
      expect(largestDifference(linalg.multiply(A, x), b)).toBeLessThan(bound);
    });
  });

  describeGolden('num.qr', (golden) => {
    it('factors with a positive diagonal', () => {
      const { q, r } = linalg.qr(inputs(golden).X);
      expectGolden(golden, 'Q', q.data);
      expectGolden(golden, 'R', r.data);
    });
  });

  describeGolden('num.eigh.dense', (golden) => {
    it('gives ascending pairs', () => {
      const { values, vectors } = linalg.eigenSymmetric(inputs(golden).A, { which: 'smallest' });
      expectGolden(golden, 'values', values);
      expectGolden(golden, 'vectors', vectors.data);
    });
  });

  describeGolden('num.eigh.clustered', (golden) => {
    it('finds the span of a tight cluster', () => {
      const { A } = inputs(golden);
      expectGolden(golden, 'values', linalg.eigenSymmetric(A, { which: 'smallest' }).values);
      const { vectors } = linalg.eigenSymmetric(A, { which: 'smallest', count: 3 });
      expectSpan(golden, 'cluster', vectors);
    });
  });

  describeGolden('num.eigh.graded', (golden) => {
    it('is accurate to eps times the norm', () => {
      const { A } = inputs(golden);
      expectGolden(golden, 'values', linalg.eigenSymmetric(A, { which: 'smallest' }).values);
      const { vectors } = linalg.eigenSymmetric(A, { which: 'smallest' });
      expectGolden(golden, 'top3', columnsOf(vectors, A.rows - 3, A.rows).data);
    });
  });

  describeGolden('num.eigh.rankdef', (golden) => {
    it('separates range and null space of a Gram matrix', () => {
      const { X } = inputs(golden);
      const { values, vectors } = linalg.eigenSymmetric(linalg.crossProduct(X), {
        which: 'smallest',
      });
      expectGolden(golden, 'values', values);
      const rank = values.filter((value) => value > 1e-10 * values[values.length - 1]).length;
      expectGolden(golden, 'rank', [rank]);
      const range = columnsOf(vectors, values.length - rank, values.length);
      expectGolden(golden, 'rangeProjector', projector(range).data);
    });
  });

  describeGolden('num.eigh.repeated', (golden) => {
    it('finds the space of each repeated value', () => {
      const { values, vectors } = linalg.eigenSymmetric(inputs(golden).A, { which: 'smallest' });
      expectGolden(golden, 'values', values);
      (golden.options['groups'] as number[][]).forEach((group, g) => {
        const basis = columnsOf(vectors, group[0], group[group.length - 1] + 1);
        expectGolden(golden, `projector${g}`, projector(basis).data);
      });
    });
  });

  describeGolden('num.eigh.small', (golden) => {
    it.each([1, 2, 3, 4, 5])('handles edge case %i', (k) => {
      const { values } = linalg.eigenSymmetric(inputs(golden)[`A${k}`], { which: 'smallest' });
      expectGolden(golden, `values${k}`, values);
    });
  });

  describeGolden('num.geigh.spd', (golden) => {
    it('gives ascending pairs with VᵀBV = I', () => {
      const { A, B } = inputs(golden);
      const { values, vectors } = linalg.eigenGeneralized(A, B, { which: 'smallest' });
      expectGolden(golden, 'values', values);
      expectGolden(golden, 'vectors', vectors.data);
    });
  });

  describeGolden('num.geigh.illcond', (golden) => {
    it('finds the largest values for an ill-conditioned B', () => {
      const { A, B } = inputs(golden);
      const { values, vectors } = linalg.eigenGeneralized(A, B, { count: 3 });
      const expected = golden.outputs['values'].data;
      expectGolden(golden, 'values', expected[0] > expected[2] ? values : values.slice().reverse());
      const top = columnsOf(vectors, 0, 1);
      expectGolden(golden, 'top', scaleColumns(top, [1 / norm(top.data)]).data);
    });
  });

  describeGolden('num.geigh.rankdef', (golden) => {
    it('solves the pencil of transfer component analysis', () => {
      const { F, e } = inputs(golden);
      const n = F.rows;
      const k = linalg.multiply(F, F, { transposeB: true });
      const centring = denseMatrix(
        n,
        n,
        identity(n).data.map((value) => value - 1 / n),
      );
      const a = linalg.multiply(linalg.multiply(k, centring), k);
      const ke = linalg.multiply(k, e);
      const b = linalg.multiply(ke, ke, { transposeB: true });
      for (let i = 0; i < n; i++) b.data[i * n + i] += 0.5;
      const { values, vectors } = linalg.eigenGeneralized(a, b, { count: 4 });
      expectGolden(golden, 'values', values);
      expectSpan(golden, 'span', vectors);
    });
  });

  describeGolden('num.svd.tall', (golden) => {
    it('decomposes a tall matrix', () => {
      const { u, s, v } = linalg.svd(inputs(golden).X);
      expectGolden(golden, 's', s);
      expectGolden(golden, 'U', u.data);
      expectGolden(golden, 'V', v.data);
    });
  });

  describeGolden('num.svd.wide', (golden) => {
    it('decomposes a wide matrix', () => {
      const { u, s, v } = linalg.svd(inputs(golden).X);
      expectGolden(golden, 's', s);
      expectGolden(golden, 'U', u.data);
      expectGolden(golden, 'V', v.data);
    });
  });

  describeGolden('num.svd.hilbert', (golden) => {
    it('finds small singular values to eps times the largest', () => {
      expectGolden(golden, 's', linalg.svd(inputs(golden).X).s);
    });
  });

  describeGolden('num.svd.rankdef', (golden) => {
    it('gives singular values, pseudo-inverse and least-norm solution of rank 3', () => {
      const { X, b } = inputs(golden);
      expectGolden(golden, 's', linalg.svd(X).s);
      const { x, rank } = linalg.leastSquares(X, b);
      expect(rank).toBe(3);
      expectGolden(golden, 'minNorm', x.data);
      expectGolden(golden, 'pinv', linalg.leastSquares(X, identity(X.rows)).x.data);
    });
  });

  describeGolden('num.pairwise', (golden) => {
    it('measures squared Euclidean distances', () => {
      const { X, Y } = inputs(golden);
      expectGolden(golden, 'sqeuclidean', linalg.squaredDistances(X, Y).data);
    });
  });

  describeGolden('num.pairwise.offset', (golden) => {
    it('loses no digits far from the origin', () => {
      const { X } = inputs(golden);
      expectGolden(golden, 'sqeuclidean', linalg.squaredDistances(X, X).data);
    });
  });

  describeGolden('num.kernels', (golden) => {
    it('computes the usual kernels', () => {
      const { X, Y } = inputs(golden);
      const { rbf, polynomial, laplacian, sigmoid } = golden.options as Record<
        string,
        { gamma: number; degree: number; coef0: number }
      >;
      const kernels = {
        linear: { type: 'linear' },
        rbf: { type: 'rbf', gamma: rbf.gamma },
        laplacian: { type: 'laplacian', gamma: laplacian.gamma },
        cosine: { type: 'cosine' },
        polynomial: {
          type: 'polynomial',
          gamma: polynomial.gamma,
          degree: polynomial.degree,
          constant: polynomial.coef0,
        },
        sigmoid: { type: 'sigmoid', gamma: sigmoid.gamma, constant: sigmoid.coef0 },
      } as const;
      for (const [name, kernel] of Object.entries(kernels)) {
        expectGolden(golden, name, linalg.kernelMatrix(kernel, X, Y).data);
      }
    });
  });

  describeGolden('num.kernels.chi2', (golden) => {
    it('computes the chi-square kernel', () => {
      const { X, Y } = inputs(golden);
      const { gamma } = golden.options['chi2'] as { gamma: number };
      expectGolden(golden, 'chi2', linalg.kernelMatrix({ type: 'chi2', gamma }, X, Y).data);
    });
  });
}
