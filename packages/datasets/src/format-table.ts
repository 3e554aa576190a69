import type { Label } from '@graft-ml/core';
import type { Column, Table } from './table.js';

export interface FormatOptions {
  /** What stands between cells. Default a comma. */
  readonly delimiter?: string;
}

/** The table as CSV text in pieces of some rows, header first, so that large tables can be written as a stream.
 *
 * Numbers are written in the fewest digits that read back exactly, NaN as an empty cell.
 * Example   for (const text of formatTable(table)) await write(text);
 */
export function* formatTable(table: Table, options: FormatOptions = {}): Generator<string> {
  const { columns } = table;
  yield formatRow(
    columns.map((column) => column.name),
    options,
  );
  const cells = new Array<string | number>(columns.length);
  for (let from = 0; from < table.rows; from += 256) {
    let text = '';
    for (let i = from; i < Math.min(from + 256, table.rows); i++) {
      for (let j = 0; j < cells.length; j++) cells[j] = cellOf(columns[j]!, i);
      text += formatRow(cells, options);
    }
    yield text;
  }
}

/** One line of CSV, ended: cells with the delimiter, a quote, a line break or spaces at their ends are quoted. */
export function formatRow(
  cells: readonly (string | number)[],
  { delimiter = ',' }: FormatOptions = {},
): string {
  // A line of one empty cell would be a blank line, which readers skip.
  if (cells.length === 1 && cells[0] === '') return '""\n';
  return `${cells.map((cell) => quoted(String(cell), delimiter)).join(delimiter)}\n`;
}

/** A table of numeric features with, in front, the labels under the name `label`, ready for {@link formatTable}. */
export function tableOf(
  name: string,
  x: { readonly rows: number; readonly columns: number; readonly data: Float64Array },
  featureNames: readonly string[],
  labels?: { readonly name: string; readonly values: ArrayLike<Label> },
): Table {
  const features = featureNames.map((feature, j): Column => {
    const values = new Float64Array(x.rows);
    for (let i = 0; i < x.rows; i++) values[i] = x.data[i * x.columns + j]!;
    return { name: feature, kind: 'numeric', values };
  });
  return {
    name,
    rows: x.rows,
    columns: labels ? [labelColumn(labels.name, labels.values), ...features] : features,
  };
}

function labelColumn(name: string, values: ArrayLike<Label>): Column {
  const labels = Array.from(values);
  return labels.every((label) => typeof label === 'number')
    ? { name, kind: 'numeric', values: Float64Array.from(labels) }
    : { name, kind: 'text', values: labels.map(String) };
}

function cellOf(column: Column, row: number): string | number {
  const value = column.values[row]!;
  return Number.isNaN(value) ? '' : value;
}

function quoted(cell: string, delimiter: string): string {
  const plain = !cell.includes(delimiter) && !/["\r\n]|^\s|\s$/.test(cell);
  return plain ? cell : `"${cell.replaceAll('"', '""')}"`;
}
