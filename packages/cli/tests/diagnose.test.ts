import { randomSource } from '@graft-ml/numerics';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { graft, workspace } from './graft.js';

const { folder, remove } = workspace();
const data = ['--source', 'source.csv', '--target', 'target.csv', '--label', 'kind'];

afterAll(remove);

describe('graft diagnose', () => {
  it('says what differs, how sure that is and what cannot be known, and draws it', async () => {
    const { code, stdout, stderr } = await graft(
      ['diagnose', ...data, '--report', 'shift.html', '--json', 'shift.json'],
      folder,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const title of ['What differs', 'How sure', 'What cannot be known', 'Next'])
      expect(stdout).toMatch(new RegExp(`^${title}`, 'm'));
    expect(stdout).toMatch(/3 of 3 features moved on their own/);
    expect(stdout).not.toContain('feature bias');
    expect(stdout).toMatch(/^ {2}height +█+.* \+\d\.\d\d sd +p [<=] 0\.0\d+$/m);
    expect(stdout).toMatch(/without target labels every answer\s+fits the data/);
    expect(readFileSync(join(folder, 'shift.html'), 'utf8')).toContain('diagnosis of a shift');
    const json = JSON.parse(readFileSync(join(folder, 'shift.json'), 'utf8')) as {
      diagnosis: {
        sources: { marginal: { answer: string; classifier: { probabilities: number[] } } }[];
      };
    };
    const [source] = json.diagnosis.sources;
    expect(source!.marginal.answer).toBe('differs');
    expect(source!.marginal.classifier.probabilities).toHaveLength(150);
    const again = await graft(['report', 'shift.json', '--out', 'again.html'], folder);
    expect(again.code).toBe(0);
    expect(readFileSync(join(folder, 'again.html'), 'utf8')).toBe(
      readFileSync(join(folder, 'shift.html'), 'utf8'),
    );
  });

  it('tests words with --counts: which are commoner, which go with other classes', async () => {
    for (const [name, seed, rows] of [
      ['books', 1, 120],
      ['kitchen', 2, 100],
      ['known', 3, 80],
    ] as const)
      writeFileSync(join(folder, `${name}.csv`), words(seed, rows, name !== 'books'));
    const pair = ['--source', 'books.csv', '--target', 'kitchen.csv', '--label', 'opinion'];
    const files = [...pair, '--max-rows', '40'];
    const known = ['--labelled-target', 'known.csv', '--counts', '--report', 'words.html'];
    const { code, stdout, stderr } = await graft(
      ['diagnose', ...files, ...known, '--json', 'words.json'],
      folder,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /1 of 4 features is commoner in "books\.csv" than in "kitchen\.csv", most\s+clearly "plot"/,
    );
    expect(stdout).toMatch(/^ {2}plot +█+│ +×\d\.\d +[\d.]+ % +[\d.]+ % {2}p < 0\.001$/m);
    expect(stdout).toMatch(/^ {2}knife +│█+ +×\d+(\.\d)? +[\d.]+ % +[\d.]+ % {2}p < 0\.001$/m);
    expect(stdout).toMatch(/^ {2}the +░*│░* +×1\.\d /m);
    expect(stdout).toMatch(/^ {2}turning +praise +\d+ % of \d+ +\d+ % of \d+ +p < 0\.001$/m);
    const page = readFileSync(join(folder, 'words.html'), 'utf8');
    expect(page).toContain('frequency feature bias');
    const again = await graft(['report', 'words.json', '--out', 'again.html'], folder);
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(readFileSync(join(folder, 'again.html'), 'utf8')).toBe(page);

    const some = await graft(['diagnose', ...files, '--counts', 'plot,knife'], folder);
    expect(some.stdout).toContain('1 of 2 features is commoner');
    expect(some.stdout).toMatch(/Context feature bias was not tested\. No target row is labelled/);
    const wrong = await graft(['diagnose', ...files, '--counts', 'plot,knive'], folder);
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toContain('Did you mean "knife"?');
  });

  it('needs files or the demo, and a significance that is one', async () => {
    const without = await graft(['diagnose', '--source', 'source.csv'], folder);
    expect([without.code, without.stdout]).toEqual([2, '']);
    expect(without.stderr).toContain("or '--demo'");
    expect((await graft(['diagnose', '--demo', '--significance', '5'], folder)).code).toBe(2);
  });
});

describe('graft advise', () => {
  it('ranks recipes with gain, cost and reason, as JSON alone where asked', async () => {
    const { code, stdout, stderr } = await graft(['advise', ...data, '--json'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { facts, recommendations, nextStep } = JSON.parse(stdout) as {
      facts: { marginal: string };
      recommendations: { method: string; confidence: number; cost: string; reason: string }[];
      nextStep: string;
    };
    expect(facts.marginal).toBe('differs');
    expect(nextStep).toContain('Label some 20 target rows');
    expect(recommendations.length).toBeGreaterThan(1);
    const sure = recommendations.map(({ confidence }) => confidence);
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
    for (const { cost, reason } of recommendations)
      expect([cost, reason.length > 20]).toEqual([expect.stringMatching(/seconds|minutes/), true]);
  });

  it('prints its rules', async () => {
    const { code, stdout } = await graft(['advise', '--rules'], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^no-bridge\n {2}when features is different/m);
    expect(stdout).toMatch(/try {2}source-only · confidence 0\.9 · seconds/);
  });
});

/** Texts as counts of words: books speak of plots, kitchens of knives, and "turning" praises a book and blames a knife. */
function words(seed: number, rows: number, kitchen: boolean): string {
  const random = randomSource(seed);
  const often = (rate: number) => Math.floor(random.uniform() * (2 * rate + 1));
  let csv = 'the,plot,knife,turning,opinion\n';
  for (let i = 0; i < rows; i++) {
    const praise = i % 2 === 0;
    const turning = random.uniform() < (praise !== kitchen ? 0.7 : 0.1) ? 1 : 0;
    const topics = kitchen ? [often(0.5), often(3)] : [often(3), often(0.5)];
    csv += `${often(5)},${topics.join(',')},${turning},${praise ? 'praise' : 'blame'}\n`;
  }
  return csv;
}
