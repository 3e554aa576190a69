import type {
  ClassificationTask,
  DenseMatrix,
  Diagnostics,
  FittedState,
  MatrixInput,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import { checkRows, denseMatrix, Model, StateReader, TransferError } from '@graft-ml/core';
import { SupportVectorModel } from '@graft-ml/learners';
import { readDiagnostics } from './internal/diagnostics.js';
import { readClasses } from './internal/read-classes.js';

/** Support vector machines of one class against all others: the class of the largest score wins, of equal ones the first. */
export class OneAgainstRestModel extends Model {
  readonly task: ClassificationTask;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  /** One per class, positive for that class; for two classes one, positive for the first. */
  readonly machines: readonly SupportVectorModel[];
  readonly #method: { readonly id: string; readonly name: string };

  /** `method` is the class that fitted it: its id stands in the state, its name in errors. */
  constructor(
    method: { readonly id: string; readonly name: string },
    task: ClassificationTask,
    machines: readonly SupportVectorModel[],
    diagnostics: Diagnostics,
  ) {
    super();
    this.#method = method;
    this.task = task;
    this.machines = machines;
    this.nFeatures = machines[0].nFeatures;
    this.diagnostics = diagnostics;
  }

  /** How far inside its class each machine sees a row [rows, classes]. */
  async scores(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    const rows = checkRows(this.#method.name, x, this.nFeatures);
    const scores = denseMatrix(rows.rows, this.task.classes.length);
    for (const [c, machine] of this.machines.entries()) {
      const { data } = await machine.scores(rows, run);
      for (let i = 0; i < rows.rows; i++) scores.data[i * scores.columns + c] = data[i];
    }
    if (this.machines.length === 1)
      for (let i = 0; i < rows.rows; i++) scores.data[2 * i + 1] = -scores.data[2 * i];
    return scores;
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    const { rows, columns, data } = await this.scores(x, run);
    return Float64Array.from({ length: rows }, (_, i) => {
      let best = 0;
      for (let c = 1; c < columns; c++)
        if (data[i * columns + c] > data[i * columns + best]) best = c;
      return best;
    });
  }

  override toState(): FittedState {
    return {
      id: this.#method.id,
      version: 1,
      values: {
        classes: [...this.task.classes],
        machines: this.machines.length,
        diagnostics: { ...this.diagnostics },
      },
      arrays: {},
      parts: Object.fromEntries(
        this.machines.map((machine, c) => [`machine ${c}`, machine.toState()]),
      ),
    };
  }

  /** Reads the state of a model that `method` fitted. Errors: `INVALID_ARTEFACT`. */
  static read(
    method: { readonly id: string; readonly name: string },
    state: FittedState,
    context: RestoreContext,
  ): OneAgainstRestModel {
    const reader = new StateReader(state, method.id, 1);
    const classes = readClasses(method.name, reader.value('classes'));
    const machines = Array.from({ length: reader.number('machines', true) }, (_, c) =>
      reader.part(`machine ${c}`, context),
    );
    const fits = machines.length === (classes.length === 2 ? 1 : classes.length);
    if (fits && machines.every((machine) => machine instanceof SupportVectorModel)) {
      const task: ClassificationTask = { kind: 'classification', classes };
      const diagnostics = readDiagnostics(reader.value('diagnostics'));
      return new OneAgainstRestModel(method, task, machines, diagnostics);
    }
    throw new TransferError({
      code: 'INVALID_ARTEFACT',
      who: method.name,
      message: 'cannot be read back: it does not hold one machine per class.',
    });
  }
}
