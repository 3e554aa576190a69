import type { FittedState } from '@graft-ml/core';
import type { CheckpointStore } from '@graft-ml/deep-adaptation';

/** Checkpoints that survive an interrupted fit, not the process. */
export class MemoryCheckpoints implements CheckpointStore {
  saves = 0;
  readonly #states = new Map<string, FittedState>();

  async load(stage: string): Promise<FittedState | undefined> {
    return this.#states.get(stage);
  }

  async save(stage: string, state: FittedState): Promise<void> {
    this.saves++;
    this.#states.set(stage, structuredClone(state));
  }
}
