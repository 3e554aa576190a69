import type { OptionSchema } from '@graft-ml/core';

/** What all deep methods take. */
export interface TrainingOptions {
  /** Passes over the source rows. A whole number ≥ 1, default 40. */
  readonly epochs?: number;
  /** Rows of each domain per step at most; fewer rows than that are one batch. A whole number ≥ 1, default 64. */
  readonly batchSize?: number;
  /** η in (0, ∞), default 0.01; it falls to η / (1 + 10·p)^0.75 with the progress p from 0 to 1. */
  readonly learningRate?: number;
  /** `'momentum'` (default) or `'adam'`, which wants a tenth of the learning rate. */
  readonly optimizer?: 'momentum' | 'adam';
  /** Pull of kernels towards 0, per step. In [0, ∞), default 0.0005. */
  readonly weightDecay?: number;
  /** Units of the one hidden layer where no network is handed in. A whole number ≥ 1, default 64. */
  readonly hiddenUnits?: number;
  /** Whether columns are brought to mean 0 and standard deviation 1 over the source rows. Default true. */
  readonly standardize?: boolean;
  /** Epochs without a better value of `selection` after which to stop, keeping the best weights; 0 (default) never stops early. */
  readonly patience?: number;
  /** What `patience` watches, on a tenth of the rows that is held out for it: the loss on source rows (default), or the
   * entropy of predictions on target rows. Target labels are never looked at. */
  readonly selection?: 'source-loss' | 'target-entropy';
}

export const trainingSchema: OptionSchema<TrainingOptions> = {
  epochs: {
    type: 'integer',
    atLeast: 1,
    default: 40,
    description: 'Passes over the source rows.',
  },
  batchSize: {
    type: 'integer',
    atLeast: 1,
    default: 64,
    description: 'Rows of each domain per step at most.',
  },
  learningRate: {
    type: 'number',
    above: 0,
    default: 0.01,
    description: 'First learning rate; it falls with the progress of training.',
    effect: 'Too large a rate makes the loss grow without bound.',
  },
  optimizer: {
    type: 'choice',
    values: ['momentum', 'adam'],
    default: 'momentum',
    description: 'How steps follow from gradients.',
  },
  weightDecay: {
    type: 'number',
    atLeast: 0,
    default: 0.0005,
    description: 'Pull of kernels towards 0, per step.',
  },
  hiddenUnits: {
    type: 'integer',
    atLeast: 1,
    default: 64,
    description: 'Units of the one hidden layer where no network is handed in.',
  },
  standardize: {
    type: 'boolean',
    default: true,
    description: 'Whether columns are brought to mean 0 and standard deviation 1 of the source.',
  },
  patience: {
    type: 'integer',
    atLeast: 0,
    default: 0,
    description: 'Epochs without improvement after which to stop; 0 never stops early.',
  },
  selection: {
    type: 'choice',
    values: ['source-loss', 'target-entropy'],
    default: 'source-loss',
    description: 'What patience watches on held-out rows; never target labels.',
  },
};

/** What methods with an adaptation term take besides. */
export interface AdaptationOptions extends TrainingOptions {
  /** λ in [0, ∞), the weight of the adaptation term; it grows from 0 to λ as λ·(2 / (1 + e^(−10·p)) − 1). */
  readonly adaptationWeight?: number;
  /** Whether to train the same network on the source alone as well, to show how well the domains can be told apart by its
   * features and by the adapted ones. Default false: it adds about half of the training's time. */
  readonly domainScores?: boolean;
}

/** The schema of {@link AdaptationOptions} with a default of its own. */
export function adaptationSchema(adaptationWeight: number): OptionSchema<AdaptationOptions> {
  return {
    ...trainingSchema,
    adaptationWeight: {
      type: 'number',
      atLeast: 0,
      default: adaptationWeight,
      description: 'Weight of the adaptation term once training has progressed.',
      effect: 'At 0 it is training on the source alone; too large a weight wipes out the classes.',
    },
    domainScores: {
      type: 'boolean',
      default: false,
      description:
        'Whether to train on the source alone as well, to show how well domains can be told apart before and after.',
    },
  };
}

/** Of the options of a deep method, those that training on the source alone takes as well. */
export function trainingOptionsOf(options: Required<TrainingOptions>): TrainingOptions {
  const names = Object.keys(trainingSchema) as (keyof TrainingOptions)[];
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}
