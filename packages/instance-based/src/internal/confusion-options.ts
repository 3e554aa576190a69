import type { OptionSpec } from '@graft-ml/core';

/** The options shared by the methods that ask a black box. */
export interface ConfusionOptions {
  /** Parts for out-of-fold predictions, a whole number ≥ 1, default 5. 1 trusts the learner on the rows it was fitted on. */
  readonly nFolds?: number;
  /** `'hard'` (default) counts predicted classes, `'soft'` adds up probabilities, which has less variance. */
  readonly predictions?: 'hard' | 'soft';
}

export const confusionSchema: {
  readonly nFolds: OptionSpec<number>;
  readonly predictions: OptionSpec<'hard' | 'soft'>;
} = {
  nFolds: {
    type: 'integer',
    atLeast: 1,
    default: 5,
    description:
      'Parts for out-of-fold predictions; 1 trusts the learner on the rows it was fitted on.',
  },
  predictions: {
    type: 'choice',
    values: ['hard', 'soft'],
    default: 'hard',
    description: 'Whether predicted classes are counted or probabilities added up.',
    effect: 'Probabilities have less variance.',
  },
};
