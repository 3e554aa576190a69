import type { ProblemInput } from '@graft-ml/core';
import { curvedBoundary, rotatedMoons, shiftedBlobs } from '@graft-ml/datasets';
import { Dasvm, type DasvmOptions } from '@graft-ml/instance-based';
import { SupportVectorClassifier } from '@graft-ml/learners';
import { agreement, mean, normals, valuesOf } from './support/measure.js';

interface Made {
  readonly problem: ProblemInput & { readonly target: { readonly x: never } };
  readonly evaluation: { readonly y: Float64Array };
}

/** Mean target accuracy of a plain machine and of DASVM with the same kernel, over 6 seeds. */
async function accuracies(make: (seed: number) => unknown, options: DasvmOptions = {}) {
  const [plain, moved]: [number[], number[]] = [[], []];
  for (let seed = 0; seed < 6; seed++) {
    const { problem, evaluation } = make(seed) as Made;
    const { gamma = 'scale' } = options;
    const base = await new SupportVectorClassifier({ gamma }).fit(problem);
    plain.push(agreement(await base.predictEncoded(problem.target.x), evaluation.y));
    const model = await new Dasvm(options).fit(problem);
    moved.push(agreement(await model.predictEncoded(problem.target.x), evaluation.y));
  }
  return { plain: mean(plain), moved: mean(moved) };
}

describe('Dasvm', () => {
  it('follows moons turned by 30° from 0.92 to 0.99', async () => {
    const { plain, moved } = await accuracies((seed) => rotatedMoons({ seed, angle: 30 }));
    expect(moved).toBeGreaterThan(0.97);
    expect(moved - plain).toBeGreaterThan(0.04);
  });

  it('follows three moved blobs, one class against the rest', async () => {
    const { plain, moved } = await accuracies((seed) =>
      shiftedBlobs({ seed, shift: 2, scale: 1, nSource: 90, nTarget: 90 }),
    );
    expect(moved - plain).toBeGreaterThan(0.04);
  });

  it('gains nothing where the boundary stays and only rows move, as its page says', async () => {
    const { plain, moved } = await accuracies((seed) => curvedBoundary({ seed }), { gamma: 1 });
    expect(moved).toBeLessThan(plain + 0.01);
  });

  it('gives scores per class, the second of two the negative of the first', async () => {
    const { problem } = rotatedMoons({ seed: 1, angle: 20, nSource: 40, nTarget: 40 });
    const model = await new Dasvm().fit(problem);
    const scores = valuesOf(await model.scores(problem.target.x));
    const predicted = await model.predictEncoded(problem.target.x);
    for (let i = 0; i < 40; i++) {
      expect(scores[2 * i + 1]).toBe(-scores[2 * i]!);
      expect(predicted[i]).toBe(scores[2 * i]! >= 0 ? 0 : 1);
    }
  });

  it('says why it stopped: used up, or no row left of a class', async () => {
    const { problem } = rotatedMoons({ seed: 1, angle: 20, nSource: 40, nTarget: 40 });
    const cut = (await new Dasvm({ maxIterations: 3 }).fit(problem)).diagnostics;
    expect([cut.converged, cut.iterations, cut.stopReason]).toEqual([
      false,
      3,
      'the iterations were used up',
    ]);
    expect(cut.warnings.map(({ code }) => code)).toEqual(['NOT_CONVERGED']);
    const x = [...normals(1, 10, -3, 0.5), ...normals(2, 10, 3, 0.5)];
    const far = {
      source: { x, y: x.map((_, i) => (i < 10 ? 0 : 1)) },
      target: { x: [[-90], [-95]] },
    };
    const stopped = (await new Dasvm({ kernel: 'linear' }).fit(far)).diagnostics;
    expect(stopped.stopReason).toBe('without more source rows one class would have none');
  });
});
