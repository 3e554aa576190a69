import { denseMatrix, suggest, type DenseMatrix, type Label } from '@graft-ml/core';
import { cellNumber } from './internal/column-builder.js';
import { invalidData, invalidOption } from './internal/errors.js';

/** A column of numbers; an empty cell is NaN. */
export interface NumericColumn {
  readonly name: string;
  readonly kind: 'numeric';
  readonly values: Float64Array;
}

/** A column of text; an empty cell is the empty string. */
export interface TextColumn {
  readonly name: string;
  readonly kind: 'text';
  readonly values: readonly string[];
}

export type Column = NumericColumn | TextColumn;

/** Rows under named columns, as a CSV file holds them. */
export interface Table {
  /** For messages: the file's path, say. */
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** The line of the file that each row begins on, from 1. Absent for tables that came from no file. */
  readonly lines?: Int32Array;
}

export interface TableDomainOptions {
  /** The column that holds the labels. Default: none. */
  readonly label?: string;
  /** The columns that are features, in this order. Default: all but `label` and `ignore`. */
  readonly features?: readonly string[];
  /** Columns that are neither feature nor label, an id say. Default: none. */
  readonly ignore?: readonly string[];
}

/** A table as one side of a transfer problem. */
export interface TableDomain {
  readonly name: string;
  /** [rows, features]. */
  readonly x: DenseMatrix;
  readonly featureNames: readonly string[];
  /** One label per row: numbers where the label column is numeric, text otherwise. Absent without `label`. */
  readonly y?: ArrayLike<Label>;
}

/** Turns a table into what a `source` or `target` of `toProblem` takes.
 *
 * Of a target keep `y` apart: `const { y, ...target } = tableToDomain(table, { label: 'class' })`.
 * Errors: `INVALID_DATA`, naming line and column, for a column that is not there, no rows, and features or labels that are
 * empty, NaN, infinite or (features) text; `INVALID_OPTION` for `features` that repeat a column or hold the label.
 *
 * Example   toProblem({ source: tableToDomain(await readTable('s.csv'), { label: 'class' }), target })
 */
export function tableToDomain(table: Table, options: TableDomainOptions = {}): TableDomain {
  const who = 'tableToDomain';
  const { label, ignore = [] } = options;
  if (table.rows === 0) throw invalidData(who, 'no-rows', `${table.name} has no rows.`);
  const others = new Set(label === undefined ? ignore : [label, ...ignore]);
  for (const name of others) findColumn(table, name, who);
  const featureNames =
    options.features ??
    table.columns.map((column) => column.name).filter((name) => !others.has(name));
  if (featureNames.length === 0) {
    const message = `${table.name} has no column left that could be a feature.`;
    throw invalidData(who, 'no-features', message, { name: table.name });
  }
  const distinct = new Set(featureNames);
  if (distinct.size < featureNames.length || (label !== undefined && distinct.has(label))) {
    const constraint = 'different columns, the label not among them';
    throw invalidOption(who, 'features', constraint, featureNames.join(', '));
  }
  const x = denseMatrix(table.rows, featureNames.length);
  featureNames.forEach((name, j) => {
    const values = numbersOf(table, findColumn(table, name, who), who);
    for (let i = 0; i < table.rows; i++) x.data[i * x.columns + j] = values[i]!;
  });
  const domain = { name: table.name, x, featureNames };
  return label === undefined ? domain : { ...domain, y: labelsOf(table, label, who) };
}

/** The column called `name`. Errors: `INVALID_DATA` with the nearest names where there is none. */
export function findColumn(table: Table, name: string, who = 'findColumn'): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  const known = table.columns.map((candidate) => candidate.name);
  const near = suggest(name, known);
  const shown = near.length ? near : known.slice(0, 10);
  const names = shown.map((candidate) => `"${candidate}"`).join(', ');
  const more = near.length || known.length <= 10 ? '' : `, … (${known.length} columns)`;
  throw invalidData(
    who,
    'unknown-column',
    `there is no column "${name}" in ${table.name}. ${near.length ? 'Did you mean' : 'It has'} ${names}${more}${near.length ? '?' : '.'}`,
    { name: table.name, column: name, near, known },
  );
}

/** Where row `row` stands, for messages: `s.csv, line 7` or `the table, row 5`. */
export function rowPlace(table: Table, row: number): string {
  return table.lines ? `${table.name}, line ${table.lines[row]}` : `${table.name}, row ${row}`;
}

function numbersOf(table: Table, column: Column, who: string): Float64Array {
  if (column.kind === 'text') throw notNumeric(table, column, who);
  for (let i = 0; i < table.rows; i++) {
    const value = column.values[i]!;
    if (Number.isFinite(value)) continue;
    const shown = Number.isNaN(value) ? 'empty or NaN' : value > 0 ? '∞' : '−∞';
    throw badCell(who, table, column.name, i, shown, 'Fill or drop such rows first.');
  }
  return column.values;
}

function notNumeric(table: Table, { name, values }: TextColumn, who: string): Error {
  const row = values.findIndex((cell) => cellNumber(cell) === undefined);
  if (row < 0) {
    const message = `column "${name}" of ${table.name} was read as text. Name it in "numeric" when reading.`;
    return invalidData(who, 'text-column', message, { name: table.name, column: name });
  }
  const advice = 'Features must be numbers: encode the column, or leave it out with "ignore".';
  return badCell(who, table, name, row, JSON.stringify(values[row]), advice);
}

function labelsOf(table: Table, label: string, who: string): ArrayLike<Label> {
  const column = findColumn(table, label, who);
  if (column.kind === 'numeric') return numbersOf(table, column, who);
  const row = column.values.findIndex((cell) => cell === '');
  if (row < 0) return column.values;
  throw badCell(who, table, label, row, 'empty', 'Drop rows without a label.');
}

function badCell(
  who: string,
  table: Table,
  column: string,
  row: number,
  shown: string,
  advice: string,
): Error {
  return invalidData(
    who,
    'bad-cell',
    `${rowPlace(table, row)}: column "${column}" is ${shown}. ${advice}`,
    { name: table.name, row, column, ...(table.lines ? { line: table.lines[row] } : {}) },
  );
}
