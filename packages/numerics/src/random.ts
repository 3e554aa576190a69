import { TransferError } from '@graft-ml/core';
import { philox } from './internal/philox.js';
import { stableLog } from './internal/stable-log.js';

/** A stream of random numbers with its own position; equal seeds give equal bits in every
 * runtime. */
export interface RandomSource {
  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number;
  /** Standard normal, by the polar method (marsaglia1964) with a logarithm whose bits do not depend
   * on the runtime. */
  normal(): number;
  /** A whole number from 0 to `n − 1`, each exactly equally likely; `n` from 1 to 2⁵³. */
  integer(n: number): number;
  /** The numbers 0 … n − 1 in random order. */
  permutation(n: number): Int32Array;
  /** `count` different numbers out of 0 … n − 1 in random order: draws without replacement. */
  sample(n: number, count: number): Int32Array;
  /** A copy of `items` in random order. */
  shuffle<T>(items: ArrayLike<T>): T[];
  /** One of `items`, each equally likely. */
  choice<T>(items: ArrayLike<T>): T;
  /** An index with probability proportional to its weight; weights are ≥ 0 and not all zero. */
  categorical(weights: ArrayLike<number>): number;
  /** The child stream of that name. It depends on this stream's seed and the name only, not on what
   * was drawn before. */
  stream(name: string | number): RandomSource;
}

/** Makes the random source of a seed: Philox4x32-10 (salmon2011) with the seed as key.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1; anything else is an `INVALID_OPTION` error.
 * @example const random = randomSource(7); const rows = random.stream('split').permutation(100);
 */
export function randomSource(seed: number): RandomSource {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new TransferError({
      code: 'INVALID_OPTION',
      who: 'randomSource',
      message: `"seed" must be a whole number from 0 to 2^53 - 1; received ${String(seed)}.`,
      details: { option: 'seed', received: seed },
    });
  }
  return new PhiloxSource(words(seed));
}

class PhiloxSource implements RandomSource {
  readonly #key: Uint32Array;
  readonly #counter = new Uint32Array(4);
  readonly #block = new Uint32Array(4);
  #used = 4;
  #spareNormal = Number.NaN;

  constructor(key: Uint32Array) {
    this.#key = key;
  }

  uniform(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  normal(): number {
    if (!Number.isNaN(this.#spareNormal)) {
      const spare = this.#spareNormal;
      this.#spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const radius = u * u + v * v;
      if (radius >= 1 || radius === 0) continue;
      const scale = Math.sqrt((-2 * stableLog(radius)) / radius);
      this.#spareNormal = v * scale;
      return u * scale;
    }
  }

  integer(n: number): number {
    checkCount('integer', 'n', n, 1, 0x20000000000000);
    // Draws above the largest multiple of n are thrown away: otherwise small results would be
    // favoured.
    if (n <= 0x100000000) {
      const limit = 0x100000000 - (0x100000000 % n);
      for (;;) {
        const word = this.#word();
        if (word < limit) return word % n;
      }
    }
    const limit = 0x20000000000000 - (0x20000000000000 % n);
    for (;;) {
      const bits = this.uniform() * 0x20000000000000;
      if (bits < limit) return bits % n;
    }
  }

  permutation(n: number): Int32Array {
    return this.sample(n, n);
  }

  sample(n: number, count: number): Int32Array {
    checkCount('sample', 'n', n, 0, 0x7fffffff);
    checkCount('sample', 'count', count, 0, n);
    const picked = new Int32Array(count);
    if (count * 8 < n) {
      const moved = new Map<number, number>();
      for (let i = 0; i < count; i++) {
        const j = i + this.integer(n - i);
        picked[i] = moved.get(j) ?? j;
        moved.set(j, moved.get(i) ?? i);
      }
      return picked;
    }
    const all = new Int32Array(n);
    for (let i = 0; i < n; i++) all[i] = i;
    for (let i = 0; i < count; i++) {
      const j = i + this.integer(n - i);
      picked[i] = all[j];
      all[j] = all[i];
    }
    return picked;
  }

  shuffle<T>(items: ArrayLike<T>): T[] {
    return Array.from(this.permutation(items.length), (i) => items[i]);
  }

  choice<T>(items: ArrayLike<T>): T {
    return items[this.integer(items.length)];
  }

  categorical(weights: ArrayLike<number>): number {
    let total = 0;
    let last = -1;
    for (let i = 0; i < weights.length; i++) {
      if (!(weights[i] >= 0) || weights[i] === Infinity) throw badWeights(i, weights[i]);
      total += weights[i];
      if (weights[i] > 0) last = i;
    }
    if (last < 0) throw badWeights(-1, 0);
    let rest = this.uniform() * total;
    for (let i = 0; i < last; i++) {
      rest -= weights[i];
      if (rest < 0) return i;
    }
    return last;
  }

  stream(name: string | number): RandomSource {
    const text = String(name);
    // Philox of the name under this key. Drawing leaves the counter's fourth word at zero, so no
    // draw repeats a child's key.
    const kind = typeof name === 'number' ? 1 : 2;
    const counter = new Uint32Array([
      fnv1a(text, 0x811c9dc5),
      fnv1a(text, 0x2c1b3c6d),
      text.length,
      kind,
    ]);
    const key = new Uint32Array(4);
    philox(counter, this.#key, key);
    return new PhiloxSource(key.slice(0, 2));
  }

  #word(): number {
    if (this.#used === 4) {
      philox(this.#counter, this.#key, this.#block);
      if (++this.#counter[0] === 0x100000000) this.#counter[1]++;
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }
}

/** A whole number below 2⁵³ as two 32-bit words, lowest first. */
function words(value: number): Uint32Array {
  return new Uint32Array([value >>> 0, Math.floor(value / 0x100000000)]);
}

/** FNV-1a of the UTF-16 code units, two bytes each. */
function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

function checkCount(
  method: string,
  name: string,
  value: number,
  least: number,
  most: number,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who: `RandomSource.${method}`,
    message: `"${name}" must be a whole number from ${least} to ${most}; received ${String(value)}.`,
    details: { option: name, received: value },
  });
}

function badWeights(index: number, received: number): TransferError {
  return new TransferError({
    code: 'INVALID_OPTION',
    who: 'RandomSource.categorical',
    message:
      index < 0
        ? '"weights" must hold at least one number above 0.'
        : `"weights" must be finite and not negative; weights[${index}] is ${received}.`,
    details: { option: 'weights', index, received },
  });
}
