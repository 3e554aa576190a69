import { Adasyn } from '@graft-ml/instance-based';
import { itOverSamples } from './support/over-sampling.js';

describe('Adasyn', () => {
  itOverSamples(Adasyn);
});
