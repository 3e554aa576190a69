import { TransferError } from './errors.js';

/** Rows are samples: `data[i * columns + j]` is feature `j` of sample `i`. */
export interface DenseMatrix {
  readonly format: 'dense';
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** Compressed sparse rows: row `i` owns the entries `rowStarts[i] … rowStarts[i + 1] - 1`, column indices ascending. */
export interface SparseMatrix {
  readonly format: 'csr';
  readonly rows: number;
  readonly columns: number;
  readonly rowStarts: Int32Array;
  readonly columnIndices: Int32Array;
  readonly values: Float64Array;
}

export type Matrix = DenseMatrix | SparseMatrix;

/** What every method accepts where it needs a matrix. Ready-made matrices are used as they are, never copied or changed. */
export type MatrixInput =
  | Matrix
  | readonly (readonly number[] | Float64Array | Float32Array)[]
  | { readonly rows: number; readonly columns: number; readonly data: ArrayLike<number> };

/** Makes a dense matrix over `data` (not copied), or of zeros. */
export function denseMatrix(rows: number, columns: number, data?: Float64Array): DenseMatrix {
  const values = data ?? new Float64Array(rows * columns);
  if (values.length !== rows * columns) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who: 'denseMatrix',
      message: `expected ${rows} × ${columns} = ${rows * columns} values; received ${values.length}.`,
      details: { argument: 'data', expected: rows * columns, received: values.length },
    });
  }
  return { format: 'dense', rows, columns, data: values };
}

/** Turns any accepted input into a matrix, and refuses what is ragged, NaN or infinite: says which row and column. */
export function toMatrix(input: MatrixInput, who: string, argument: string): Matrix {
  const matrix = shapeOf(input, who, argument);
  const bad = firstNonFinite(matrix);
  if (bad) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"${argument}" must hold finite numbers; row ${bad.row}, column ${bad.column} is ${bad.value}. Fill or drop such rows first.`,
      details: { argument, reason: 'non-finite', row: bad.row, column: bad.column },
    });
  }
  return matrix;
}

/** The dense form of a matrix; a dense one is returned as it is. */
export function toDense(matrix: Matrix): DenseMatrix {
  if (matrix.format === 'dense') return matrix;
  const { rows, columns, rowStarts, columnIndices, values } = matrix;
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let p = rowStarts[i]!; p < rowStarts[i + 1]!; p++)
      data[i * columns + columnIndices[p]!] = values[p]!;
  }
  return { format: 'dense', rows, columns, data };
}

/** The rows of `matrix` at `indices`, in that order, as a new matrix of the same format. */
export function selectRows(matrix: Matrix, indices: ArrayLike<number>): Matrix {
  const rows = indices.length;
  const { columns } = matrix;
  if (matrix.format === 'dense') {
    const data = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      const from = indices[i]! * columns;
      data.set(matrix.data.subarray(from, from + columns), i * columns);
    }
    return { format: 'dense', rows, columns, data };
  }
  const rowStarts = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    rowStarts[i + 1] =
      rowStarts[i]! + matrix.rowStarts[indices[i]! + 1]! - matrix.rowStarts[indices[i]!]!;
  }
  const columnIndices = new Int32Array(rowStarts[rows]!);
  const values = new Float64Array(rowStarts[rows]!);
  for (let i = 0; i < rows; i++) {
    const from = matrix.rowStarts[indices[i]!]!;
    const to = matrix.rowStarts[indices[i]! + 1]!;
    columnIndices.set(matrix.columnIndices.subarray(from, to), rowStarts[i]);
    values.set(matrix.values.subarray(from, to), rowStarts[i]);
  }
  return { format: 'csr', rows, columns, rowStarts, columnIndices, values };
}

/** One matrix on top of the other; sparse only when all are sparse. */
export function stackRows(parts: readonly Matrix[]): Matrix {
  const columns = parts[0]?.columns ?? 0;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const sparse = parts.filter((part) => part.format === 'csr');
  if (sparse.length === parts.length && parts.length > 0) {
    const entries = sparse.reduce((sum, part) => sum + part.values.length, 0);
    const rowStarts = new Int32Array(rows + 1);
    const columnIndices = new Int32Array(entries);
    const values = new Float64Array(entries);
    let row = 0;
    let entry = 0;
    for (const part of sparse) {
      for (let i = 1; i <= part.rows; i++) rowStarts[row + i] = entry + part.rowStarts[i]!;
      columnIndices.set(part.columnIndices, entry);
      values.set(part.values, entry);
      row += part.rows;
      entry += part.values.length;
    }
    return { format: 'csr', rows, columns, rowStarts, columnIndices, values };
  }
  const data = new Float64Array(rows * columns);
  let row = 0;
  for (const part of parts) {
    data.set(toDense(part).data, row * columns);
    row += part.rows;
  }
  return { format: 'dense', rows, columns, data };
}

function shapeOf(input: MatrixInput, who: string, argument: string): Matrix {
  if (Array.isArray(input)) return fromRows(input as readonly ArrayLike<number>[], who, argument);
  if (typeof input !== 'object' || input === null) throw notAMatrix(who, argument, input);
  const given = input as Exclude<MatrixInput, readonly unknown[]>;
  if ('format' in given) {
    checkLayout(given, who, argument);
    return given;
  }
  if (!('data' in given)) throw notAMatrix(who, argument, input);
  const data = given.data instanceof Float64Array ? given.data : Float64Array.from(given.data);
  if (data.length !== given.rows * given.columns) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"${argument}" says ${given.rows} × ${given.columns} but holds ${data.length} values.`,
      details: { argument, expected: given.rows * given.columns, received: data.length },
    });
  }
  return { format: 'dense', rows: given.rows, columns: given.columns, data };
}

