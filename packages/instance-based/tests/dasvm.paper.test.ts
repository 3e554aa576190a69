import { Dasvm } from '@graft-ml/instance-based';
import { SupportVectorClassifier } from '@graft-ml/learners';
import { rotatedMoons } from '@graft-ml/datasets';
import { fact } from './support/boosting.js';
import { largestGap, normals, valuesOf } from './support/measure.js';

const xs = [...normals(1, 20, -1, 1), ...normals(2, 20, 1.5, 1)];
const ys = xs.map((_, i) => (i < 20 ? 'left' : 'right'));
const xt = [...normals(3, 20, -0.5, 1), ...normals(4, 20, 2, 1)];
const problem = { source: { x: xs, y: ys }, target: { x: xt } };

/** Rows by their place in `scores`, from the largest score down. */
const descending = (scores: Float64Array, rows: number[]) =>
  [...rows].sort((i, j) => scores[j]! - scores[i]!);

describe('the steps of DASVM', () => {
  it('are those of the comment, two iterations of them done by hand', async () => {
    const [gamma, nSwapped, nGrowing, entryCost] = [0.5, 3, 4, 0.2];
    const learner = new SupportVectorClassifier({ gamma });
    let source = [...xs.keys()];
    const age = new Map<number, number>();
    const label = new Map<number, string>();
    let machine = await learner.fit({ x: xs, y: ys });
    for (const iteration of [1, 2]) {
      const f = (await machine.scores(xt)).data;
      const on = (side: string) => (i: number) => (f[i]! >= 0 ? 'left' : 'right') === side;
      const lost = [...label].filter(([i, side]) => !on(side)(i)).map(([i]) => i);
      for (const i of lost) [age, label].forEach((map) => map.delete(i));
      for (const [i, h] of age) age.set(i, h + 1);
      const free = [...xt.keys()].filter(
        (i) => Math.abs(f[i]!) <= 1 && !label.has(i) && !lost.includes(i),
      );
      for (const i of descending(f, free.filter(on('left'))).slice(0, nSwapped))
        label.set(i, 'left');
      for (const i of descending(f, free.filter(on('right'))).slice(-nSwapped))
        label.set(i, 'right');
      for (const i of label.keys()) if (!age.has(i)) age.set(i, 0);
      const own = (await machine.scores(xs)).data;
      source = descending(own, source).slice(nSwapped, -nSwapped);
      const growth = (h: number) => Math.min(1, h / nGrowing) ** 2;
      const target = [...label.keys()];
      machine = await learner.fit({
        x: [...source.map((i) => xs[i]!), ...target.map((i) => xt[i]!)],
        y: [...source.map((i) => ys[i]!), ...target.map((i) => label.get(i)!)],
        weights: [
          ...source.map(() => 1 - (1 - entryCost) * growth(iteration)),
          ...target.map((i) => entryCost + (1 - entryCost) * growth(age.get(i)!)),
        ],
      });
    }
    const options = { gamma, nSwapped, nGrowing, entryCost, maxIterations: 2 };
    const model = await new Dasvm(options).fit(problem);
    const scores = valuesOf(await model.machines[0]!.scores(xt));
    expect(largestGap(scores, (await machine.scores(xt)).data)).toBeLessThan(1e-5);
    expect(fact(model, 'sourceRows')).toEqual([xs.length - 4 * nSwapped]);
  });

  it('end without source rows, on target rows alone', async () => {
    const { problem: moons } = rotatedMoons({ seed: 1, angle: 20, nSource: 60, nTarget: 60 });
    const model = await new Dasvm({ gamma: 1 }).fit(moons);
    expect(fact(model, 'sourceRows')).toEqual([0]);
    const rows = valuesOf(moons.target.x);
    const known = new Set(
      Array.from({ length: 60 }, (_, i) => `${rows[2 * i]} ${rows[2 * i + 1]}`),
    );
    const { data, rows: nVectors } = model.machines[0]!.expansion.vectors as typeof moons.target.x;
    for (let i = 0; i < nVectors; i++)
      expect(known.has(`${data[2 * i]} ${data[2 * i + 1]}`)).toBe(true);
  });
});
