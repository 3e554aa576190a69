import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeGolden } from '../../../tools/testing/golden.js';

const page = readFileSync(join(__dirname, '../../../docs/amazon-reviews.md'), 'utf8');

/** The 12 accuracies and the mean of a row of the page. */
function rowOf(name: string): number[] {
  const line = page.split('\n').find((candidate) => candidate.split('|')[1]?.trim() === name);
  if (!line) throw new Error(`the page has no row "${name}"`);
  return line.split('|').slice(2, -1).map(Number);
}

const names = Array.from(
  page.matchAll(/^\| ([^|]+?) +\|(?: +[\d.]+ \|){13}$/gm),
  ([, name]) => name!,
);

describe('the page of the Amazon reviews', () => {
  it('has a row per method, each with the mean of its accuracies', () => {
    expect(names).toHaveLength(9);
    for (const name of names) {
      const accuracies = rowOf(name);
      const mean = accuracies.slice(0, 12).reduce((sum, value) => sum + value, 0) / 12;
      expect(Math.abs(mean - accuracies[12]!)).toBeLessThan(0.006);
    }
  });
});

const references = [
  ['logistic regression', 'real.amazon.lr', 'correct'],
  ['ridge, 100', 'real.amazon.ridge', 'correct'],
  ['CORAL', 'real.amazon.coral', 'correct'],
  ['logistic regression, 1 000 words', 'real.amazon.msda1000', 'correctRaw'],
  ['mSDA, 1 layer, 1 000 words', 'real.amazon.msda1000', 'correctOneLayer'],
  ['mSDA, 3 layers, 1 000 words', 'real.amazon.msda1000', 'correctThreeLayers'],
] as const;

for (const [name, id, output] of references) {
  describeGolden(id, (golden) => {
    it(`agrees with the row "${name}" of the page`, () => {
      const { atol } = golden.compare.outputs[output]!;
      golden.outputs[output]!.data.forEach((correct, k) => {
        expect([k, Math.abs(20 * rowOf(name)[k]! - correct) <= atol + 1e-6]).toEqual([k, true]);
      });
    });
  });
}
