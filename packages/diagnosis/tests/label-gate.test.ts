import { type LabelledInput, selectRows, stackRows, toMatrix } from '@graft-ml/core';
import { negativeTransferDial } from '@graft-ml/datasets';
import { labelGate, negativeTransferGap } from '@graft-ml/diagnosis';
import { kFold, RidgeRegression, splitsOf } from '@graft-ml/learners';

const ridge = new RidgeRegression({ regularization: 2, intercept: false });

/** Squared errors on the target's test rows of target-only, pooling and the gate's mix, and the gate's share. */
async function atAngle(angle: number, nLabelled: number, seed: number, nFolds = 5) {
  const { problem, evaluation } = negativeTransferDial({ angle, nLabelled, seed });
  const { source, target } = problem;
  const xs = toMatrix(source.x, 'test', 'source');
  const ys = Array.from(source.y!, Number);
  const xl = toMatrix(target.labelled!.x, 'test', 'labelled');
  const yl = Array.from(target.labelled!.y, Number);
  const teach = async (rows: Int32Array, pooled: boolean) => {
    const own = { x: selectRows(xl, rows), y: Array.from(rows, (i) => yl[i]!) };
    const data: LabelledInput = pooled
      ? { x: stackRows([xs, own.x]), y: [...ys, ...own.y], task: 'regression' }
      : { ...own, task: 'regression' };
    return ridge.fit(data);
  };
  const outOfFold = {
    targetOnly: new Float64Array(nLabelled),
    transfer: new Float64Array(nLabelled),
  };
  for (const { train, test } of nFolds > 0 ? splitsOf(kFold(nLabelled, nFolds, seed)) : []) {
    for (const [name, pooled] of [
      ['targetOnly', false],
      ['transfer', true],
    ] as const) {
      const model = await teach(train, pooled);
      const said = await model.predictEncoded(selectRows(xl, test));
      test.forEach((row, k) => (outOfFold[name][row] = said[k]!));
    }
  }
  const { share } = labelGate({ labels: yl, ...outOfFold });
  const all = Int32Array.from({ length: nLabelled }, (_, i) => i);
  const [own, pooled] = [await teach(all, false), await teach(all, true)];
  const [a, b] = [await own.predictEncoded(target.x), await pooled.predictEncoded(target.x)];
  const losses = (said: (i: number) => number) =>
    Float64Array.from(evaluation.y as ArrayLike<number>, (y, i) => (y - said(i)) ** 2);
  return {
    share,
    targetOnly: losses((i) => a[i]!),
    pooling: losses((i) => b[i]!),
    gated: losses((i) => (1 - share) * a[i]! + share * b[i]!),
  };
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('the dial from help to harm', () => {
  it.each([0, 60, 120, 180])('the gate does not fall behind target-only at %i°', async (angle) => {
    const gaps: number[] = [];
    for (let seed = 0; seed < 8; seed++) {
      const { targetOnly, gated } = await atAngle(angle, 30, seed);
      gaps.push(mean(gated) - mean(targetOnly));
    }
    const spread = Math.sqrt(
      gaps.reduce((sum, gap) => sum + (gap - mean(gaps)) ** 2, 0) / (gaps.length - 1) / gaps.length,
    );
    expect(mean(gaps)).toBeLessThanOrEqual(spread + 1e-9);
    if (angle === 0) expect(mean(gaps)).toBeLessThan(-0.2);
  });

  it('pooling helps below and harms above an angle that falls with the number of labels', async () => {
    // Crossings near 60° with 10 labels, 43° with 30, 23° with 100.
    const gapAt = async (angle: number, nLabelled: number) => {
      const gaps = [];
      for (let seed = 0; seed < 5; seed++) {
        const { targetOnly, pooling } = await atAngle(angle, nLabelled, seed, 0);
        gaps.push(mean(pooling) - mean(targetOnly));
      }
      return mean(gaps);
    };
    for (const [nLabelled, below, above] of [
      [10, 45, 75],
      [30, 30, 60],
      [100, 10, 40],
    ] as const) {
      expect(await gapAt(below, nLabelled)).toBeLessThan(0);
      expect(await gapAt(above, nLabelled)).toBeGreaterThan(0);
    }
  });

  it('the gap says so with an interval', async () => {
    const near = await atAngle(0, 30, 1);
    const far = await atAngle(150, 30, 1);
    expect(negativeTransferGap(near.pooling, near.targetOnly).high).toBeLessThan(0);
    const harm = negativeTransferGap(far.pooling, far.targetOnly);
    expect(harm.low).toBeGreaterThan(0);
    expect(harm.gap).toBeCloseTo(mean(far.pooling) - mean(far.targetOnly), 12);
  });
});

describe('the gate', () => {
  it('takes the smallest share within one standard error of the best', () => {
    const labels = [1, 2, 3, 4];
    // The errors of the mix at share λ are 4·(1 − λ)²: all alike, so that the standard error is 0 and 1 is the only choice.
    const decision = labelGate({ labels, targetOnly: [3, 4, 5, 6], transfer: labels });
    expect(decision).toEqual({
      share: 1,
      errors: { targetOnly: 4, transfer: 0, mix: 0 },
      standardError: 0,
    });
    expect(labelGate({ labels, targetOnly: labels, transfer: [3, 4, 5, 6] }).share).toBe(0);
    // One row alone speaks for transfer: not enough.
    expect(labelGate({ labels, targetOnly: [3, 2, 3, 4], transfer: labels }).share).toBe(0);
  });

  it('refuses fewer than three rows and other lengths', () => {
    expect(() => labelGate({ labels: [1, 2], targetOnly: [1, 2], transfer: [1, 2] })).toThrow(
      /3 rows/,
    );
    expect(() => labelGate({ labels: [1, 2, 3], targetOnly: [1], transfer: [1, 2, 3] })).toThrow(
      /must be 3/,
    );
  });
});
