import type { Column } from '../table.js';

export type ColumnKind = Column['kind'];

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const nonFinite = /^(?:nan|[+-]?inf(?:inity)?)$/i;

/** The number a cell spells, NaN for an empty one, `undefined` for other text. */
export function cellNumber(cell: string): number | undefined {
  const text = cell.trim();
  if (decimal.test(text)) return Number(text);
  if (text === '' || !nonFinite.test(text)) return text === '' ? Number.NaN : undefined;
  if (/^nan$/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}

/** Collects the cells of one column. Without a given kind the first cell that is not empty decides. */
export class ColumnBuilder {
  readonly name: string;
  kind: ColumnKind | undefined;
  /** Whether a column that looked numeric turned out to hold text: its cells so far are lost and must be read again. */
  mixed = false;
  #numbers = new Float64Array(256);
  #texts: string[] = [];
  #rows = 0;

  constructor(name: string, kind: ColumnKind | undefined) {
    this.name = name;
    this.kind = kind;
  }

  add(cell: string): void {
    const row = this.#rows++;
    if (this.kind === 'text') {
      this.#texts.push(cell);
      return;
    }
    const value = cellNumber(cell);
    if (value === undefined) {
      this.mixed = this.kind === 'numeric';
      this.kind = 'text';
      this.#texts = new Array<string>(row).fill('');
      this.#texts.push(cell);
      return;
    }
    if (this.kind === undefined && cell.trim() !== '') this.kind = 'numeric';
    if (row === this.#numbers.length) {
      const grown = new Float64Array(2 * row);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[row] = value;
  }

  /** The column; one without any filled cell is numeric. */
  build(): Column {
    const { name } = this;
    if (this.kind === 'text') return { name, kind: 'text', values: this.#texts };
    return { name, kind: 'numeric', values: this.#numbers.slice(0, this.#rows) };
  }
}
