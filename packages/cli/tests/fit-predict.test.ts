import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { graft, workspace } from './graft.js';

const { folder, remove } = workspace();
const file = (name: string) => join(folder, name);
const fit = (...args: string[]) =>
  graft(
    ['fit', '--source', 'source.csv', '--target', 'target.csv', '--label', 'kind', ...args],
    folder,
  );

afterAll(remove);

describe('graft fit and graft predict', () => {
  it('keep a model and apply it to new rows', async () => {
    const fitted = await fit('--recipe', 'coral', '--out', 'model.safetensors');
    expect(fitted).toMatchObject({ code: 0, stderr: '' });
    const [, kept] = /^Fitted (\S+) on 90 source/m.exec(fitted.stdout) ?? [];
    expect(fitted.stdout).toMatch(new RegExp(`^Guard: (use|keep) ${kept}\\b`, 'm'));
    const { code, stdout } = await graft(
      ['predict', '--model', 'model.safetensors', '--input', 'target.csv', '--proba'],
      folder,
    );
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toBe('prediction,probability ant,probability bee,probability cow');
    expect(lines).toHaveLength(61);
    for (const line of lines.slice(1)) {
      const [label, ...shares] = line.split(',');
      expect(['ant', 'bee', 'cow']).toContain(label);
      expect(shares.map(Number).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    }
  });

  it('write the same file for the same data and seed', async () => {
    const asked = ['--recipe', 'jda:nComponents=2', '--no-guard'];
    const { stdout } = await fit(...asked, '--out', 'a.safetensors');
    expect(stdout).toMatch(/^Fitted jda:nComponents=2 on/);
    await fit(...asked, '--out', 'b.safetensors');
    expect(readFileSync(file('a.safetensors')).equals(readFileSync(file('b.safetensors')))).toBe(
      true,
    );
  });

  it('predict a file longer than one chunk as its rows one by one', async () => {
    await fit('--recipe', 'coral', '--learner', '1nn', '--out', 'nn.safetensors');
    const [header, ...rows] = readFileSync(file('target.csv'), 'utf8').trim().split('\n');
    writeFileSync(
      file('long.csv'),
      [header, ...Array.from({ length: 3000 }, (_, i) => rows[i % rows.length])].join('\n'),
    );
    const short = await graft(
      ['predict', '--model', 'nn.safetensors', '--input', 'target.csv'],
      folder,
    );
    await graft(
      ['predict', '--model', 'nn.safetensors', '--input', 'long.csv', '--out', 'long-out.csv'],
      folder,
    );
    const expected = short.stdout.trim().split('\n').slice(1);
    const received = readFileSync(file('long-out.csv'), 'utf8').trim().split('\n').slice(1);
    expect(received).toEqual(Array.from({ length: 3000 }, (_, i) => expected[i % expected.length]));
  });

  it('refuse a damaged model, rows that lack a column, and probabilities that are not there', async () => {
    await fit('--recipe', 'coral', '--out', 'cut.safetensors');
    truncateSync(file('cut.safetensors'), 900);
    writeFileSync(file('narrow.csv'), 'height,width\n1,2\n');
    const refused = async (...args: string[]) => {
      const { code, stderr } = await graft(['predict', ...args], folder);
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refused('--model', 'cut.safetensors', '--input', 'target.csv')).toContain(
      'not a readable safetensors file',
    );
    expect(await refused('--model', 'source.csv', '--input', 'target.csv')).toContain(
      'not a readable safetensors file',
    );
    await fit('--recipe', 'coral', '--out', 'whole.safetensors');
    expect(await refused('--model', 'whole.safetensors', '--input', 'narrow.csv')).toMatch(
      /"weight"/,
    );
    await fit('--recipe', 'coral', '--learner', 'ridge-classifier', '--out', 'ridge.safetensors');
    expect(
      await refused('--model', 'ridge.safetensors', '--input', 'target.csv', '--proba'),
    ).toContain('no probabilities');
  });
});

describe('graft list', () => {
  it('shows every method once, and one with its options', async () => {
    const { stdout } = await graft(['list'], folder);
    for (const name of ['coral', 'logistic-regression', 'classifier-density-ratio', 'procrustes']) {
      expect(stdout.match(new RegExp(`(?<![\\w-])${name} `, 'g'))).toHaveLength(1);
    }
    const one = await graft(['list', 'coral'], folder);
    expect(one.stdout).toMatch(/regularization\s+a number in \[0, ∞\), default 1/);
  });

  it('is JSON for programs', async () => {
    const { stdout } = await graft(['list', '--json'], folder);
    const methods = JSON.parse(stdout) as { id: string; setting: { role: string } }[];
    expect(methods.find(({ id }) => id === 'feature-based/coral')?.setting.role).toBe('feature');
  });
});
