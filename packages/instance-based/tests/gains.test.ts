import { run } from '../../../examples/gains.js';
import { customers } from '../../../examples/gains/customers.js';
import { summarize, table } from '../../../examples/internal/summary.js';
import { mean } from './support/measure.js';

/** The gains that the example prints for one seed: one map from method to gain per table. */
async function printedGains(): Promise<Map<string, number>[]> {
  let text = '';
  await run(['--seeds', '1'], (part) => (text += part));
  return text.split(/^G\d+: /m).map((part) => {
    const rows = part.matchAll(/^\| (.+?) +\| [^|]+ \| ([+−])([\d.]+) ± /gm);
    return new Map(
      Array.from(rows, ([, name = '', sign, value]) => [
        name,
        Number(value) * (sign === '+' ? 1 : -1),
      ]),
    );
  });
}

describe('the gains over source-only', () => {
  it('have signs that the page reports, in the first seed already', async () => {
    const [, cubic, shares, sources, alike, unlike] = await printedGains();
    for (const gain of cubic!.values()) expect(gain).toBeGreaterThan(0.06);
    for (const gain of shares!.values()) expect(gain).toBeGreaterThan(0.03);
    expect(sources!.get('source mixture, by rows and labels')).toBeGreaterThan(0.2);
    expect(sources!.get('MultiSourceTrAdaBoost')).toBeGreaterThan(0.2);
    for (const method of ['target-only', 'TrAdaBoost']) expect(alike!.get(method)).toBeLessThan(0);
    expect([alike!.size, unlike!.size]).toEqual([7, 7]);
  }, 60_000);

  it('are of a new client of whose users one in ten leaves', () => {
    const { problem, evaluation } = customers({ seed: 1 });
    expect(mean(evaluation.y)).toBeGreaterThan(0.07);
    expect(mean(evaluation.y)).toBeLessThan(0.13);
    expect(problem.target.labelled!.y).toContain(1);
  });
});

describe('the summary of the examples', () => {
  it('has mean and standard deviation, and tables of equal width', () => {
    const { mean: centre, deviation } = summarize([1, 2, 3, 6]);
    expect([centre, deviation]).toEqual([3, Math.sqrt(14 / 3)]);
    expect(table(['a', 'bc'], [['def', 'g']])).toBe('| a   | bc |\n| --- | -- |\n| def | g  |\n');
  });
});
