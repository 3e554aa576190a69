import { TransferError } from '@graft-ml/core';

/** A value in foreign JSON together with the path to it, for checks that say what is wrong and where. */
export class Field {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  /** The field called `key`; its value may be undefined. */
  at(key: string): Field {
    const value = this.#object();
    return new Field(
      Object.hasOwn(value, key) ? value[key] : undefined,
      this.path === '' ? key : `${this.path}.${key}`,
    );
  }

  /** All fields of an object. */
  fields(): Field[] {
    return Object.keys(this.#object()).map((key) => this.at(key));
  }

  /** The field called `key`, or undefined where it is left out. */
  optional(key: string): Field | undefined {
    const field = this.at(key);
    return field.value === undefined ? undefined : field;
  }

  /** The entries of a list. */
  list(): Field[] {
    if (!Array.isArray(this.value)) return this.refuse('a list');
    return this.value.map((entry: unknown, i) => new Field(entry, `${this.path}[${i}]`));
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.refuse('a text');
  }

  flag(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.refuse('true or false');
  }

  /** A finite number from `least` to `most`. */
  number(least = -Infinity, most = Infinity): number {
    const { value } = this;
    const fits = typeof value === 'number' && Number.isFinite(value);
    if (fits && value >= least && value <= most) return value;
    return this.refuse(`a finite number${rangeInWords(least, most)}`);
  }

  /** A whole number from `least` to `most`. */
  whole(least = 0, most = Infinity): number {
    const { value } = this;
    const fits = typeof value === 'number' && Number.isSafeInteger(value);
    if (fits && value >= least && value <= most) return value;
    return this.refuse(`a whole number${rangeInWords(least, most)}`);
  }

  oneOf<T extends string>(...words: readonly T[]): T {
    const found = words.find((word) => word === this.value);
    return found ?? this.refuse(words.map((word) => `"${word}"`).join(' or '));
  }

  /** Throws `INVALID_DATA`: this field should be `expected`. */
  refuse(expected: string): never {
    const shown = JSON.stringify(this.value) ?? 'nothing';
    const received = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
    throw new TransferError({
      code: 'INVALID_DATA',
      who: 'readReportInput',
      message: `"${this.path || 'the report'}" must be ${expected}; received ${received}.`,
      details: { argument: this.path, reason: 'invalid-report', expected, received },
    });
  }

  #object(): Record<string, unknown> {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.refuse('an object');
    return value as Record<string, unknown>;
  }
}

function rangeInWords(least: number, most: number): string {
  if (least === -Infinity) return most === Infinity ? '' : ` of at most ${most}`;
  return most === Infinity ? ` of at least ${least}` : ` from ${least} to ${most}`;
}
