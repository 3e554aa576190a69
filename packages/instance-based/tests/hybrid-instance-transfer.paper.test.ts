import type { LabelledInput, Learner, Matrix, MatrixInput, ProblemInput } from '@graft-ml/core';
import { denseMatrix, toDense } from '@graft-ml/core';
import { HybridInstanceTransfer } from '@graft-ml/instance-based';
import { NearestCentroid } from '@graft-ml/learners';
import { fact } from './support/boosting.js';
import { largestGap, mean } from './support/measure.js';

/** A learner whose probability of the second class is `share` of the first feature, whatever it is taught. */
class Decided implements Learner {
  readonly produces = 'model';
  readonly options = {};
  readonly #share: (x: number) => number;

  constructor(share: (x: number) => number) {
    this.#share = share;
  }

  async fit(data: ProblemInput | LabelledInput) {
    const model = await new NearestCentroid().fit(data);
    const predictProba = async (x: MatrixInput) => {
      const rows = toDense(x as Matrix);
      const shares = denseMatrix(rows.rows, 2);
      for (let i = 0; i < rows.rows; i++) {
        const p = this.#share(rows.data[i * rows.columns]!);
        shares.data.set([1 - p, p], 2 * i);
      }
      return shares;
    };
    return Object.assign(model, { predictProba });
  }
}

const classifier = new Decided((x) => (1 + x) / 6);
const learner = new Decided((x) => x / 4);
const source = { x: [[0], [1], [2], [3]], y: ['no', 'yes', 'no', 'yes'] };
const target = {
  x: [[1], [2], [3], [4]],
  labelled: { x: [[0.5], [1.5], [2.5], [3.5]], y: ['no', 'no', 'yes', 'yes'] },
};

const odds = [1 / 5, 1 / 2, 1, 2];
const domain = odds.map((value) => value / mean(odds));
// P_T(yes) is 0, ¼, ½, ¾: how sure the target's model is of no, yes, no, yes.
const certainty = [1, -1 / 2, 0, 1 / 2];
const shrunk = certainty.map((value) => (4 / (4 + 2)) * value);

async function weigh(combine: 'sum' | 'product' | 'domain' | 'task', targetShare: number) {
  const options = { combine, targetShare, shrinkage: 2, nFolds: 2 };
  const dependencies = { learner, classifier };
  return new HybridInstanceTransfer(options, dependencies).fit({ source, target });
}

describe('the formula of hybrid instance transfer', () => {
  it.each([
    ['sum', domain.map((d, i) => Math.max(0, d + shrunk[i]!))],
    ['product', domain.map((d, i) => Math.max(0, d * shrunk[i]!))],
    ['domain', domain],
    ['task', shrunk.map((value) => Math.max(0, value))],
  ] as const)('is that of the comment for %s', async (combine, raw) => {
    const { problem, fitted } = await weigh(combine, 0.5);
    // Half of the weight of 4 + 4 rows is the source's, so its mean stays 1 — but for the cap of the density ratio.
    expect(
      largestGap(
        problem.sources[0]!.weights!,
        raw.map((value) => value / mean(raw)),
      ),
    ).toBeLessThan(0.02);
    if (combine !== 'domain')
      expect(largestGap(fitted.weightParts[0]!.task, shrunk)).toBeLessThan(1e-12);
    if (combine !== 'domain') expect(fact(fitted, 'agreement')).toEqual([0.5]);
  });

  it('mixes the mean losses of both domains with a and 1 − a', async () => {
    const { problem } = await weigh('sum', 0.8);
    const [ofSource, ofTarget] = problem.sources.map(({ weights }) => mean(weights!) * 4);
    expect(ofTarget! / (ofSource! + ofTarget!)).toBeCloseTo(0.8, 12);
  });

  it('takes the share of the least held-out log-loss', async () => {
    const { fitted } = await new HybridInstanceTransfer({ nFolds: 2 }).fit({ source, target });
    const [shares, losses] = [fact(fitted, 'triedShares'), fact(fitted, 'heldOutLosses')];
    expect(losses).toHaveLength(10);
    expect(fact(fitted, 'targetShare')[0]).toBe(shares[losses.indexOf(Math.min(...losses))]);
  });
});
