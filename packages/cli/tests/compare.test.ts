import type { Comparison } from '@graft-ml/toolkit';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { graft, workspace } from './graft.js';

const { folder, remove } = workspace();
const data = ['--source', 'source.csv', '--target', 'target.csv', '--label', 'kind'];
const compare = (...args: string[]) => graft(['compare', ...data, ...args], folder);
const file = (name: string) => join(folder, name);

afterAll(remove);

describe('graft compare', () => {
  it('prints a table and a verdict and writes JSON and a report', async () => {
    const { code, stdout, stderr } = await compare(
      '--recipes',
      'coral,jda:nComponents=2',
      '--json',
      'out.json',
      '--report',
      'out.html',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/recipe\s.*accuracy/);
    expect(stdout).toContain('source-only');
    expect(stdout).toMatch(
      /^Guard: (use|keep) .*judged without a target label, in [\d.]+ s beside/m,
    );
    expect(stdout).toContain('Written: out.json, out.html');
    const result = JSON.parse(readFileSync(file('out.json'), 'utf8')) as Comparison;
    expect(result).toMatchObject({
      formatVersion: 1,
      seed: 0,
      complete: true,
      problem: { task: 'classification', classes: ['ant', 'bee', 'cow'] },
    });
    expect(result.guard).toMatchObject({ judged: true, labelsUsed: 0 });
    expect(stdout).toMatch(new RegExp(`│ ${result.guard!.choice} .*✔`));
    expect(result.runs.map(({ recipe, status }) => [recipe, status])).toEqual([
      ['source-only', 'ok'],
      ['coral', 'ok'],
      ['jda:nComponents=2', 'ok'],
    ]);
    for (const { accuracy, seconds, peakMemoryMb } of result.runs) {
      expect(accuracy).toBeGreaterThan(0.3);
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(peakMemoryMb).toBeGreaterThan(10);
    }
    expect(readFileSync(file('out.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  it('gives the same numbers for the same seed', async () => {
    const accuracies = async () => {
      await compare(
        '--recipes',
        'coral,classifier-density-ratio',
        '--seed',
        '7',
        '--json',
        'seed.json',
      );
      const { runs } = JSON.parse(readFileSync(file('seed.json'), 'utf8')) as Comparison;
      return runs.map(({ accuracy }) => accuracy);
    };
    expect(await accuracies()).toEqual(await accuracies());
  });

  it('compares every recipe that fits the data when none is named, and shows no progress bar in a pipe', async () => {
    const { code, stdout, stderr } = await compare();
    expect(code).toBe(0);
    expect(stdout).toContain('coral');
    expect(stdout).toContain('subspace-alignment');
    expect(stderr).not.toContain('█');
  });

  it('matches columns by name, in any order', async () => {
    const lines = readFileSync(file('target.csv'), 'utf8').trim().split('\n');
    writeFileSync(
      file('reordered.csv'),
      lines.map((line) => line.split(',').reverse().join(',')).join('\n'),
    );
    const straight = await compare('--recipes', 'coral', '--json', 'a.json');
    const mixed = await graft(
      [
        'compare',
        '--source',
        'source.csv',
        '--target',
        'reordered.csv',
        '--label',
        'kind',
        '--recipes',
        'coral',
        '--json',
        'b.json',
      ],
      folder,
    );
    expect([straight.code, mixed.code]).toEqual([0, 0]);
    const accuracy = (name: string) =>
      (JSON.parse(readFileSync(file(name), 'utf8')) as Comparison).runs.map((run) => run.accuracy);
    expect(accuracy('b.json')).toEqual(accuracy('a.json'));
  });

  it('reads recipes from a file and preprocesses for all', async () => {
    writeFileSync(
      file('recipes.json'),
      JSON.stringify([
        {
          name: 'soft',
          steps: [{ use: 'coral', options: { regularization: 10 } }],
          learner: { use: 'nearest-centroid' },
        },
      ]),
    );
    const { code, stdout } = await compare(
      '--recipes',
      'recipes.json',
      '--preprocess',
      'l1,zscore',
      '--learner',
      '1nn',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('soft');
  });

  it('takes several sources and no guard', async () => {
    const { code, stdout } = await graft(
      [
        'compare',
        '--source',
        'source.csv',
        '--source',
        'source.csv',
        '--target',
        'target.csv',
        '--label',
        'kind',
        '--recipes',
        'coral',
        '--no-guard',
      ],
      folder,
    );
    expect([code, stdout.includes('coral'), /guard/i.test(stdout)]).toEqual([0, true, false]);
  });

  it('learns from labelled target rows and judges by others of them', async () => {
    const [header, ...rows] = readFileSync(file('target.csv'), 'utf8').trim().split('\n');
    writeFileSync(file('unknown.csv'), [header, ...rows.slice(20)].join('\n'));
    writeFileSync(file('known.csv'), [header, ...rows.slice(0, 20)].join('\n'));
    const { code, stdout } = await graft(
      [
        'compare',
        '--source',
        'source.csv',
        '--target',
        'unknown.csv',
        '--labelled-target',
        'known.csv',
        '--label',
        'kind',
        '--recipes',
        'coral',
      ],
      folder,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ target-only +│ +\d/);
    expect(stdout).toContain('judged by 10 labelled target rows that no model learned from');
  });

  it('draws the report again from the saved JSON', async () => {
    await compare('--recipes', 'coral', '--json', 'saved.json', '--report', 'first.html');
    const { code } = await graft(['report', 'saved.json', '--out', 'again.html'], folder);
    expect(code).toBe(0);
    expect(readFileSync(file('again.html'), 'utf8')).toBe(readFileSync(file('first.html'), 'utf8'));
  });

  it('saves what is finished when interrupted, and exits with 130', async () => {
    writeFileSync(file('endless.mjs'), endlessPlugin);
    const args = [
      'compare',
      ...data,
      '--plugin',
      './endless.mjs',
      '--recipes',
      'coral,endless,jda:nComponents=2',
    ];
    const { code, stdout, stderr } = await graft(
      [...args, '--json', 'partial.json'],
      folder,
      (text, kill) => {
        if (text.includes('endless has begun')) kill('SIGINT');
      },
    );
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted. 2 of 4 recipes were finished and saved.');
    expect(stdout).toContain('coral');
    const { complete, runs } = JSON.parse(readFileSync(file('partial.json'), 'utf8')) as Comparison;
    expect([complete, runs.map(({ recipe }) => recipe)]).toEqual([false, ['source-only', 'coral']]);
  });
});

/** A method without any import that fits until it is stopped. */
const endlessPlugin = `
export class Endless {
  static id = 'test/endless';
  static summary = 'Never ends by itself.';
  static setting = { role: 'feature', features: 'same', sources: 'many', sourceLabels: 'unused', targetLabels: 'unused',
    pairs: 'unused', tasks: ['classification'], corrects: 'nothing', sparse: 'kept' };
  static schema = {};
  static needs = {};
  static restore() { throw new Error('nothing to restore'); }
  produces = 'problem';
  options = {};
  async fit(problem, { signal }) {
    process.stderr.write('endless has begun\\n');
    while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
    throw Object.assign(new Error('stopped'), { code: 'ABORTED', [Symbol.for('@graft-ml/TransferError')]: true });
  }
}
`;

describe('graft compare refuses', () => {
  const cases: [string, string[], RegExp][] = [
    ['a missing file', ['--source', 'nowhere.csv'], /nowhere\.csv/],
    ['an unknown label column', ['--label', 'knd'], /there is no column "knd".*"kind"/],
    ['an unknown recipe, naming the near ones', ['--recipes', 'corl'], /"corl".*coral/],
    ['an unknown option', ['--recipes', 'coral:lambda=1'], /no option "lambda".*regularization/],
    [
      'an option out of range',
      ['--recipes', 'coral:regularization=-1'],
      /"regularization" must be a number in \[0/,
    ],
    ['a learner that is none', ['--learner', 'coral'], /step, not a learner/],
    [
      'an output that cannot be written',
      ['--json', 'no/such/folder/out.json'],
      /cannot be written/,
    ],
    ['a folder as output', ['--report', '.'], /cannot be written.*folder/],
    ['a plugin that is not there', ['--plugin', './nope.mjs'], /could not be loaded/],
  ];
  it.each(cases)('%s', async (_name, args, message) => {
    const { code, stderr, stdout } = await graft(
      ['compare', ...data, '--recipes', 'coral', ...args],
      folder,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^graft: [^\n]+\n$/);
    expect(stdout).toBe('');
  });

  const rows = 'height,width,weight,kind\n';
  const files: [string, string, RegExp][] = [
    ['no rows', rows, /no rows/],
    ['ragged rows', `${rows}1,2,3,ant\n1,2,bee\n`, /line 3/],
    ['text in a numeric column', `${rows}1,2,3,ant\n1,tall,3,bee\n`, /line 3.*"width" is "tall"/],
    ['a missing value', `${rows}1,2,3,ant\n1,,3,bee\n`, /line 3.*"width"/],
    ['infinity', `${rows}1,2,3,ant\n1,inf,3,bee\n`, /line 3.*"width".*∞/],
    [
      'one class',
      `${rows}1,2,3,ant\n1,2,4,ant\n`,
      /at least 2 classes; all rows are of class "ant"/,
    ],
    [
      'other features',
      'height,width,depth,kind\n1,2,3,ant\n1,2,4,bee\n',
      /lacks "weight" and has "depth"|lacks "depth" and has "weight"/,
    ],
  ];
  it.each(files)('a source with %s', async (_name, text, message) => {
    writeFileSync(file('bad.csv'), text);
    const before = readdirSync(folder).sort();
    const { code, stderr } = await graft(
      [
        'compare',
        '--source',
        'bad.csv',
        '--target',
        'target.csv',
        '--label',
        'kind',
        '--recipes',
        'coral',
        '--json',
        'bad.json',
      ],
      folder,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(existsSync(file('bad.json'))).toBe(false);
  });

  it('a target without labels to measure with', async () => {
    writeFileSync(
      file('unlabelled.csv'),
      readFileSync(file('target.csv'), 'utf8').replace(/,[a-z]+$/gm, ''),
    );
    const { code, stderr } = await graft(
      ['compare', '--source', 'source.csv', '--target', 'unlabelled.csv', '--label', 'kind'],
      folder,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('--target-label');
  });

  it('a command line it does not understand, with exit code 2', async () => {
    expect((await graft(['compare', '--source', 'source.csv'], folder)).code).toBe(2);
    expect((await graft(['compare', ...data, '--seed', 'x'], folder)).code).toBe(2);
  });
});
