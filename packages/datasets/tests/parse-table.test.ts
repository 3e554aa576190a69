import { gzipSync } from 'node:zlib';
import { isTransferError, type TransferError } from '@graft-ml/core';
import { parseTable, streamTable, type Table, type TableOptions } from '@graft-ml/datasets';

async function errorOf(work: Promise<unknown>): Promise<TransferError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isTransferError(error)) throw new Error(`expected a TransferError, got ${String(error)}`);
  return error;
}

const plain = (table: Table) =>
  Object.fromEntries(table.columns.map(({ name, values }) => [name, [...values]]));

describe('parseTable', () => {
  it('reads columns of numbers and of text under their names', async () => {
    const table = await parseTable('height,kind\n1.5,cat\n-2e-3,dog\n');
    expect(table.rows).toBe(2);
    expect(table.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['height', 'numeric'],
      ['kind', 'text'],
    ]);
    expect(plain(table)).toEqual({ height: [1.5, -0.002], kind: ['cat', 'dog'] });
    expect(table.columns[0]!.values).toBeInstanceOf(Float64Array);
  });

  it.each([
    ['bytes', new TextEncoder().encode('a,b\n1,2\n')],
    ['gzipped bytes', new Uint8Array(gzipSync('a,b\n1,2\n'))],
    ['a byte order mark', '\ufeffa,b\n1,2\n'],
    ['tabs', 'a\tb\n1\t2\n'],
    ['semicolons', 'a;b\n1;2\n'],
    ['Windows line ends', 'a,b\r\n1,2\r\n'],
    ['old Macintosh line ends', 'a,b\r1,2\r'],
    ['line ends of two kinds', 'a,b\n1,2\r\n'],
    ['no line end at the end', 'a,b\n1,2'],
    ['blank lines', '\n\na,b\n\n1,2\n\n'],
    ['spaces around numbers', 'a,b\n 1 , 2\n'],
    ['quoted numbers', '"a","b"\n"1","2"\n'],
  ])('understands %s', async (_, input) => {
    expect(plain(await parseTable(input))).toEqual({ a: [1], b: [2] });
  });

  it('reads quoted cells with delimiters, quotes and line breaks, and counts lines as editors do', async () => {
    const table = await parseTable(
      'id,text\r\n1,"a, b"\r\n2,"say ""hi"""\r\n3,"x\r\ny"\r\n4,z\r\n',
    );
    expect(plain(table)).toEqual({ id: [1, 2, 3, 4], text: ['a, b', 'say "hi"', 'x\r\ny', 'z'] });
    expect(Array.from(table.lines!)).toEqual([2, 3, 4, 6]);
  });

  it('keeps characters of several bytes that lie across the pieces it works in', async () => {
    const cells = Array.from({ length: 40_000 }, (_, i) => `ä€😀${i}`);
    const table = await parseTable(`word\n${cells.join('\n')}\n`);
    expect(table.columns[0]!.values).toEqual(cells);
  });

  it('reads a column as text when only a late cell is text, the early cells as they were written', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i}.0,${i}`);
    const table = await parseTable(`code,n\n${rows.join('\n')}\nA7,5\n`);
    expect(table.columns[0]!.kind).toBe('text');
    expect(table.columns[0]!.values.slice(0, 2)).toEqual(['0.0', '1.0']);
    expect(table.columns[0]!.values.at(-1)).toBe('A7');
    expect(table.columns[1]!.kind).toBe('numeric');
  });

  it('keeps an empty cell as NaN in a numeric column and as empty text in a text column', async () => {
    expect(plain(await parseTable('a,b\n,x\n1,\n,\n'))).toEqual({
      a: [NaN, 1, NaN],
      b: ['x', '', ''],
    });
  });

  it('takes nan and inf for numbers, NA and 0x10 for text', async () => {
    const table = await parseTable('a,b,c\nnan,NA,0x10\n-inf,1,2\nInfinity,2,3\n');
    expect(plain(table)).toEqual({
      a: [NaN, -Infinity, Infinity],
      b: ['NA', '1', '2'],
      c: ['0x10', '2', '3'],
    });
  });

  it('names columns f0, f1, … where there is no header', async () => {
    expect(plain(await parseTable('1,2\n3,4\n', { header: false }))).toEqual({
      f0: [1, 3],
      f1: [2, 4],
    });
  });

  it('reads only the columns of "numeric" as numbers where that is given', async () => {
    const table = await parseTable('zip,n\n01,1\n02,2\n', { numeric: ['n'] });
    expect(plain(table)).toEqual({ zip: ['01', '02'], n: [1, 2] });
  });

  it.each<[string, string | Uint8Array, TableOptions, string]>([
    ['an empty input', '', {}, 's.csv is empty.'],
    ['blank lines alone', '\n\n', {}, 's.csv is empty.'],
    ['a header alone', 'a,b\n', {}, 's.csv has column names but no rows.'],
    ['a short row', 'a,b\n1,2\n\n3\n', {}, 's.csv, line 4 has 1 cells, expected 2.'],
    ['a long row', 'a,b\n1,2,3\n', {}, 's.csv, line 2 has 3 cells, expected 2.'],
    ['two columns of one name', 'a,b,a\n1,2,3\n', {}, 'columns 1 and 3 are both called "a"'],
    ['a column without a name', 'a,,b\n1,2,3\n', {}, 'line 1: column 2 has no name'],
    ['a quote that stays open', 'a,b\n1,2\n3,"4\n5,6\n', {}, 's.csv, line 3: a quoted cell begins'],
    ['a quote inside a cell', 'a,b\n1,2"2\n', {}, 's.csv, line 2: a quote stands inside a cell'],
    [
      'text in a numeric column',
      'a,b\n1,2\n1,x\n',
      { numeric: ['a', 'b'] },
      's.csv, line 3: column "b" is "x", expected a number.',
    ],
    ['an unknown numeric column', 'age\n1\n', { numeric: ['aeg'] }, 'no column "aeg" in s.csv'],
    ['bytes that are not UTF-8', Uint8Array.of(97, 10, 0xe4, 10), {}, 's.csv is not UTF-8 text'],
    [
      'gzip that is cut short',
      new Uint8Array(gzipSync('a,b\n1,2\n')).slice(0, 20),
      {},
      'begins like a gzip file but cannot be unpacked',
    ],
  ])('refuses %s', async (_, input, options, message) => {
    const error = await errorOf(parseTable(input, { name: 's.csv', ...options }));
    expect(error.code).toBe('INVALID_DATA');
    expect(error.message).toContain(message);
  });

  it('refuses a delimiter of two characters', async () => {
    const error = await errorOf(parseTable('a,b\n1,2\n', { delimiter: '||' }));
    expect(error.code).toBe('INVALID_OPTION');
  });
});

describe('streamTable', () => {
  const rows = Array.from({ length: 2500 }, (_, i) => `${i},r${i}`);
  const text = `n,name\n${rows.join('\n')}\n`;

  async function collect(stream: AsyncIterable<Table>): Promise<Table[]> {
    const tables: Table[] = [];
    for await (const table of stream) tables.push(table);
    return tables;
  }

  it('hands out the rows of parseTable in pieces of the asked size', async () => {
    const tables = await collect(streamTable(text, { chunkRows: 1000 }));
    expect(tables.map((table) => table.rows)).toEqual([1000, 1000, 500]);
    const whole = plain(await parseTable(text));
    expect(tables.flatMap((table) => [...table.columns[0]!.values])).toEqual(whole['n']);
    expect(tables.flatMap((table) => [...table.columns[1]!.values])).toEqual(whole['name']);
    expect(tables[2]!.lines![0]).toBe(2002);
  });

  it('gives the same whatever the pieces it is fed, gzipped or not', async () => {
    const bytes = new TextEncoder().encode('a,b\n1,"é\r\n"\n2,x\n');
    const expected = (await collect(streamTable(bytes)))[0];
    for (const source of [bytes, new Uint8Array(gzipSync(bytes))]) {
      const bytewise = async function* () {
        for (const byte of source) yield await Promise.resolve(Uint8Array.of(byte));
      };
      expect((await collect(streamTable(bytewise())))[0]).toEqual(expected);
    }
  });

  it('reads a ReadableStream', async () => {
    const stream = new Blob([text]).stream();
    expect((await collect(streamTable(stream, { chunkRows: 5000 })))[0]!.rows).toBe(2500);
  });

  it('refuses text in a column that was numeric in the first piece, naming line and column', async () => {
    const late = collect(streamTable(`a,b\n1,2\n3,4\n5,x\n`, { chunkRows: 2, name: 's.csv' }));
    const error = await errorOf(late);
    expect(error.message).toContain('s.csv, line 4: column "b" is "x", expected a number.');
    expect(error.details).toMatchObject({ line: 4, column: 'b', received: 'x' });
  });

  it('passes on what the source throws', async () => {
    const failing = async function* () {
      yield await Promise.resolve(new TextEncoder().encode('a\n1\n'));
      throw new RangeError('the line is dead');
    };
    await expect(collect(streamTable(failing()))).rejects.toThrow('the line is dead');
  });

  it.each([0, 1.5])('refuses pieces of %s rows', async (chunkRows) => {
    const error = await errorOf(collect(streamTable(text, { chunkRows })));
    expect(error.code).toBe('INVALID_OPTION');
  });

  it('refuses a stream without rows', async () => {
    const error = await errorOf(collect(streamTable('a,b\n')));
    expect(error.message).toContain('no rows');
  });
});
