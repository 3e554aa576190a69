import { type FittedState, token, type Token } from '@graft-ml/core';

/** Keeps what training needs to go on after it was interrupted. One store belongs to one training. In Node,
 * `fileCheckpoints` of `@graft-ml/deep-adaptation/node` is one. */
export interface CheckpointStore {
  /** The state last saved for a stage; undefined where there is none. */
  load(stage: string): Promise<FittedState | undefined>;
  /** Replaces the state of a stage, all of it or not at all. Called after every epoch. */
  save(stage: string, state: FittedState): Promise<void>;
}

/** Where deep methods ask for their checkpoints. Default: none are kept. */
export const CheckpointsToken: Token<CheckpointStore> =
  /* @__PURE__ */ token<CheckpointStore>('checkpoints');
