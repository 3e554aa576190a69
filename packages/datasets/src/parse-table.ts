import type { ByteSource } from './internal/bytes.js';
import { checkCounts } from './internal/check-options.js';
import { checkedRecords, contextOf } from './internal/checked-records.js';
import type { ColumnKind } from './internal/column-builder.js';
import type { CsvRecord } from './internal/csv-records.js';
import { TableBuilder } from './internal/table-builder.js';
import type { Table } from './table.js';

export interface TableOptions {
  /** What messages call the input. Default `the table`. */
  readonly name?: string;
  /** What stands between cells, one character. Default: comma, tab or semicolon, whichever the first line has most of. */
  readonly delimiter?: string;
  /** Whether the first line holds the column names; otherwise they are `f0`, `f1`, … Default true. */
  readonly header?: boolean;
  /** The columns that must hold numbers; all others are then text. Default: a column is numeric where every filled cell is a number. */
  readonly numeric?: readonly string[];
}

export interface TableStreamOptions extends TableOptions {
  /** Rows per table handed out, at least 1. Default 1024. More is a little faster and takes more memory. */
  readonly chunkRows?: number;
}

/** Reads CSV or TSV text, plain or gzipped, into a table.
 *
 * Quoted cells, a byte order mark, any line ends and blank lines are understood. Numbers are decimal; `nan` and `inf` in a
 * numeric column are kept and refused where they would be used. Nothing is repaired.
 * Errors: `INVALID_DATA`, naming the line, for an empty input, no rows, a row of another length, a name that is missing or
 * there twice, open quotes, text in a column of `numeric`, input that is not UTF-8, damaged gzip.
 *
 * Example   const table = await parseTable('height,kind\n1.5,cat\n0.7,dog\n');
 */
export async function parseTable(
  input: string | Uint8Array,
  options: TableOptions = {},
): Promise<Table> {
  const who = 'parseTable';
  let kinds = new Map<string, ColumnKind>();
  for (;;) {
    let table: TableBuilder | undefined;
    for await (const records of checkedRecords(input, options, who)) {
      table ??= new TableBuilder(contextOf(options, who), records.names, options.numeric, kinds);
      for (const record of records.rows) table.add(record);
    }
    // A column that began with numbers and holds text further down is read once more, as text.
    if (table!.mixed) kinds = table!.kinds();
    else return table!.build();
  }
}

/** Reads CSV or TSV in pieces of rows, for files larger than memory.
 *
 * Like {@link parseTable}, but without `numeric` the first piece decides which columns are numeric; text in one of them further
 * down is an error that names line and column.
 *
 * Example   for await (const rows of streamTable(response.body, { numeric: ['height'] })) …
 */
export async function* streamTable(
  source: ByteSource,
  options: TableStreamOptions = {},
): AsyncGenerator<Table> {
  const who = 'streamTable';
  const { chunkRows = 1024 } = options;
  checkCounts(who, { chunkRows });
  const context = contextOf(options, who);
  let names: readonly string[] = [];
  let kinds: ReadonlyMap<string, ColumnKind> | undefined;
  const waiting: CsvRecord[] = [];
  const take = (): Table => {
    const rows = waiting.splice(0, chunkRows);
    const fill = (given: ReadonlyMap<string, ColumnKind>) => {
      const table = new TableBuilder(context, names, options.numeric, given, kinds !== undefined);
      for (const record of rows) table.add(record);
      return table;
    };
    let table = fill(kinds ?? new Map());
    if (table.mixed) table = fill(table.kinds());
    kinds ??= table.kinds();
    return table.build();
  };
  for await (const records of checkedRecords(source, options, who)) {
    names = records.names;
    for (const record of records.rows) waiting.push(record);
    while (waiting.length >= chunkRows) yield take();
  }
  if (waiting.length > 0) yield take();
}
