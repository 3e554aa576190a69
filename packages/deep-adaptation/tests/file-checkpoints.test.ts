import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FittedState } from '@graft-ml/core';
import { fileCheckpoints } from '@graft-ml/deep-adaptation/node';

const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'graft-checkpoints-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the training in a process of its own, which is killed after `epochs` of them, or not at all. */
async function trainIn(name: string, epochs?: number) {
  if (!existsSync(join(root, 'dist', 'node.js')))
    throw new Error('The package is not built; run "npm test" or "npm run build" at the root.');
  const child = spawn(process.execPath, [
    join(__dirname, 'support', 'training-child.mjs'),
    join(folder, name),
    ...(epochs === undefined ? [] : [String(epochs)]),
  ]);
  let text = '';
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  child.stdout.on('data', (data: Buffer) => {
    text += data.toString();
    if (text.includes(`epoch ${epochs}\n`)) child.kill('SIGKILL');
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const lines = text.split('\n').filter(Boolean);
  const told = lines.filter((line) => line.startsWith('epoch'));
  return { code, complaint, told, weights: lines.slice(told.length) };
}

describe('fileCheckpoints', () => {
  const state: FittedState = {
    id: 'test/state',
    version: 1,
    values: { steps: 3, history: [{ epoch: 1, loss: 0.1 }] },
    arrays: {
      numbers: { shape: [2, 2], data: Float64Array.of(-0, 1e-320, 1 / 3, -7) },
      counts: { shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) },
      none: { shape: [0], data: new Float64Array(0) },
    },
    parts: { inner: { id: 'test/part', version: 2, values: {}, arrays: {}, parts: {} } },
  };

  it('give back what was saved, to the last bit, and keep stages apart', async () => {
    const store = fileCheckpoints(join(folder, 'new', 'deeper'));
    expect(await store.load('fine-tuning 1 of 2')).toBeUndefined();
    await store.save('fine-tuning 1 of 2', state);
    await store.save('a/b', { ...state, values: { steps: 4 } });
    const loaded = await store.load('fine-tuning 1 of 2');
    expect(loaded).toEqual(state);
    expect(Object.is(loaded!.arrays['numbers']!.data[0], -0)).toBe(true);
    expect((await store.load('a/b'))!.values).toEqual({ steps: 4 });
  });

  it('replace a stage as a whole, and leave no other files', async () => {
    const path = join(folder, 'replaced');
    const store = fileCheckpoints(path);
    await store.save('source', state);
    // What a process leaves behind that dies while it writes.
    writeFileSync(join(path, 'source.json.dead.tmp'), '{"id":');
    await store.save('source', { ...state, values: { steps: 9 } });
    expect((await store.load('source'))!.values).toEqual({ steps: 9 });
    expect(readdirSync(path).sort()).toEqual(['source.json', 'source.json.dead.tmp']);
  });

  it('say which file is no checkpoint, and which cannot be written', async () => {
    const path = join(folder, 'damaged');
    const store = fileCheckpoints(path);
    await store.save('source', state);
    const file = join(path, 'source.json');
    const whole = readFileSync(file, 'utf8');
    for (const text of [whole.slice(0, -9), '[]', '{"id":1}', whole.replace('[2,2]', '[3,2]')]) {
      writeFileSync(file, text);
      await expect(store.load('source')).rejects.toMatchObject({ code: 'INVALID_ARTEFACT' });
    }
    const nowhere = fileCheckpoints(file);
    await expect(nowhere.save('source', state)).rejects.toMatchObject({ code: 'IO' });
  });

  it('let a killed training go on, to the same bytes', async () => {
    const whole = await trainIn('whole');
    expect([whole.code, whole.complaint]).toEqual([0, '']);
    expect(whole.weights.length).toBe(4);
    const killed = await trainIn('killed', 3);
    expect([killed.code, killed.told.length, killed.weights]).toEqual([null, 3, []]);
    const resumed = await trainIn('killed');
    expect(resumed.code).toBe(0);
    expect(resumed.told.length).toBe(whole.told.length - 3);
    expect(resumed.weights).toEqual(whole.weights);
  });

  it('are the only part of the package that needs Node', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    const needNode = files.filter(
      (name) =>
        name.endsWith('.ts') &&
        /from 'node:|\bBuffer\./.test(readFileSync(join(root, 'src', name), 'utf8')),
    );
    expect(needNode.sort()).toEqual(['node/file-checkpoints.ts', 'node/state-text.ts']);
    expect(readFileSync(join(root, 'src', 'index.ts'), 'utf8')).not.toContain('./node');
  });
});
