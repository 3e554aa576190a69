import { selectRows, type DenseMatrix, type PlainProblem } from '@graft-ml/core';
import { csls, Procrustes, type ProcrustesOptions } from '@graft-ml/heterogeneous';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import {
  describeGolden,
  describeWith,
  expectGolden,
  rowsOf,
} from '../../../tools/testing/golden.js';
import { readBilingual } from './support/bilingual.js';
import reference from './fixtures/procrustes.json' with { type: 'json' };
import {
  distance,
  gap,
  normalRows,
  orthogonal,
  product,
  toRows,
  type Rows,
} from './support/rows.js';

jest.setTimeout(120_000);

function problemOf(x: Rows, y: Rows): PlainProblem {
  return { source: { x }, target: { x: y }, pairs: { source: x, target: y } };
}

async function fitted(x: Rows, y: Rows, options: ProcrustesOptions) {
  return (await new Procrustes(options).fit(problemOf(x, y))).fitted;
}

const plain = { translation: false };

describe('the formula', () => {
  const random = randomSource(3);
  const x = normalRows(random, 9, 2);
  const y = normalRows(random, 9, 2);

  it('gives the smallest ‖x·W − y‖_F of all rotations and mirror images of the plane', async () => {
    const { map } = await fitted(x, y, plain);
    const best = distance(product(x, toRows(map)), y);
    let least = Infinity;
    for (let k = 0; k < 20000; k++) {
      const [c, s] = [Math.cos((k * Math.PI) / 10000), Math.sin((k * Math.PI) / 10000)];
      for (const flip of [1, -1]) {
        const turn = [
          [c, s],
          [-s * flip, c * flip],
        ];
        least = Math.min(least, distance(product(x, turn), y));
      }
    }
    expect(best).toBeLessThanOrEqual(least + 1e-12);
    expect(best).toBeGreaterThan(least - 1e-6);
  });

  it('reports the residual and the share of the partners it explains', async () => {
    const { map, diagnostics } = await fitted(x, y, plain);
    const residual = distance(product(x, toRows(map)), y);
    const zero = y.map((row) => row.map(() => 0));
    expect(diagnostics.facts!.residual).toBeCloseTo(residual, 12);
    expect(diagnostics.facts!.explained).toBeCloseTo(1 - (residual / distance(y, zero)) ** 2, 12);
  });

  it('gives a scale and a translation that no small change improves', async () => {
    const { map, scale, translation } = await fitted(x, y, { scaling: true });
    const turned = product(x, toRows(map));
    const at = (s: number, dx: number, dy: number) =>
      distance(
        turned.map(([a, b]) => [s * a! + translation[0]! + dx, s * b! + translation[1]! + dy]),
        y,
      );
    const best = at(scale, 0, 0);
    for (const h of [1e-4, -1e-4]) {
      expect(at(scale + h, 0, 0)).toBeGreaterThan(best);
      expect(at(scale, h, 0)).toBeGreaterThan(best);
      expect(at(scale, 0, h)).toBeGreaterThan(best);
    }
  });
});

describe('other numbers of features', () => {
  const random = randomSource(5);
  const narrow = normalRows(random, 30, 3);
  const wide = normalRows(random, 30, 5);
  const padded = narrow.map((row) => [...row, 0, 0]);

  it('maps a narrower source by the first rows of the square map of the padded source', async () => {
    const { map } = await fitted(narrow, wide, plain);
    const square = await fitted(padded, wide, plain);
    expect([map.rows, map.columns]).toEqual([3, 5]);
    expect(gap(toRows(map), toRows(square.map).slice(0, 3))).toBeLessThan(1e-12);
  });

  it('maps a wider source by the first columns of the square map onto the padded target', async () => {
    const { map } = await fitted(wide, narrow, plain);
    const square = await fitted(wide, padded, plain);
    expect([map.rows, map.columns]).toEqual([5, 3]);
    expect(
      gap(
        toRows(map),
        toRows(square.map).map((row) => row.slice(0, 3)),
      ),
    ).toBeLessThan(1e-12);
  });

  it('scales the mapped rows of a wider source to fit their partners best', async () => {
    const { map, scale } = await fitted(wide, narrow, { ...plain, scaling: true });
    const mapped = product(wide, toRows(map));
    const at = (s: number) =>
      distance(
        mapped.map((row) => row.map((v) => s * v)),
        narrow,
      );
    expect(at(scale)).toBeLessThan(at(scale * 1.001));
    expect(at(scale)).toBeLessThan(at(scale * 0.999));
  });
});

