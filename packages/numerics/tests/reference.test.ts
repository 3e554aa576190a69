import { denseMatrix } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGoldenLinearAlgebra } from './support/golden-linear-algebra.js';
import { describeLinearAlgebra } from './support/linear-algebra-properties.js';
import { errorOf } from './support/matrices.js';

describeLinearAlgebra('referenceLinearAlgebra', () => referenceLinearAlgebra);
describeGoldenLinearAlgebra(referenceLinearAlgebra);

describe('referenceLinearAlgebra', () => {
  it('says what it is', () => {
    expect(referenceLinearAlgebra.name).toBe('reference');
  });

  it('says how much memory it could not get', () => {
    const details = errorOf(
      () => referenceLinearAlgebra.multiply(denseMatrix(1e9, 0), denseMatrix(0, 1e9)),
      'OUT_OF_MEMORY',
    );
    expect(details).toEqual({ bytes: 8e18 });
  });
});
