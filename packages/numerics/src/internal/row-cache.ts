/** Keeps the rows used last, up to a number of bytes, and asks `compute` for the others. */
export class RowCache {
  readonly #rows = new Map<number, Float64Array>(); // in order of use, oldest first
  readonly #compute: (index: number) => Float64Array;
  readonly #limit: number;

  constructor(compute: (index: number) => Float64Array, length: number, bytes: number) {
    this.#compute = compute;
    this.#limit = Math.max(2, Math.floor(bytes / (8 * Math.max(1, length))));
  }

  get(index: number): Float64Array {
    let row = this.#rows.get(index);
    if (row) this.#rows.delete(index);
    else {
      row = this.#compute(index);
      if (this.#rows.size >= this.#limit) this.#rows.delete(this.#rows.keys().next().value!);
    }
    this.#rows.set(index, row);
    return row;
  }
}
