import { gzipSync } from 'node:zlib';
import { isTransferError, toDense } from '@graft-ml/core';
import { parseSvmlight, type SvmlightOptions } from '@graft-ml/datasets';

const text = '# two rows\n+1 1:0.5 3:-2e1 # first\n\n-1\t2:1\r\n';

describe('parseSvmlight', () => {
  it('reads labels and sparse rows; comments and blank lines do not count', async () => {
    const { x, y } = await parseSvmlight(text);
    expect(Array.from(y)).toEqual([1, -1]);
    expect(x).toMatchObject({ format: 'csr', rows: 2, columns: 3 });
    expect(Array.from(x.rowStarts)).toEqual([0, 2, 3]);
    expect(Array.from(toDense(x).data)).toEqual([0.5, 0, -20, 0, 1, 0]);
    expect(await parseSvmlight(new Uint8Array(gzipSync(text)))).toEqual({ x, y });
  });

  it('counts from 0 and fixes the width where told', async () => {
    const { x } = await parseSvmlight('1 0:7 2:8\n', { firstIndex: 0, columns: 5 });
    expect(Array.from(toDense(x).data)).toEqual([7, 0, 8, 0, 0]);
  });

  it('keeps a row without entries', async () => {
    const { x } = await parseSvmlight('1\n2 1:3\n');
    expect(Array.from(x.rowStarts)).toEqual([0, 0, 1]);
  });

  it.each<[string, string, SvmlightOptions, string]>([
    ['no rows', '# nothing\n', {}, 's.svm has no rows.'],
    ['a label that is no number', 'cat 1:2\n', {}, 'line 1: the label is "cat"'],
    ['a value that is no number', '1 1:2\n1 1:x\n', {}, 'line 2: the value of "1:x" is "x"'],
    ['an infinite value', '1 1:inf\n', {}, 'expected a finite number'],
    ['a value that is missing', '1 1:\n', {}, 'the value of "1:" is ""'],
    ['an entry without a colon', '1 12\n', {}, 'line 1: holds "12", expected "index:value"'],
    ['ranking data', '1 qid:3 1:2\n', {}, 'ranking'],
    ['index 0 where counting begins at 1', '1 0:2\n', {}, 'say { firstIndex: 0 }'],
    ['descending indices', '1 3:1 2:1\n', {}, 'index 2 follows 3; indices must ascend'],
    ['an index twice', '1 3:1 3:1\n', {}, 'index 3 follows 3'],
    ['an index beyond the width', '1 4:1\n', { columns: 3 }, 'index 4 is beyond the 3 columns'],
  ])('refuses %s', async (_, input, options, message) => {
    const work = parseSvmlight(input, { name: 's.svm', ...options });
    const error: unknown = await work.catch((reason: unknown) => reason);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
    expect(String(error)).toContain(message);
  });

  it('refuses a width of 0', async () => {
    await expect(parseSvmlight('1 1:1\n', { columns: 0 })).rejects.toThrow('"columns" must be');
  });
});