describe('limits', () => {
  it('is the identity where both domains are the same rows', async () => {
    const x = normalRows(randomSource(7), 12, 4);
    const { map, scale, translation } = await fitted(x, x, { scaling: true });
    expect(
      gap(
        toRows(map),
        toRows(map).map((row, i) => row.map((_, j) => Number(i === j))),
      ),
    ).toBeLessThan(1e-12);
    expect(scale).toBeCloseTo(1, 12);
    expect(Math.max(...translation.map(Math.abs))).toBeLessThan(1e-12);
  });

  it('finds a similarity exactly: turn, mirror, length and place', async () => {
    const random = randomSource(11);
    const x = normalRows(random, 20, 6);
    const turn = orthogonal(random, 6);
    const y = product(x, turn).map((row) => row.map((v, j) => 2.5 * v + j - 3));
    const { map, scale, translation } = await fitted(x, y, { scaling: true });
    expect(gap(toRows(map), turn)).toBeLessThan(1e-12);
    expect(scale).toBeCloseTo(2.5, 12);
    translation.forEach((value, j) => expect(value).toBeCloseTo(j - 3, 11));
  });
});

describe('a reference', () => {
  const { x, y, similar } = reference;

  it('agrees with the plain map', async () => {
    expect(gap(toRows((await fitted(x, y, plain)).map), reference.plain)).toBeLessThan(1e-12);
  });

  it('agrees with the map, the scale and the translation of centred rows', async () => {
    const { map, scale, translation } = await fitted(x, y, { scaling: true });
    expect(gap(toRows(map), similar.map)).toBeLessThan(1e-12);
    expect(scale).toBeCloseTo(similar.scale, 12);
    expect(gap([Array.from(translation)], [similar.translation])).toBeLessThan(1e-12);
  });
});

describeGolden('het.procrustes', (golden) => {
  const x = rowsOf(golden.inputs.X!);
  const y = rowsOf(golden.inputs.Y!);

  it('gives the plain map and its residual', async () => {
    const { map, diagnostics } = await fitted(x, y, plain);
    expectGolden(golden, 'W', map.data);
    expectGolden(golden, 'residual', [diagnostics.facts!.residual as number]);
  });

  it('gives the centred map with scale and translation', async () => {
    const { map, scale, translation } = await fitted(x, y, { scaling: true });
    expectGolden(golden, 'centredW', map.data);
    expectGolden(golden, 'scale', [scale]);
    expectGolden(golden, 'translation', translation);
  });

  it('gives the rotation', async () => {
    expectGolden(golden, 'rotation', (await fitted(x, y, { rotationOnly: true })).map.data);
  });

  it('retrieves counterparts by cosine and by CSLS', async () => {
    const mapping = await fitted(x, y, plain);
    const queries = await mapping.transform(rowsOf(golden.inputs.Xq!), 'source');
    const candidates = rowsOf(golden.inputs.Yq!);
    const scores = csls(queries, candidates, { neighbours: 3 });
    expectGolden(golden, 'csls', scores.data);
    expectGolden(golden, 'nearestCsls', nearest(toRows(scores)));
  });
});

describeWith(['data', 'bilingual_vectors_zhang2017'], 'Spanish to English words', (folder) => {
  describeGolden('real.bilingual.es-en', (golden) => {
    it('finds as many translations of 1000 words as the reference, by cosine and by CSLS', async () => {
      const { source, target, pairs, queries, translations } = await readBilingual(folder);
      const problem = { source: { x: source }, target: { x: target }, pairs };
      const { problem: adapted, fitted: mapping } = await new Procrustes(plain).fit(problem);
      const { singularValues, residual } = mapping.diagnostics.facts!;
      expectGolden(golden, 'singularValues', singularValues as number[]);
      expectGolden(golden, 'residual', [residual as number]);

      const mapped = adapted.sources[0]!.x;
      const asked = selectRows(mapped, queries);
      const hits = (similarity: DenseMatrix) =>
        nearest(toRows(similarity)).filter((found, i) => translations[i]!.has(found)).length;
      const cosine = referenceLinearAlgebra.kernelMatrix({ type: 'cosine' }, asked, target);
      expectGolden(golden, 'correctProcrustes', [hits(cosine)]);
      expectGolden(golden, 'correctCsls', [hits(csls(asked, target, { queryPool: mapped }))]);
    });
  });
});

function nearest(similarity: Rows): number[] {
  return similarity.map((row) => row.indexOf(Math.max(...row)));
}
