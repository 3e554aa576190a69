import {
  verdict,
  type FailedRun,
  type FinishedRun,
  type ReportInput,
  type ReportRun,
} from '../src/index.js';
import { sampleInput, sampleRegression } from './sample-input.js';

const run = (
  title: string,
  accuracy: number | undefined,
  more: Partial<FinishedRun> = {},
): FinishedRun => ({
  recipe: title.toLowerCase(),
  title,
  summary: '',
  status: 'ok',
  isBaseline: false,
  ...(accuracy === undefined ? {} : { accuracy }),
  seconds: 1,
  warnings: [],
  diagnostics: {},
  ...more,
});
const baseline = run('Source-only', 0.652, { isBaseline: true });
const failed = (title: string, isBaseline = false): FailedRun => ({
  recipe: title.toLowerCase(),
  title,
  summary: '',
  status: 'failed',
  isBaseline,
  seconds: 1,
  warnings: [],
  error: { code: 'NUMERICAL', message: 'singular' },
});
const sample = sampleInput();
const compare = (...runs: ReportRun[]): ReportInput => ({ ...sample, runs });
const headline = (...runs: ReportRun[]): string => verdict(compare(...runs)).headline;
const tally = (...runs: ReportRun[]): string => verdict(compare(...runs)).tally;

describe('the verdict on one recipe', () => {
  it('says that it made it worse as plainly as that it helped', () => {
    expect(headline(run('CORAL', 0.581), baseline)).toBe(
      'CORAL made it worse: 58.1 % against 65.2 % without adaptation.',
    );
    expect(headline(run('JDA', 0.76), baseline)).toBe(
      'JDA helped: 76.0 % against 65.2 % without adaptation.',
    );
  });

  it('says that nothing changed where the scores are equal', () => {
    expect(headline(baseline, run('CORAL', 0.652))).toBe(
      'CORAL changed nothing: 65.2 % with and without adaptation.',
    );
  });

  it('keeps to the fence where the interval of the recipe holds the score of source-only', () => {
    const interval = { low: 0.641, high: 0.681 };
    expect(headline(baseline, run('CORAL', 0.661, { interval }))).toBe(
      'CORAL made no clear difference: 66.1 % against 65.2 % without adaptation.',
    );
  });

  it('trusts the paired interval more than the interval of the score', () => {
    const wide = { low: 0.641, high: 0.681 };
    const above = { low: 0.002, high: 0.016 };
    const around = { low: -0.002, high: 0.02 };
    expect(headline(baseline, run('A', 0.661, { interval: wide, changeInterval: above }))).toMatch(
      /^A helped/,
    );
    expect(headline(baseline, run('A', 0.721, { changeInterval: around }))).toMatch(
      /^A made no clear difference/,
    );
  });

  it('has no tally: the headline has said it all', () => {
    expect(tally(baseline, run('CORAL', 0.7))).toBe('');
  });
});

describe('the verdict on several recipes', () => {
  it('names the best and counts the others', () => {
    const runs = [
      baseline,
      run('CORAL', 0.581),
      run('JDA', 0.76),
      run('TCA', 0.7),
      run('Flat', 0.652),
      failed('Procrustes'),
    ];
    expect(headline(...runs)).toBe('JDA is best: 76.0 % against 65.2 % without adaptation.');
    expect(tally(...runs)).toBe(
      'Of 5 recipes, 2 helped, 1 made it worse, 1 changed nothing and 1 failed.',
    );
  });

  it('names all that tie at the printed precision', () => {
    expect(headline(baseline, run('A', 0.7601), run('B', 0.7603), run('C', 0.7))).toBe(
      'B and A are best, at 76.0 % each against 65.2 % without adaptation.',
    );
  });

  it('says that no recipe helped where the best is worse than source-only', () => {
    expect(headline(baseline, run('A', 0.6), run('B', 0.58))).toBe(
      'No recipe helped: the best, A, reaches 60.0 % against 65.2 % without adaptation.',
    );
    expect(tally(baseline, run('A', 0.6), run('B', 0.58))).toBe('Of 2 recipes, 2 made it worse.');
    expect(headline(baseline, run('A', 0.6), run('B', 0.6))).toBe(
      'No recipe helped: the best, A and B, reach 60.0 % against 65.2 % without adaptation.',
    );
  });

  it('says that no recipe helped where the best is equal to source-only', () => {
    expect(headline(baseline, run('A', 0.652), run('B', 0.58))).toBe(
      'No recipe helped: the best, A, changed nothing: 65.2 % with and without adaptation.',
    );
  });

  it('says that no recipe clearly helped where the best may be chance', () => {
    const interval = { low: 0.64, high: 0.7 };
    expect(headline(baseline, run('A', 0.67, { interval }), run('B', 0.58))).toBe(
      'No recipe clearly helped: the best, A, reaches 67.0 % against 65.2 % without adaptation.',
    );
  });

  it('names a recipe that clearly helped over a better one that may be chance', () => {
    const interval = { low: 0.6, high: 0.9 };
    expect(headline(baseline, run('A', 0.75, { interval }), run('B', 0.7))).toBe(
      'B helped: 70.0 % against 65.2 % without adaptation.',
    );
  });

  it('counts recipes that gave no score', () => {
    expect(tally(baseline, run('A', 0.7), run('B', undefined))).toBe(
      'Of 2 recipes, 1 helped and 1 could not be scored.',
    );
  });
});

describe('the verdict where there is nothing to compare', () => {
  it('says what failed', () => {
    expect(headline(baseline, failed('CORAL'))).toBe(
      'CORAL failed; accuracy without adaptation is 65.2 %.',
    );
    expect(headline(baseline, failed('CORAL'), failed('JDA'))).toBe(
      'All 2 recipes failed; accuracy without adaptation is 65.2 %.',
    );
    expect(headline(failed('Source-only', true), failed('JDA'))).toBe(
      'Every run failed, so there is nothing to compare.',
    );
  });

  it('gives the best score but no gain where source-only failed', () => {
    expect(headline(failed('Source-only', true), run('A', 0.7), run('B', 0.71))).toBe(
      'B reaches accuracy 71.0 %, but there is no score of source-only to measure it against.',
    );
  });

  it('says so where no recipe was tried, nothing was run or nothing could be scored', () => {
    expect(headline(baseline)).toBe('No recipe was tried; accuracy without adaptation is 65.2 %.');
    expect(headline()).toBe('Nothing was run.');
    expect(headline(run('Source-only', undefined, { isBaseline: true }))).toBe(
      'Without target labels to evaluate with, nobody can say whether adaptation helped.',
    );
  });
});

describe('the verdict on a regression', () => {
  it('speaks of R²', () => {
    const { headline, tally } = verdict(sampleRegression());
    expect(headline).toBe(
      'Regularised transfer is best: R² 0.550 against 0.410 without adaptation.',
    );
    expect(tally).toBe('Of 2 recipes, 1 helped and 1 made it worse.');
  });
});
