/** The nearest rows seen so far, by distance and then by row number, as many as it takes for their weights to reach `need`. */
export class NearestList {
  readonly need: number;
  /** Squared distances, ascending; the first {@link count} are valid. */
  distances: Float64Array = new Float64Array(16);
  /** Row numbers. */
  rows: Int32Array = new Int32Array(16);
  count = 0;
  #total = 0;
  readonly #weights: Float64Array | undefined;

  constructor(need: number, weights?: Float64Array) {
    this.need = need;
    this.#weights = weights;
  }

  clear(): void {
    this.count = 0;
    this.#total = 0;
  }

  /** A row farther than this cannot enter. */
  get reach(): number {
    return this.#total >= this.need ? this.distances[this.count - 1] : Infinity;
  }

  /** Takes in a row if it is near enough. */
  offer(distance: number, row: number): void {
    if (this.#total >= this.need) {
      const last = this.count - 1;
      if (distance > this.distances[last]) return;
      if (distance === this.distances[last] && row > this.rows[last]) return;
    }
    if (this.count === this.rows.length) this.#grow();
    let p = this.count++;
    while (p > 0 && comesAfter(this.distances[p - 1], this.rows[p - 1], distance, row)) {
      this.distances[p] = this.distances[p - 1];
      this.rows[p] = this.rows[p - 1];
      p--;
    }
    this.distances[p] = distance;
    this.rows[p] = row;
    this.#total += this.weightOf(row);
    while (this.#total - this.weightOf(this.rows[this.count - 1]) >= this.need) {
      this.#total -= this.weightOf(this.rows[--this.count]);
    }
  }

  /** How much of entry `p` counts: its weight, of the last one only what is missing to `need`. */
  share(p: number): number {
    const weight = this.weightOf(this.rows[p]);
    const surplus = p === this.count - 1 ? this.#total - this.need : 0;
    return surplus > 0 ? weight - surplus : weight;
  }

  weightOf(row: number): number {
    return this.#weights ? this.#weights[row] : 1;
  }

  #grow(): void {
    const distances = new Float64Array(2 * this.rows.length);
    const rows = new Int32Array(2 * this.rows.length);
    distances.set(this.distances);
    rows.set(this.rows);
    this.distances = distances;
    this.rows = rows;
  }
}

function comesAfter(distance: number, row: number, other: number, otherRow: number): boolean {
  return distance > other || (distance === other && row > otherRow);
}
