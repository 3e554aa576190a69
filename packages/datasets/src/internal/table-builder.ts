import { findColumn, type Table } from '../table.js';
import type { InputContext } from './bytes.js';
import { ColumnBuilder, type ColumnKind } from './column-builder.js';
import type { CsvRecord } from './csv-records.js';
import { invalidData } from './errors.js';

/** Collects records into the columns of a table. */
export class TableBuilder {
  readonly #context: InputContext;
  readonly #columns: readonly ColumnBuilder[];
  readonly #fixed: boolean;
  readonly #lines: number[] = [];

  /** `fixed` says that `kinds` are decided: text in a numeric column is then an error. */
  constructor(
    context: InputContext,
    names: readonly string[],
    numeric: readonly string[] | undefined,
    kinds: ReadonlyMap<string, ColumnKind>,
    fixed = false,
  ) {
    this.#context = context;
    this.#fixed = fixed || numeric !== undefined;
    const wanted = numeric && new Set(numeric);
    this.#columns = names.map((name) => {
      const kind = wanted ? (wanted.has(name) ? 'numeric' : 'text') : kinds.get(name);
      return new ColumnBuilder(name, kind);
    });
    for (const name of numeric ?? []) findColumn(this.build(), name, context.who);
  }

  get mixed(): boolean {
    return this.#columns.some((column) => column.mixed);
  }

  kinds(): Map<string, ColumnKind> {
    return new Map(this.#columns.map(({ name, kind }) => [name, kind ?? 'numeric']));
  }

  add({ cells, line }: CsvRecord): void {
    const columns = this.#columns;
    for (let j = 0; j < columns.length; j++) {
      columns[j]!.add(cells[j]!);
      if (this.#fixed && columns[j]!.mixed) throw this.#textCell(columns[j]!.name, cells[j]!, line);
    }
    this.#lines.push(line);
  }

  build(): Table {
    return {
      name: this.#context.name,
      rows: this.#lines.length,
      columns: this.#columns.map((column) => column.build()),
      lines: Int32Array.from(this.#lines),
    };
  }

  #textCell(column: string, cell: string, line: number): Error {
    const { who, name } = this.#context;
    return invalidData(
      who,
      'text-in-numeric-column',
      `${name}, line ${line}: column "${column}" is ${JSON.stringify(cell)}, expected a number.`,
      { name, line, row: this.#lines.length, column, received: cell },
    );
  }
}
