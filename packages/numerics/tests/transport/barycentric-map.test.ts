import { denseMatrix, toDense, toMatrix } from '@graft-ml/core';
import {
  barycentricMap,
  optimalTransport,
  referenceLinearAlgebra as linalg,
  sinkhorn,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../../tools/testing/golden.js';
import { errorOf, fromGolden, fromRows, transposeOf } from '../support/matrices.js';

describeGolden('ot.da.emd', (golden) => {
  it('moves source rows, and labels onto target rows', () => {
    const [xs, xt] = [golden.inputs['Xs'], golden.inputs['Xt']].map(fromGolden);
    const { plan } = optimalTransport(linalg.squaredDistances(xs, xt));
    expectGolden(golden, 'mapped', barycentricMap(linalg, plan, xt).data);
    const oneHot = denseMatrix(xs.rows, 3);
    golden.inputs['ys'].data.forEach((label, i) => (oneHot.data[3 * i + label] = 1));
    const labels = barycentricMap(linalg, transposeOf(toDense(plan)), oneHot);
    expectGolden(golden, 'labelPropagation', labels.data);
  });
});

describe.each(['large', 'medium', 'small', 'tiny'])('entropic plans', (size) => {
  describeGolden(`ot.da.sinkhorn.${size}`, (golden) => {
    it('move source rows', () => {
      const [xs, xt] = [golden.inputs['Xs'], golden.inputs['Xt']].map(fromGolden);
      const cost = linalg.squaredDistances(xs, xt);
      const most = cost.data.reduce((a, b) => Math.max(a, b), 0);
      const scale = golden.options['costNormalisation'] === 'max' ? most : 1;
      const scaled = { ...cost, data: cost.data.map((value) => value / scale) };
      const regularization = golden.options['reg'] as number;
      const { plan } = sinkhorn(scaled, { regularization, tolerance: 1e-10 });
      expectGolden(golden, 'mapped', barycentricMap(linalg, plan, xt).data);
    });
  });
});

describe('barycentricMap', () => {
  const plan = fromRows([
    [1, 3],
    [0, 0],
    [0, 2],
  ]);
  const targets = fromRows([
    [0, 8],
    [4, 0],
  ]);
  const unmoved = fromRows([
    [9, 9],
    [7, 6],
    [9, 9],
  ]);

  it('gives Σ Pᵢⱼ·yⱼ / Σ Pᵢⱼ, and keeps rows that send nothing where it is told to', () => {
    const moved = barycentricMap(linalg, plan, targets, { unmoved });
    expect(Array.from(moved.data)).toEqual([3, 2, 7, 6, 4, 0]);
    expect(errorOf(() => barycentricMap(linalg, plan, targets), 'INVALID_DATA')).toMatchObject({
      row: 1,
    });
  });

  it('takes sparse plans and sparse targets', () => {
    const csr = toMatrix(
      {
        format: 'csr',
        rows: 3,
        columns: 2,
        rowStarts: Int32Array.of(0, 2, 2, 3),
        columnIndices: Int32Array.of(0, 1, 1),
        values: Float64Array.of(1, 3, 2),
      },
      'test',
      'plan',
    );
    const sparseTargets = {
      format: 'csr',
      rows: 2,
      columns: 2,
      rowStarts: Int32Array.of(0, 1, 2),
      columnIndices: Int32Array.of(1, 0),
      values: Float64Array.of(8, 4),
    } as const;
    const expected = barycentricMap(linalg, plan, targets, { unmoved });
    expect(barycentricMap(linalg, csr, sparseTargets, { unmoved })).toEqual(expected);
  });

  it('refuses matrices that do not fit', () => {
    errorOf(() => barycentricMap(linalg, plan, unmoved), 'SHAPE_MISMATCH');
    errorOf(() => barycentricMap(linalg, plan, targets, { unmoved: targets }), 'SHAPE_MISMATCH');
    const narrow = denseMatrix(3, 1);
    errorOf(() => barycentricMap(linalg, plan, targets, { unmoved: narrow }), 'SHAPE_MISMATCH');
  });
});
