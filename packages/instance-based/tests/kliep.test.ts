import { Kliep } from '@graft-ml/instance-based';
import { itFitsRatio } from './support/kernel-ratio.js';

describe('Kliep', () => {
  itFitsRatio(Kliep, 0.05);
});