function fromRows(rows: readonly ArrayLike<number>[], who: string, argument: string): DenseMatrix {
  const columns = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw new TransferError({
        code: 'SHAPE_MISMATCH',
        who,
        message: `"${argument}" is ragged: row 0 has ${columns} values, row ${i} has ${row.length}.`,
        details: { argument, row: i, expected: columns, received: row.length },
      });
    }
    for (let j = 0; j < columns; j++) {
      const value: unknown = row[j];
      if (typeof value !== 'number') {
        throw new TransferError({
          code: 'INVALID_DATA',
          who,
          message: `"${argument}" must hold numbers; row ${i}, column ${j} is ${JSON.stringify(value)}. Encode text columns first.`,
          details: { argument, reason: 'not-a-number', row: i, column: j },
        });
      }
      data[i * columns + j] = value;
    }
  });
  return { format: 'dense', rows: rows.length, columns, data };
}

function checkLayout(matrix: Matrix, who: string, argument: string): void {
  const fits =
    matrix.format === 'dense'
      ? matrix.data.length === matrix.rows * matrix.columns
      : isCompressed(matrix);
  if (!fits) throw notAMatrix(who, argument, matrix);
}

/** Row starts ascend from 0 to the number of values; within a row the column indices ascend and stay inside. */
function isCompressed({ rows, columns, rowStarts, columnIndices, values }: SparseMatrix): boolean {
  if (rowStarts.length !== rows + 1 || columnIndices.length !== values.length) return false;
  if (rowStarts[0] !== 0 || rowStarts[rows] !== values.length) return false;
  for (let i = 0; i < rows; i++) {
    let previous = -1;
    if (rowStarts[i + 1]! < rowStarts[i]!) return false;
    for (let p = rowStarts[i]!; p < rowStarts[i + 1]!; p++) {
      if (columnIndices[p]! <= previous || columnIndices[p]! >= columns) return false;
      previous = columnIndices[p]!;
    }
  }
  return true;
}

function notAMatrix(who: string, argument: string, received: unknown): TransferError {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}" must be a matrix, an array of rows or { rows, columns, data } of matching sizes; received ${describe(received)}.`,
    details: { argument },
  });
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  const { format, rows, columns } = value as Partial<DenseMatrix>;
  return format
    ? `a ${String(format)} matrix whose arrays do not fit ${rows} × ${columns}`
    : 'an object without them';
}

function firstNonFinite(
  matrix: Matrix,
): { row: number; column: number; value: number } | undefined {
  const values = matrix.format === 'dense' ? matrix.data : matrix.values;
  if (allFinite(values)) return undefined;
  for (let p = 0; p < values.length; p++) {
    const value = values[p]!;
    if (Number.isFinite(value)) continue;
    if (matrix.format === 'dense') {
      return { row: Math.floor(p / matrix.columns), column: p % matrix.columns, value };
    }
    let row = 0;
    while (matrix.rowStarts[row + 1]! <= p) row++;
    return { row, column: matrix.columnIndices[p]!, value };
  }
  return undefined;
}

/** Finite numbers times 0 are 0, others NaN: four sums at a time take half as long as looking at each. */
function allFinite(values: Float64Array): boolean {
  const { length } = values;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let p = 0;
  for (; p + 3 < length; p += 4) {
    a += values[p]! * 0;
    b += values[p + 1]! * 0;
    c += values[p + 2]! * 0;
    d += values[p + 3]! * 0;
  }
  for (; p < length; p++) a += values[p]! * 0;
  return a + b + c + d === 0;
}
