import { invalidData } from './errors.js';
import type { InputContext } from './bytes.js';

/** One record of a CSV file. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** The line it begins on, from 1, as editors count. */
  readonly line: number;
}

/** Splits CSV text into records, a batch per piece of text; blank lines come as one empty cell. */
export async function* csvRecords(
  texts: AsyncIterable<string>,
  context: InputContext,
  delimiter?: string,
): AsyncGenerator<readonly CsvRecord[]> {
  let head = '';
  let splitter: Splitter | undefined;
  for await (const text of texts) {
    if (splitter) {
      yield await splitter.write(text);
      continue;
    }
    head += text;
    if (!/[\r\n]/.test(head)) continue;
    splitter = await openSplitter(context, delimiter ?? commonestDelimiter(head));
    yield await splitter.write(head);
  }
  if (!splitter) {
    splitter = await openSplitter(context, delimiter ?? commonestDelimiter(head));
    yield await splitter.write(head);
  }
  yield await splitter.end();
}

interface Splitter {
  write(text: string): Promise<readonly CsvRecord[]>;
  end(): Promise<readonly CsvRecord[]>;
}

async function openSplitter(context: InputContext, delimiter: string): Promise<Splitter> {
  const { parse } = await import('#csv-parse');
  let batch: CsvRecord[] = [];
  let line = 1;
  let linesSeen = 0;
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    on_record: (cells: string[], { lines }) => {
      batch.push({ cells, line });
      // csv-parse counts a quoted \r\n as two lines, so records of several lines are counted here.
      line += lines - linesSeen === 1 ? 1 : 1 + lineBreaks(cells);
      linesSeen = lines;
      return null;
    },
  });
  const settled = (start: (done: (error?: Error | null) => void) => void) =>
    new Promise<readonly CsvRecord[]>((resolve, reject) => {
      const fail = (error: Error) => reject(malformed(context, line, error));
      parser.removeAllListeners('error').on('error', fail);
      start((error) => {
        if (error) return fail(error);
        resolve(batch);
        batch = [];
      });
    });
  return {
    write: (text) => settled((done) => parser.write(text, done)),
    end: () => settled((done) => parser.end(done)),
  };
}

function commonestDelimiter(head: string): string {
  const firstLine = head.split(/[\r\n]/, 1)[0]!;
  const counts = [',', '\t', ';'].map((mark) => ({ mark, count: firstLine.split(mark).length }));
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).mark;
}

function lineBreaks(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) breaks += cell.split(/\r\n|\r|\n/).length - 1;
  return breaks;
}

function malformed({ who, name }: InputContext, line: number, error: Error): Error {
  const code = 'code' in error ? error.code : undefined;
  const what =
    code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quoted cell begins in this record and never ends'
      : 'a quote stands inside a cell; cells with quotes are written "so ""quoted"" so"';
  const details = { name, line };
  return invalidData(who, 'quotes', `${name}, line ${line}: ${what}.`, details, error);
}
