import type { Setting } from '@graft-ml/core';

/** The setting of every method that weighs source rows by what the unlabelled target looks like. */
export const covariateShift: Setting = {
  role: 'instance',
  features: 'same',
  sources: 'many',
  sourceLabels: 'unused',
  targetLabels: 'unused',
  pairs: 'unused',
  tasks: ['classification', 'regression'],
  corrects: 'marginal',
  sparse: 'kept',
};
