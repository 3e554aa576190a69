import type { TableOptions } from '../parse-table.js';
import { readText, type ByteSource, type InputContext } from './bytes.js';
import { csvRecords, type CsvRecord } from './csv-records.js';
import { invalidData, invalidOption } from './errors.js';

/** Records under the names of their columns. */
export interface CheckedRecords {
  readonly names: readonly string[];
  readonly rows: readonly CsvRecord[];
}

/** Records under checked names, each of the right length; blank lines are left out. Errors: `INVALID_DATA`, naming the line. */
export async function* checkedRecords(
  source: ByteSource,
  options: TableOptions,
  who: string,
): AsyncGenerator<CheckedRecords> {
  const context = contextOf(options, who);
  const { delimiter, header = true } = options;
  if (delimiter !== undefined && delimiter.length !== 1) {
    throw invalidOption(who, 'delimiter', 'one character', delimiter);
  }
  let names: readonly string[] | undefined;
  let count = 0;
  for await (const batch of csvRecords(readText(source, context), context, delimiter)) {
    const rows: CsvRecord[] = [];
    for (const record of batch) {
      const { cells } = record;
      if (cells.length === 1 && cells[0]!.trim() === '' && names?.length !== 1) continue;
      if (!names) {
        names = header ? headerNames(record, context) : cells.map((_, j) => `f${j}`);
        if (header) continue;
      }
      if (cells.length !== names.length) throw ragged(record, names.length, context);
      rows.push(record);
    }
    count += rows.length;
    if (names && rows.length > 0) yield { names, rows };
  }
  if (count > 0) return;
  const what = names ? 'has column names but no rows' : 'is empty';
  throw invalidData(who, 'no-rows', `${context.name} ${what}.`, { name: context.name });
}

function headerNames({ cells, line }: CsvRecord, { who, name }: InputContext): readonly string[] {
  const seen = new Map<string, number>();
  cells.forEach((cell, j) => {
    const first = seen.get(cell);
    if (cell.trim() === '' || first !== undefined) {
      const what =
        first === undefined
          ? `column ${j + 1} has no name`
          : `columns ${first + 1} and ${j + 1} are both called "${cell}"`;
      const details = { name, line, column: j };
      throw invalidData(
        who,
        'header',
        `${name}, line ${line}: ${what}. Give each column a name of its own.`,
        details,
      );
    }
    seen.set(cell, j);
  });
  return cells;
}

function ragged({ cells, line }: CsvRecord, expected: number, { who, name }: InputContext): Error {
  return invalidData(
    who,
    'ragged',
    `${name}, line ${line} has ${cells.length} cells, expected ${expected}. Quote cells that hold the delimiter.`,
    { name, line, expected, received: cells.length },
  );
}

/** How messages call the input of a table. */
export function contextOf({ name = 'the table' }: TableOptions, who: string): InputContext {
  return { who, name };
}
