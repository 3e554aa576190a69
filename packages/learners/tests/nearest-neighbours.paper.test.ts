import { NearestNeighbours } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups } from './support/samples.js';

describe('the formula of NearestNeighbours', () => {
  it.each(['uniform', 'distance'] as const)('is the mean of values by %s votes', async (votes) => {
    const { x, value } = groups(30, 3, 2);
    const query = [0.3, 1.2, 1.9];
    const model = await new NearestNeighbours({ neighbours: 4, votes }).fit({ x, y: value });
    const ordered = x
      .map((row, i) => ({ i, d: Math.hypot(...row.map((v, j) => v - query[j]!)) }))
      .sort((a, b) => a.d - b.d)
      .slice(0, 4);
    const strength = ({ d }: { d: number }) => (votes === 'uniform' ? 1 : 1 / d);
    const sum = ordered.reduce((s, o) => s + strength(o) * value[o.i]!, 0);
    const total = ordered.reduce((s, o) => s + strength(o), 0);
    expect((await model.predictEncoded([query]))[0]).toBeCloseTo(sum / total, 12);
  });
});

describeGolden('learn.knn', (golden) => {
  const { X, y, Z } = golden.inputs;
  const data = { x: rowsOf(X!), y: y!.data };
  const query = rowsOf(Z!);

  it('agrees in neighbours and distances', async () => {
    const model = await new NearestNeighbours({ neighbours: 5 }).fit(data);
    const { rows, distances } = await model.neighbourRows(query);
    expectGolden(golden, 'indices', rows);
    expectGolden(golden, 'distances', distances.data);
  });

  it('agrees in uniform votes', async () => {
    const model = await new NearestNeighbours({ neighbours: 5 }).fit(data);
    expectGolden(golden, 'probaUniform', (await model.predictProba!(query)).data);
    expectGolden(golden, 'predUniform', await model.predictEncoded(query));
  });

  it('agrees in votes by distance', async () => {
    const model = await new NearestNeighbours({ neighbours: 5, votes: 'distance' }).fit(data);
    expectGolden(golden, 'probaDistance', (await model.predictProba!(query)).data);
    expectGolden(golden, 'predDistance', await model.predictEncoded(query));
  });

  it('agrees for one neighbour', async () => {
    const model = await new NearestNeighbours({ neighbours: 1 }).fit(data);
    expectGolden(golden, 'pred1', await model.predictEncoded(query));
  });
});
