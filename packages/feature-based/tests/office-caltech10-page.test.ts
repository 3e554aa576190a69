import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeGolden } from '../../../tools/testing/golden.js';

const page = readFileSync(join(__dirname, '../../../docs/office-caltech10.md'), 'utf8');

/** The 12 accuracies and the mean of a row of the page. */
function rowOf(name: string): number[] {
  const line = page.split('\n').find((candidate) => candidate.split('|')[1]?.trim() === name);
  if (!line) throw new Error(`the page has no row "${name}"`);
  return line.split('|').slice(2, -1).map(Number);
}

describe('the Office-Caltech10 page', () => {
  const names = Array.from(
    page.matchAll(/^\| ([^|]+?) +\|(?: +[\d.]+ \|){13}$/gm),
    ([, name]) => name!,
  );

  it('has a row per method, each with the mean of its accuracies', () => {
    expect(names.length).toBeGreaterThanOrEqual(24);
    for (const name of names) {
      const accuracies = rowOf(name);
      const mean = accuracies.slice(0, 12).reduce((sum, value) => sum + value, 0) / 12;
      expect(Math.abs(mean - accuracies[12]!)).toBeLessThan(0.006);
    }
  });

  it('has the exact accuracies of 1-NN, EasyTL above 50 and MEDA above 52', () => {
    expect(Math.abs(rowOf('1-NN')[12]! - 31.37)).toBeLessThan(0.01);
    expect(rowOf('CORAL + EasyTL')[12]).toBeGreaterThan(50);
    expect(rowOf('MEDA')[12]).toBeGreaterThan(52);
  });

  const published = Array.from(
    page.matchAll(/^\| ([^|]+?) +\| +([\d.]+) \| +([\d.]+) \| +([\d.]+) \|$/gm),
    ([, name, ...values]) => [name!, ...values.map(Number)] as [string, number, number, number],
  );

  it('compares a dozen means with published ones', () => {
    expect(published).toHaveLength(12);
  });

  it.each(published)(
    '%s: published %p, here %p, at most %p apart',
    (name, theirs, ours, tolerance) => {
      expect(ours).toBe(rowOf(name)[12]);
      expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(tolerance);
    },
  );
});

const references: readonly (readonly [row: string, id: string, column: number])[] = [
  ['1-NN', 'real.surf.nn', 0],
  ['1-NN, unit rows', 'real.surf.nn.l2', 0],
  ['PCA, 20', 'real.surf.pca20', 0],
  ['ridge', 'real.surf.ridge', 0],
  ['SVM', 'real.surf.svm', 0],
  ['CORAL + SVM', 'real.surf.coral.svm', 0],
  ['ARTL', 'real.surf.arrls', 2],
  ['CORAL', 'real.surf.coral.nn', 0],
  ['SA, 20', 'real.surf.sa', 0],
  ['TCA primal, 100', 'real.surf.tca.primal', 0],
  ['GFK, 20', 'real.surf.gfk', 0],
  ['JDA primal, 100', 'real.surf.jda.primal', 9],
  ['JDA linear, 100', 'real.surf.jda.linear', 9],
  ['BDA, 30', 'real.surf.bda', 9],
  ['OT exact', 'real.surf.ot.emd', 0],
  ['OT entropic, 0.01', 'real.surf.ot.sinkhorn', 0],
  ['EasyTL', 'real.surf.easytl.raw', 0],
  ['CORAL + EasyTL', 'real.surf.easytl.coral', 0],
];

for (const [name, id, column] of references) {
  describeGolden(id, (golden) => {
    it(`agrees with the row "${name}" of the page`, () => {
      const { shape, data } = golden.outputs['accuracy']!;
      const { atol } = golden.compare.outputs['accuracy']!;
      const columns = shape[1] ?? 1;
      rowOf(name)
        .slice(0, 12)
        .forEach((accuracy, k) => {
          const gap = Math.abs(accuracy / 100 - data[k * columns + column]!);
          expect(gap).toBeLessThanOrEqual(atol + 1e-4);
        });
    });
  });
}
