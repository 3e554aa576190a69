import { Rulsif } from '@graft-ml/instance-based';
import { itFitsRatio } from './support/kernel-ratio.js';

describe('Rulsif', () => {
  itFitsRatio(Rulsif, 0.25);
});
