import { type OptionSchema, TransferError } from '@graft-ml/core';
import type { CostScale } from './transport-cost.js';

/** Options of methods that solve a transport problem between the rows of two domains. */
export interface TransportPlanOptions {
  /** What is solved. `'exact'` (default) · `'entropic'` · `'lp-l1'` and `'l1-l2'`: entropic, and each target row gets mass of few classes · `'laplacian'`: exact, and neighbours stay together · `'unbalanced'`: entropic, weights may be missed at a price · `'partial'`: exact, for a share of the mass. */
  readonly plan?: 'exact' | 'entropic' | 'lp-l1' | 'l1-l2' | 'laplacian' | 'unbalanced' | 'partial';
  /** ε, weight of the entropy, in units of the scaled cost. In (0, ∞), default 0.01. Larger values spread the plan and are faster; not used by `'exact'`, `'laplacian'` and `'partial'`. */
  readonly regularization?: number;
  /** η, weight of the class penalty of `'lp-l1'` and `'l1-l2'`. In [0, ∞), default 0.1. */
  readonly classRegularization?: number;
  /** η, weight of the graphs of `'laplacian'`, per row and in units of the scaled cost. In [0, ∞), default 1. */
  readonly laplacianRegularization?: number;
  /** Neighbours of each row in the graphs of `'laplacian'`; all other rows where there are fewer. An integer from 1 on, default 3. */
  readonly nNeighbours?: number;
  /** What neighbours share under `'laplacian'`: where they end (`'positions'`, default), or how far and where they move (`'displacements'`). */
  readonly smooth?: 'positions' | 'displacements';
  /** τ, price of missing the weights for `'unbalanced'`, in units of the scaled cost. In (0, ∞), default 1. */
  readonly marginalRegularization?: number;
  /** Share of the mass that `'partial'` moves. In (0, 1], default 0.9. */
  readonly mass?: number;
  /** What squared distances are divided by: their `'max'` (default), `'median'`, `'mean'`, or `'none'`. */
  readonly costScale?: CostScale;
  /** Steps of the solver at most; `'auto'` (default) leaves it to the solver, and is 10 for `'lp-l1'`. */
  readonly maxIterations?: number | 'auto';
}

export const transportSchema: OptionSchema<TransportPlanOptions> = {
  plan: {
    type: 'choice',
    values: ['exact', 'entropic', 'lp-l1', 'l1-l2', 'laplacian', 'unbalanced', 'partial'],
    default: 'exact',
    description: 'Which transport problem is solved.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 0.01,
    description: 'ε, weight of the entropy, in units of the scaled cost.',
    effect: 'Larger values spread the plan and are faster.',
  },
  classRegularization: {
    type: 'number',
    atLeast: 0,
    default: 0.1,
    description: 'η, weight of the class penalty of "lp-l1" and "l1-l2".',
    effect: 'Larger values let fewer classes send to one target row.',
  },
  laplacianRegularization: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'η, weight of the graphs of "laplacian", per row and in units of the scaled cost.',
    effect: 'Larger values keep neighbours closer together.',
  },
  nNeighbours: {
    type: 'integer',
    atLeast: 1,
    default: 3,
    description: 'Neighbours of each row in the graphs of "laplacian".',
    effect: 'More tie rows to others farther away.',
  },
  smooth: {
    type: 'choice',
    values: ['positions', 'displacements'],
    default: 'positions',
    description: 'What neighbours share under "laplacian": where they end, or how they move.',
  },
  marginalRegularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'τ, price of missing the weights for "unbalanced", in units of the scaled cost.',
    effect: 'Larger values keep closer to the weights.',
  },
  mass: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 0.9,
    description: 'Share of the mass that "partial" moves.',
  },
  costScale: {
    type: 'choice',
    values: ['max', 'median', 'mean', 'none'],
    default: 'max',
    description: 'What squared distances are divided by.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Steps of the solver at most; "auto" leaves it to the solver.',
  },
};

/** What becomes of new rows: what became of the nearest old one, or the mean under the entropic potentials. */
export type NewRows = 'nearest' | 'softmax';

export const newRowsSchema: OptionSchema<{ readonly newRows?: NewRows }> = {
  newRows: {
    type: 'choice',
    values: ['nearest', 'softmax'],
    default: 'nearest',
    description: 'What becomes of new rows; "softmax" needs the plan "entropic".',
  },
};

/** Refuses `'softmax'` for a plan without entropic potentials. */
export function checkNewRows(
  who: string,
  options: { readonly plan: string; readonly newRows: NewRows },
): void {
  if (options.newRows !== 'softmax' || options.plan === 'entropic') return;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"newRows" can be "softmax" only with the plan "entropic"; received "${options.plan}". Take "nearest".`,
    details: { option: 'newRows', received: 'softmax' },
  });
}
