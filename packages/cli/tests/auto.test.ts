import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { graft, workspace } from './graft.js';

const { folder, remove } = workspace();
const file = (name: string) => join(folder, name);

afterAll(remove);

/** A step that leaves everything as it is, after it has said that it was asked; `slow` waits to be killed the first time. */
const plugin = `
import { existsSync, writeFileSync } from 'node:fs';
class FittedTold {
  diagnostics = { warnings: [] };
  transform = async (x) => x;
  toState = () => ({ id: 'test/told', version: 1, values: {}, arrays: {}, parts: {} });
}
export class Told {
  static id = 'test/told';
  static summary = 'Says that it was asked.';
  static setting = { role: 'feature', features: 'same', sources: 'many', sourceLabels: 'unused', targetLabels: 'unused',
    pairs: 'unused', tasks: ['classification'], corrects: 'nothing', sparse: 'kept' };
  static schema = { place: { type: 'integer', default: 0, description: 'Which one.' } };
  static needs = {};
  static restore = () => new FittedTold();
  produces = 'problem';
  constructor(options) { this.options = options; }
  async fit(problem) {
    process.stderr.write('asked ' + this.options.place + '\\n');
    if (this.options.place === 3 && !existsSync('killed')) {
      writeFileSync('killed', '');
      process.stderr.write('waiting\\n');
      await new Promise(() => setInterval(() => {}, 1000));
    }
    return { problem, fitted: new FittedTold() };
  }
}
`;
const places = [1, 2, 3, 4].map((place) => `told:place=${place}`);
const auto = (out: string, onOutput?: Parameters<typeof graft>[2]) =>
  graft(
    [
      ...['auto', '--source', 'source.csv', '--target', 'target.csv', '--label', 'kind'],
      ...['--plugin', './told.mjs', '--recipes', [...places, 'coral:centring=both'].join(',')],
      ...['--budget', '1m', '--out', out, '--json', `${out}.json`],
    ],
    folder,
    onOutput,
  );

describe('graft auto', () => {
  it('goes on after a kill, with nothing lost and nothing repeated', async () => {
    writeFileSync(file('told.mjs'), plugin);
    const killed = await auto('kept', (text, kill) => {
      if (text.includes('waiting')) kill('SIGKILL');
    });
    expect(killed.code).toBeNull();
    expect(killed.stderr).toBe('asked 1\nasked 2\nasked 3\nwaiting\n');
    const trials = () =>
      (JSON.parse(readFileSync(file('kept.journal'), 'utf8')) as { trials: { recipe: string }[] })
        .trials;
    expect(trials().map(({ recipe }) => recipe)).toEqual([
      'source-only',
      'told:place=1',
      'told:place=2',
    ]);

    const resumed = await auto('kept');
    expect(resumed.code).toBe(0);
    // What is fitted again after the search is the winner alone.
    expect(resumed.stderr.split('\n').slice(0, 2)).toEqual(['asked 3', 'asked 4']);
    expect(resumed.stderr).not.toMatch(/asked [12]/);
    expect(resumed.stdout).toMatch(/6 trials in [\d.]+ s, 3 of them from the journal/);
    expect([existsSync(file('kept')), existsSync(file('kept.journal'))]).toEqual([true, false]);

    const straight = await auto('straight');
    expect(straight.code).toBe(0);
    const ranking = (name: string) =>
      (JSON.parse(readFileSync(file(`${name}.json`), 'utf8')) as { ranking: object[] }).ranking;
    expect(ranking('kept')).toEqual(ranking('straight'));
    expect(readFileSync(file('kept')).equals(readFileSync(file('straight')))).toBe(true);
  });

  it('refuses the journal of another search and a budget that is no time', async () => {
    writeFileSync(
      file('other.journal'),
      JSON.stringify({ formatVersion: 1, search: 'x', trials: [] }),
    );
    const { code, stderr } = await auto('other');
    expect(code).toBe(1);
    expect(stderr).toContain('belongs to another search');
    rmSync(file('other.journal'));
    const misused = await graft(['auto', '--demo', '--out', 'x', '--budget', 'soon'], folder);
    expect([misused.code, misused.stderr]).toEqual([2, expect.stringContaining('90s, 2m or 1h')]);
  });
});
