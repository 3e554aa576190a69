import type { LinearAlgebra } from '@graft-ml/core';
import { MarginalizedDenoising } from '@graft-ml/feature-based';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { describeGolden, describeWith } from '../../../tools/testing/golden.js';
import { occurrences } from '../src/internal/occurrences.js';
import { selectColumns } from '../src/internal/select-columns.js';
import { countRight, type ProductReviews, readProduct } from './support/reviews-of-products.js';

const names = ['books', 'dvd', 'electronics', 'kitchen'];

/** Positions of the words in most reviews of all domains, ascending; the smaller position on a tie. */
function frequentWords(domains: readonly ProductReviews[], count: number): number[] {
  const totals = new Float64Array(5000);
  for (const { x } of domains) occurrences(x).forEach((n, j) => (totals[j]! += n));
  const order = Array.from(totals.keys()).sort((a, b) => totals[b]! - totals[a]! || a - b);
  return order.slice(0, count).sort((a, b) => a - b);
}

describeWith(['data', 'amazon_reviews_bow5000'], 'Amazon reviews', (folder) => {
  let domains: readonly ProductReviews[] = [];
  let linearAlgebra: LinearAlgebra;

  beforeAll(async () => {
    domains = await Promise.all(names.map((name) => readProduct(folder, name)));
    linearAlgebra = await loadWasmLinearAlgebra();
  }, 60_000);

  describeGolden('real.amazon.msda1000', (golden) => {
    const pairs = golden.options['pairs'] as string[];
    const expectNear = (output: string, pair: string, count: number) => {
      const expected = golden.outputs[output]!.data[pairs.indexOf(pair)]!;
      const gap = Math.abs(count - expected);
      expect([pair, expected, gap <= golden.compare.outputs[output]!.atol]).toEqual([
        pair,
        expected,
        true,
      ]);
    };

    it('adds one layer to the 1 000 most frequent words: electronics → kitchen', async () => {
      const kept = frequentWords(domains, 1000);
      expect(kept.slice(0, 10)).toEqual(golden.options['firstColumns']);
      expect(kept.slice(-10)).toEqual(golden.options['lastColumns']);
      const [source, target] = ['electronics', 'kitchen'].map((name) => {
        const { x, y } = domains[names.indexOf(name)]!;
        return { x: selectColumns(x, kept), y };
      });
      expectNear('correctRaw', 'electronics->kitchen', await countRight(source!, target!));
      const method = new MarginalizedDenoising(
        { corruption: golden.options['p'] as number, nLayers: 1 },
        { linearAlgebra },
      );
      const { problem } = await method.fit({ source: { x: source!.x }, target: { x: target!.x } });
      const [xs, xt] = [problem.sources[0]!.x, problem.target.x];
      const count = await countRight({ ...source!, x: xs }, { ...target!, x: xt });
      expectNear('correctOneLayer', 'electronics->kitchen', count);
    }, 60_000);
  });
});
