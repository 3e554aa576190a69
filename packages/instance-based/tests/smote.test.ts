import { Smote } from '@graft-ml/instance-based';
import { itOverSamples } from './support/over-sampling.js';

describe('Smote', () => {
  itOverSamples(Smote);
});
