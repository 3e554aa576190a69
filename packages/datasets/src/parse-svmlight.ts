import type { SparseMatrix } from '@graft-ml/core';
import { readText, type InputContext } from './internal/bytes.js';
import { checkCounts } from './internal/check-options.js';
import { invalidData } from './internal/errors.js';

export interface SvmlightOptions {
  /** What messages call the input. Default `the data`. */
  readonly name?: string;
  /** The index that stands for the first feature. Default 1, as the format says; many files begin at 0. */
  readonly firstIndex?: 0 | 1;
  /** How many features there are. Default: as many as the largest index needs. Give it where two files shall fit each other. */
  readonly columns?: number;
}

export interface SvmlightData {
  readonly x: SparseMatrix;
  /** The number that begins each line. */
  readonly y: Float64Array;
}

/** Reads SVMlight text (`label index:value …`, `#` begins a comment), plain or gzipped, into sparse rows.
 *
 * Errors: `INVALID_DATA`, naming the line, for what is no number, indices out of range or not ascending, no rows; `qid:` is
 * refused as such, since ranking is not served.
 *
 * Example   const { x, y } = await parseSvmlight('+1 1:0.5 3:2\n-1 2:1\n'); // x is 2 × 3
 */
export async function parseSvmlight(
  input: string | Uint8Array,
  options: SvmlightOptions = {},
): Promise<SvmlightData> {
  const context = { who: 'parseSvmlight', name: options.name ?? 'the data' };
  const { firstIndex = 1, columns } = options;
  if (columns !== undefined) checkCounts(context.who, { columns });
  const labels: number[] = [];
  const rowStarts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  let line = 0;
  let widest = 0;
  for await (const text of linesOf(readText(input, context))) {
    line++;
    const comment = text.indexOf('#');
    const entries = (comment < 0 ? text : text.slice(0, comment)).trim();
    if (entries === '') continue;
    const [label, ...pairs] = entries.split(/\s+/);
    labels.push(toNumber(label!, 'label', line, context));
    let previous = -1;
    for (const pair of pairs) {
      const colon = pair.indexOf(':');
      const index = toIndex(pair.slice(0, Math.max(colon, 0)), pair, line, context) - firstIndex;
      if (index < 0 || index <= previous || (columns !== undefined && index >= columns)) {
        throw badIndex(index, previous, firstIndex, columns, line, context);
      }
      indices.push(index);
      values.push(toNumber(pair.slice(colon + 1), `value of "${pair}"`, line, context));
      previous = index;
    }
    widest = Math.max(widest, previous + 1);
    rowStarts.push(indices.length);
  }
  if (labels.length === 0) {
    throw invalidData(context.who, 'no-rows', `${context.name} has no rows.`, {
      name: context.name,
    });
  }
  const x: SparseMatrix = {
    format: 'csr',
    rows: labels.length,
    columns: columns ?? widest,
    rowStarts: Int32Array.from(rowStarts),
    columnIndices: Int32Array.from(indices),
    values: Float64Array.from(values),
  };
  return { x, y: Float64Array.from(labels) };
}

async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  yield rest;
}

function toNumber(text: string, what: string, line: number, context: InputContext): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw bad(context, line, `the ${what} is ${JSON.stringify(text)}, expected a finite number`);
}

function toIndex(text: string, pair: string, line: number, context: InputContext): number {
  if (/^\d+$/.test(text)) return Number(text);
  const what =
    text === 'qid'
      ? 'has "qid" marks, which belong to ranking'
      : `holds ${JSON.stringify(pair)}, expected "index:value"`;
  throw bad(context, line, what);
}

function badIndex(
  index: number,
  previous: number,
  firstIndex: number,
  columns: number | undefined,
  line: number,
  context: InputContext,
): Error {
  const written = index + firstIndex;
  if (index < 0) {
    return bad(context, line, 'holds index 0; say { firstIndex: 0 } for files that begin there');
  }
  if (index <= previous) {
    const before = previous + firstIndex;
    return bad(context, line, `index ${written} follows ${before}; indices must ascend`);
  }
  return bad(context, line, `index ${written} is beyond the ${columns} columns asked for`);
}

function bad({ who, name }: InputContext, line: number, what: string): Error {
  return invalidData(who, 'svmlight', `${name}, line ${line}: ${what}.`, { name, line });
}
