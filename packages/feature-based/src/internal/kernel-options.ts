import type { OptionSchema } from '@graft-ml/core';

/** Options shared by methods that see rows through a kernel. */
export interface KernelOptions {
  /** γ of the rbf kernel, in (0, ∞); `'median'` (default) is 1 / (2·median squared distance). Larger values see finer detail. */
  readonly gamma?: number | 'median';
  /** With more rows than this the rbf kernel compares with this many of them, drawn at random (Nyström). Default 3000. */
  readonly maxLandmarks?: number;
}

export const kernelSchema: OptionSchema<KernelOptions> = {
  gamma: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of the rbf kernel; "median" is 1 / (2·median squared distance).',
    effect: 'Larger values see finer detail.',
  },
  maxLandmarks: {
    type: 'integer',
    atLeast: 2,
    default: 3000,
    description: 'With more rows than this the rbf kernel compares with this many random ones.',
    effect: 'More are more exact and cost memory and time.',
  },
};
