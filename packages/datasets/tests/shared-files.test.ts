import { npyToMatrix, tableToDomain } from '@graft-ml/datasets';
import { readNpy, readSvmlight, readTable } from '@graft-ml/datasets/node';
import { describeWith } from '../../../tools/testing/golden.js';

describeWith(
  ['data', 'office_caltech10_surf', 'amazon.csv.gz'],
  'a gzipped CSV of 801 columns',
  (file) => {
    it('holds the 958 rows of the published set', async () => {
      const domain = tableToDomain(await readTable(file), { label: 'label' });
      expect([domain.x.rows, domain.x.columns]).toEqual([958, 800]);
      expect(domain.featureNames[799]).toBe('f799');
      expect(new Set(Array.from(domain.y!)).size).toBe(10);
      expect(domain.x.data.every((count) => count >= 0 && count < 256)).toBe(true);
    }, 30_000);
  },
);

describeWith(
  ['data', 'amazon_reviews_bow5000', 'books.svm.gz'],
  'a gzipped SVMlight file',
  (file) => {
    it('holds 2000 reviews, half of them positive', async () => {
      const { x, y } = await readSvmlight(file, { firstIndex: 0, columns: 5000 });
      expect([x.rows, x.columns]).toEqual([2000, 5000]);
      expect(y.reduce((sum, label) => sum + label, 0)).toBe(1000);
      expect(x.rowStarts[2000]).toBe(x.values.length);
    });
  },
);

describeWith(['data', 'digits_sklearn', 'x.npy'], 'a .npy matrix', (file) => {
  it('holds 1797 images of 64 values from 0 to 16', async () => {
    const x = npyToMatrix(await readNpy(file));
    expect([x.rows, x.columns]).toEqual([1797, 64]);
    expect(x.data.every((value) => Number.isInteger(value) && value >= 0 && value <= 16)).toBe(
      true,
    );
  });
});
