import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGoldenLinearAlgebra } from './support/golden-linear-algebra.js';
import { describeLinearAlgebra } from './support/linear-algebra-properties.js';

describeLinearAlgebra('referenceLinearAlgebra', () => referenceLinearAlgebra);
describeGoldenLinearAlgebra(referenceLinearAlgebra);

describe('referenceLinearAlgebra', () => {
  it('says what it is', () => {
    expect(referenceLinearAlgebra.name).toBe('reference');
  });
});
