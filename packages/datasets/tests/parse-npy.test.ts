import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { npyToMatrix, parseNpy } from '@graft-ml/datasets';

interface Case {
  readonly name: string;
  readonly base64: string;
  readonly type: string;
  readonly shape: number[];
  readonly data: number[];
}

const fixture = JSON.parse(readFileSync(join(__dirname, 'fixtures', 'npy.json'), 'utf8')) as {
  readonly readable: Case[];
  readonly refused: Case[];
};

const bytesOf = ({ base64 }: Case) => new Uint8Array(Buffer.from(base64, 'base64'));

describe('parseNpy', () => {
  it.each(fixture.readable.map((one) => [one.name, one] as const))(
    'reads what NumPy wrote: %s',
    async (_, one) => {
      const array = await parseNpy(bytesOf(one));
      expect(array.type).toBe(one.type);
      expect(array.shape).toEqual(one.shape);
      expect(Array.from(array.data)).toEqual(one.data);
      expect(await parseNpy(new Uint8Array(gzipSync(bytesOf(one))))).toEqual(array);
    },
  );

  it.each(fixture.refused.map((one) => [one.name, one] as const))(
    'refuses %s',
    async (name, one) => {
      const error = expect(parseNpy(bytesOf(one), { name: 'a.npy' })).rejects;
      if (name === 'beyond 2^53') {
        await error.toMatchObject({
          code: 'INVALID_DATA',
          message: expect.stringContaining('9007199254740993') as string,
        });
      } else {
        await error.toMatchObject({
          code: 'UNSUPPORTED',
          message: expect.stringContaining("Convert it with astype('<f8')") as string,
        });
      }
    },
  );

  it('refuses other files and files that are cut short', async () => {
    const whole = bytesOf(fixture.readable[1]!);
    await expect(parseNpy(new TextEncoder().encode('a,b\n1,2\n3,4\n5,6\n'))).rejects.toThrow(
      'the array is not a .npy file',
    );
    await expect(parseNpy(new Uint8Array(0))).rejects.toThrow('is not a .npy file');
    await expect(parseNpy(whole.slice(0, -1))).rejects.toThrow('is cut short');
    await expect(parseNpy(whole.slice(0, 40))).rejects.toThrow('header that cannot be read');
  });
});

describe('npyToMatrix', () => {
  it.each([
    [[3, 2], 3, 2],
    [[6], 6, 1],
    [[2, 3, 1], 2, 3],
    [[1, 2, 3], 1, 6],
  ])('takes shape %j for %d × %d', (shape, rows, columns) => {
    const matrix = npyToMatrix({ shape, data: new Float64Array(6), type: '<f8' });
    expect([matrix.rows, matrix.columns]).toEqual([rows, columns]);
  });
});
