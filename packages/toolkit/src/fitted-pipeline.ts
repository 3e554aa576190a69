import {
  type Diagnostics,
  type DomainRef,
  Fitted,
  type FittedState,
  type FittedStep,
  type Matrix,
  type MatrixInput,
  type RestoreContext,
  type RunOptions,
  StateReader,
  toMatrix,
  TransferError,
} from '@graft-ml/core';

/** Fitted steps, applied one after the other. */
export class FittedPipeline extends Fitted implements FittedStep {
  static readonly id = 'toolkit/pipeline';
  readonly steps: readonly FittedStep[];

  constructor(steps: readonly FittedStep[]) {
    super();
    this.steps = steps;
  }

  get diagnostics(): Diagnostics {
    return { warnings: this.steps.flatMap((step) => step.diagnostics.warnings) };
  }

  async transform(x: MatrixInput, domain: DomainRef, run?: RunOptions): Promise<Matrix> {
    let rows = toMatrix(x, 'pipeline', 'x');
    for (const step of this.steps) rows = await step.transform(rows, domain, run);
    return rows;
  }

  override toState(): FittedState {
    const parts = Object.fromEntries(this.steps.map((step, k) => [`step ${k}`, step.toState()]));
    return {
      id: FittedPipeline.id,
      version: 1,
      values: { nSteps: this.steps.length },
      arrays: {},
      parts,
    };
  }

  static restore(state: FittedState, context: RestoreContext): FittedPipeline {
    const reader = new StateReader(state, FittedPipeline.id, 1);
    const steps = Array.from({ length: reader.number('nSteps', true) }, (_, k) =>
      reader.part(`step ${k}`, context),
    );
    for (const step of steps) {
      if ('transform' in step) continue;
      throw new TransferError({
        code: 'INVALID_ARTEFACT',
        who: FittedPipeline.id,
        message: 'holds a part that is not a step.',
      });
    }
    return new FittedPipeline(steps as FittedStep[]);
  }
}
