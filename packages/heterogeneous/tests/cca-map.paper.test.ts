import type { PlainProblem } from '@graft-ml/core';
import { CcaMap, type CcaMapOptions } from '@graft-ml/heterogeneous';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import reference from './fixtures/cca-map.json' with { type: 'json' };
import {
  centred,
  diagonal,
  gap,
  normalRows,
  orthogonal,
  product,
  toRows,
  transposed,
  type Rows,
} from './support/rows.js';

function problemOf(x: Rows, y: Rows): PlainProblem {
  return { source: { x }, target: { x: y }, pairs: { source: x, target: y } };
}

async function fitted(x: Rows, y: Rows, options: CcaMapOptions) {
  return (await new CcaMap(options).fit(problemOf(x, y))).fitted;
}

/** a'·b / n of centred columns. */
function covariance(a: Rows, b: Rows): Rows {
  return product(transposed(centred(a)), centred(b)).map((row) => row.map((v) => v / a.length));
}

function ridged(c: Rows, share: number): Rows {
  const ridge = (share * c.reduce((sum, row, j) => sum + row[j]!, 0)) / c.length;
  return c.map((row, i) => row.map((v, j) => v + (i === j ? ridge : 0)));
}

describe('the formula', () => {
  const random = randomSource(4);
  const shared = normalRows(random, 30, 2);
  const view = (columns: number) =>
    product(shared, normalRows(random, 2, columns)).map((row) =>
      row.map((v, j) => 10 ** (j - 1) * (v + random.normal())),
    );
  const x = view(4);
  const y = view(3);

  it.each([0, 0.3])(
    'meets the constraints and reaches the correlations, with a ridge of %d mean variances',
    async (regularization) => {
      const { correlations, sourceWeights, targetWeights } = await fitted(x, y, { regularization });
      const [a, b] = [toRows(sourceWeights), toRows(targetWeights)];
      const within = (w: Rows, c: Rows) => product(product(transposed(w), c), w);
      const unit = diagonal(Array.from(correlations, () => 1));
      expect(gap(within(a, ridged(covariance(x, x), regularization)), unit)).toBeLessThan(1e-10);
      expect(gap(within(b, ridged(covariance(y, y), regularization)), unit)).toBeLessThan(1e-10);
      const across = product(product(transposed(a), covariance(x, y)), b);
      expect(gap(across, diagonal(correlations))).toBeLessThan(1e-10);
    },
  );

  it('finds a first pair that 2000 random directions do not beat', async () => {
    const { correlations } = await fitted(x, y, { regularization: 0 });
    const [cxx, cyy, cxy] = [covariance(x, x), covariance(y, y), covariance(x, y)];
    const form = (a: number[], c: Rows, b: number[]) =>
      a.reduce((sum, v, i) => sum + b.reduce((inner, w, j) => inner + v * c[i]![j]! * w, 0), 0);
    for (let k = 0; k < 2000; k++) {
      const a = [1, 0.1, 0.01, 0.001].map((v) => v * random.normal());
      const b = [1, 0.1, 0.01].map((v) => v * random.normal());
      const rho = form(a, cxy, b) / Math.sqrt(form(a, cxx, a) * form(b, cyy, b));
      expect(rho).toBeLessThanOrEqual(correlations[0]! + 1e-12);
    }
  });

  it('needs no other ridge when a domain changes its units', async () => {
    const inMillimetres = x.map((row) => row.map((v) => 1000 * v));
    const metres = await fitted(x, y, { regularization: 0.2 });
    const millimetres = await fitted(inMillimetres, y, { regularization: 0.2 });
    metres.correlations.forEach((rho, k) =>
      expect(millimetres.correlations[k]).toBeCloseTo(rho, 12),
    );
  });

  it('multiplies component k by its correlation to the given power', async () => {
    const flat = await fitted(x, y, { correlationPower: 0 });
    const steep = await fitted(x, y, { correlationPower: 4 });
    const [a, b] = [await flat.transform(x, 'source'), await steep.transform(x, 'source')];
    const expected = toRows(a).map((row) => row.map((v, k) => v * flat.correlations[k]! ** 4));
    expect(gap(toRows(b), expected)).toBeLessThan(1e-14);
  });
});

describe('limits', () => {
  const random = randomSource(8);

  it('gives correlations of 1 and equal rows where one domain is a linear view of the other', async () => {
    const x = normalRows(random, 25, 4);
    const y = product(x, orthogonal(random, 4)).map((row) => row.map((v, j) => 3 * v + j));
    const map = await fitted(x, y, { regularization: 0 });
    map.correlations.forEach((rho) => expect(rho).toBeCloseTo(1, 12));
    const source = toRows(await map.transform(x, 'source'));
    const target = toRows(await map.transform(y, 'target'));
    expect(gap(source, target)).toBeLessThan(1e-11);
  });

  it('shrinks correlations towards 0 as the ridge grows', async () => {
    const x = normalRows(random, 25, 3);
    const { correlations } = await fitted(x, x, { regularization: 1e6 });
    expect(correlations[0]).toBeLessThan(1e-5);
  });
});

describe('a reference', () => {
  it('agrees with the generalised eigenproblem of both views', async () => {
    const { x, y, regularization, correlations } = reference;
    const map = await fitted(x, y, { regularization });
    correlations.forEach((rho, k) => expect(map.correlations[k]).toBeCloseTo(rho, 12));
    const both = [...toRows(map.sourceWeights), ...toRows(map.targetWeights)];
    const expected = [...reference.sourceWeights, ...reference.targetWeights];
    const signs = both[0]!.map((v, k) => Math.sign(v * expected[0]![k]!));
    expect(
      gap(
        both.map((row) => row.map((v, k) => v * signs[k]!)),
        expected,
      ),
    ).toBeLessThan(1e-11);
  });
});

describeGolden('learn.cca', (golden) => {
  it('gives the reference correlations and weights', async () => {
    const x = rowsOf(golden.inputs.X!);
    const y = rowsOf(golden.inputs.Y!);
    const map = await fitted(x, y, { regularization: 0 });
    expectGolden(golden, 'correlations', map.correlations);
    expectGolden(golden, 'Wx', map.sourceWeights.data);
    expectGolden(golden, 'Wy', map.targetWeights.data);
  });
});
