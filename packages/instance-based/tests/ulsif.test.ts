import { Ulsif } from '@graft-ml/instance-based';
import { itFitsRatio } from './support/kernel-ratio.js';

describe('Ulsif', () => {
  itFitsRatio(Ulsif, 0.1);
});
