import { link, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { formatRow, formatTable, parseTable, tableOf } from '@graft-ml/datasets';
import {
  readNpy,
  readSvmlight,
  readTable,
  streamTableFile,
  writeAtomically,
  writeTable,
} from '@graft-ml/datasets/node';

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-datasets-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('reading files', () => {
  it('reads tables whole and in pieces, plain and gzipped', async () => {
    await writeFile(at('a.csv'), 'n\n1\n2\n3\n');
    await writeFile(at('a.csv.gz'), gzipSync('n\n1\n2\n3\n'));
    for (const name of ['a.csv', 'a.csv.gz']) {
      expect((await readTable(at(name))).rows).toBe(3);
      const rows: number[] = [];
      for await (const table of streamTableFile(at(name), { chunkRows: 2 })) rows.push(table.rows);
      expect(rows).toEqual([2, 1]);
    }
  });

  it('names the file in errors about what it holds', async () => {
    await writeFile(at('bad.csv'), 'a,b\n1\n');
    await expect(readTable(at('bad.csv'))).rejects.toThrow(`${at('bad.csv')}, line 2 has 1 cells`);
    await expect(readNpy(at('bad.csv'))).rejects.toThrow(`${at('bad.csv')} is not a .npy file`);
    await expect(readSvmlight(at('bad.csv'))).rejects.toThrow(`${at('bad.csv')}, line 1`);
  });

  it('says IO, with the path and the reason, for files that cannot be read', async () => {
    const missing = { code: 'IO', details: { systemCode: 'ENOENT', path: at('no.csv') } };
    await expect(readTable(at('no.csv'))).rejects.toMatchObject(missing);
    await expect(readTable(at('no.csv'))).rejects.toThrow('it does not exist');
    await expect(readNpy(at('no.csv'))).rejects.toMatchObject(missing);
    await expect(readSvmlight(at('no.csv'))).rejects.toMatchObject(missing);
    await expect(streamTableFile(at('no.csv')).next()).rejects.toMatchObject(missing);
    await expect(readTable(folder)).rejects.toThrow('it is a folder');
  });
});

describe('writeAtomically', () => {
  it('writes text, bytes and pieces, and leaves no other file behind', async () => {
    await writeAtomically(at('a'), 'text');
    await writeAtomically(at('b'), Uint8Array.of(98, 99));
    await writeAtomically(at('c'), async (write) => {
      await write('one ');
      await write(new TextEncoder().encode('two'));
    });
    const read = await Promise.all(['a', 'b', 'c'].map((name) => readFile(at(name), 'utf8')));
    expect(read).toEqual(['text', 'bc', 'one two']);
    expect(await readdir(folder)).toEqual(['a', 'b', 'c']);
  });

  it('shows no half-written file, and keeps the old one when the content fails', async () => {
    await writeFile(at('out.csv'), 'old');
    const failing = writeAtomically(at('out.csv'), async (write) => {
      await write('half of the ne');
      expect(await readFile(at('out.csv'), 'utf8')).toBe('old');
      throw new RangeError('the model broke');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await readFile(at('out.csv'), 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['out.csv']);
  });

  it('replaces the file at its path only: another name of the old file keeps the old content', async () => {
    await writeFile(at('old'), 'old');
    await link(at('old'), at('second name'));
    await writeAtomically(at('old'), 'new');
    expect(await readFile(at('second name'), 'utf8')).toBe('old');
  });

  it('follows a link and leaves it in place', async () => {
    await writeFile(at('real'), 'old');
    await symlink(at('real'), at('link'));
    await writeAtomically(at('link'), 'new');
    expect(await readFile(at('real'), 'utf8')).toBe('new');
  });

  it('writes straight into what is no regular file', async () => {
    await expect(writeAtomically('/dev/null', 'gone')).resolves.toBeUndefined();
  });

  it('says IO and the reason where it cannot write', async () => {
    await expect(writeAtomically(at('no/out.csv'), 'x')).rejects.toMatchObject({ code: 'IO' });
    await expect(writeAtomically(at('no/out.csv'), 'x')).rejects.toThrow(
      'its folder does not exist',
    );
    await expect(writeAtomically(folder, 'x')).rejects.toThrow('it is a folder');
    await writeFile(at('file'), '');
    await expect(writeAtomically(at('file/out'), 'x')).rejects.toThrow('a file, not a folder');
    expect(await readdir(folder)).toEqual(['file']);
  });
});

describe('writing tables', () => {
  it('reads back exactly what it wrote', async () => {
    const table = await parseTable(
      'name,value\n"a, ""b""",0.1\n"two\nlines",1e-300\n" spaced ",\nplain,-1.7976931348623157e308\n',
    );
    await writeTable(at('t.csv'), table);
    const read = await readTable(at('t.csv'));
    expect(read.columns).toEqual(table.columns);
    await writeTable(at('t.tsv'), table, { delimiter: '\t' });
    expect((await readTable(at('t.tsv'))).columns).toEqual(table.columns);
  });

  it('quotes only what needs it', () => {
    expect(formatRow(['a', 1.5, 'b,c', 'say "x"', ''])).toBe('a,1.5,"b,c","say ""x""",\n');
    expect(formatRow(['b,c', 'd;e'], { delimiter: ';' })).toBe('b,c;"d;e"\n');
    expect(formatRow([''])).toBe('""\n');
  });

  it('makes a table of features with their labels in front', () => {
    const x = { rows: 2, columns: 2, data: Float64Array.of(1, 2, 3, 4) };
    const named = tableOf('t', x, ['a', 'b'], { name: 'y', values: ['u', 'v'] });
    expect([...formatTable(named)].join('')).toBe('y,a,b\nu,1,2\nv,3,4\n');
    const numbered = tableOf('t', x, ['a', 'b'], { name: 'y', values: Float64Array.of(7, 8) });
    expect([...formatTable(numbered)].join('')).toBe('y,a,b\n7,1,2\n8,3,4\n');
    expect([...formatTable(tableOf('t', x, ['a', 'b']))].join('')).toBe('a,b\n1,2\n3,4\n');
  });
});
