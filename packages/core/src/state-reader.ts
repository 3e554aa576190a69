import { TransferError } from './errors.js';
import type { Fitted, FittedState, JsonValue, RestoreContext } from './fitted.js';
import { denseMatrix, type DenseMatrix } from './matrix.js';

/** Reads a {@link FittedState} and refuses, with `INVALID_ARTEFACT`, what does not fit: `restore` methods need no checks of their own. */
export class StateReader {
  readonly #state: FittedState;

  /** `version` is the newest that the class can read. */
  constructor(state: FittedState, id: string, version: number) {
    this.#state = state;
    if (state.id !== id) this.#fail(`it was written by "${state.id}"`);
    if (!Number.isInteger(state.version) || state.version < 1 || state.version > version) {
      this.#fail(`its version is ${state.version}, this Graft reads up to ${version}`);
    }
  }

  /** The number called `name`; whole where `whole` says so. */
  number(name: string, whole = false): number {
    const value = this.#state.values[name];
    if (typeof value !== 'number' || (whole && !Number.isInteger(value)))
      this.#fail(`"${name}" is not a number`);
    return value as number;
  }

  value(name: string): JsonValue {
    const value = this.#state.values[name];
    if (value === undefined) this.#fail(`"${name}" is missing`);
    return value as JsonValue;
  }

  /** The floating-point array called `name`, of the given shape; −1 accepts any size. */
  array(name: string, ...shape: readonly number[]): Float64Array {
    const array = this.#state.arrays[name];
    if (!array || !(array.data instanceof Float64Array)) this.#fail(`array "${name}" is missing`);
    const fits =
      array!.shape.length === shape.length &&
      array!.shape.every((size, k) => shape[k] === -1 || shape[k] === size);
    const size = array!.shape.reduce((a, b) => a * b, 1);
    if (!fits || size !== array!.data.length) {
      this.#fail(
        `array "${name}" has shape [${array!.shape.join(', ')}], expected [${shape.join(', ')}]`,
      );
    }
    return array!.data as Float64Array;
  }

  /** The matrix called `name`; −1 accepts any size. */
  matrix(name: string, rows = -1, columns = -1): DenseMatrix {
    const data = this.array(name, rows, columns);
    const [m = 0, n = 0] = this.#state.arrays[name]!.shape;
    return denseMatrix(m, n, data);
  }

  has(name: string): boolean {
    return name in this.#state.arrays || name in this.#state.values || name in this.#state.parts;
  }

  /** The part called `name`, brought back by its own class. */
  part(name: string, context: RestoreContext): Fitted {
    const part = this.#state.parts[name];
    if (!part) this.#fail(`part "${name}" is missing`);
    return context.restore(part!);
  }

  #fail(problem: string): never {
    throw new TransferError({
      code: 'INVALID_ARTEFACT',
      who: this.#state.id,
      message: `cannot be read back: ${problem}.`,
      details: { id: this.#state.id, version: this.#state.version },
    });
  }
}
