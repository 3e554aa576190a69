import { NearestNeighbours } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { gap, groups, sparse } from './support/samples.js';

describe('NearestNeighbours', () => {
  const line = [[0], [1], [2], [3], [4]];

  it('takes the earlier of two rows at the same distance', async () => {
    const model = await new NearestNeighbours({ neighbours: 1 }).fit({
      x: [[-1], [1]],
      y: ['b', 'a'],
    });
    expect(await model.predict([[0]])).toEqual(['b']);
  });

  it('gives a tied vote to the smaller class', async () => {
    const model = await new NearestNeighbours({ neighbours: 2 }).fit({
      x: [[-1], [1]],
      y: ['b', 'a'],
    });
    expect(await model.predict([[0.5]])).toEqual(['a']);
  });

  it('uses all rows where there are fewer than neighbours', async () => {
    const model = await new NearestNeighbours({ neighbours: 99 }).fit({
      x: line,
      y: [0.5, 1, 2, 3, 4],
    });
    expect((await model.predictEncoded([[100]]))[0]).toBeCloseTo(10.5 / 5, 12);
  });

  it('takes rows until their weights reach the number of neighbours, of the last as much as is missing', async () => {
    const model = await new NearestNeighbours({ neighbours: 2 }).fit({
      x: line,
      y: ['a', 'b', 'b', 'c', 'c'],
      weights: [0.5, 0.75, 3, 1, 1],
    });
    const proba = await model.predictProba!([[0]]);
    expect(gap(proba.data, [0.25, 0.75, 0])).toBeLessThan(1e-15);
  });

  it('warns of weights that sum to 1', async () => {
    const model = await new NearestNeighbours().fit({
      x: line,
      y: [0, 0, 1, 1, 1],
      weights: line.map(() => 0.2),
    });
    expect(model.diagnostics.warnings[0]?.code).toBe('WEIGHTS_SMALL');
  });

  it('lets rows at distance zero vote alone when votes go by distance', async () => {
    const model = await new NearestNeighbours({ neighbours: 3, votes: 'distance' }).fit({
      x: [[0], [0], [1e-100], [1]],
      y: [1.5, 2.5, 100, 100],
    });
    expect((await model.predictEncoded([[0]]))[0]).toBe(2);
  });

  it('has probabilities for classes and none for values', async () => {
    const regression = await new NearestNeighbours().fit({ x: line, y: [0.5, 1, 2, 3, 4] });
    expect(regression.predictProba).toBeUndefined();
  });

  it('finds the same neighbours across blocks as a full sort does', async () => {
    const { x, y } = groups(2500, 3, 6);
    const query = groups(130, 3, 7).x;
    const model = await new NearestNeighbours({ neighbours: 7 }).fit({ x, y });
    const { rows } = await model.neighbourRows(query);
    query.forEach((q, i) => {
      const distances = x.map((row) => row.reduce((s, v, j) => s + (v - q[j]!) ** 2, 0));
      const order = x.map((_, k) => k).sort((a, b) => distances[a]! - distances[b]! || a - b);
      expect(Array.from(rows.subarray(7 * i, 7 * i + 7))).toEqual(order.slice(0, 7));
    });
  });

  it.each([2, 4])(
    'finds the same rows by a tree as by looking at all, with ties (%d features)',
    async (d) => {
      const random = randomSource(d);
      // Few different values, so that many distances are equal.
      const draw = (n: number) =>
        Array.from({ length: n }, () => Array.from({ length: d }, () => random.integer(5)));
      const [x, query] = [draw(900), draw(60)];
      const weights = x.map(() => random.integer(3) / 2);
      const y = x.map((_, i) => i + 0.5);
      for (const given of [{}, { weights }]) {
        const tree = await new NearestNeighbours({ neighbours: 4 }).fit({ x, y, ...given });
        const all = await new NearestNeighbours({ neighbours: 4 }).fit({
          x: sparse(x),
          y,
          ...given,
        });
        expect((await tree.neighbourRows(query)).rows).toEqual(
          (await all.neighbourRows(query)).rows,
        );
        expect(await tree.predictEncoded(query)).toEqual(await all.predictEncoded(query));
      }
    },
  );

  it('gives the same from sparse rows', async () => {
    const { x, y } = groups(60, 5, 3);
    const rows = x.map((row) => row.map((v) => (v > 1 ? v : 0)));
    const dense = await new NearestNeighbours().fit({ x: rows, y });
    const csr = await new NearestNeighbours().fit({ x: sparse(rows), y });
    const query = rows.slice(0, 20);
    expect(await csr.predict(sparse(query))).toEqual(await dense.predict(query));
  });

  it('refuses distances beyond float64', async () => {
    const model = await new NearestNeighbours().fit({ x: [[1e200], [-1e200]], y: [0, 1] });
    await expect(model.predict([[0]])).rejects.toMatchObject({ code: 'NUMERICAL' });
  });

  it('stops between blocks when asked to', async () => {
    const { x, y } = groups(300, 3, 6);
    const model = await new NearestNeighbours().fit({ x, y });
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const run = { signal: controller.signal, onProgress };
    await expect(model.predict(x, run)).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
