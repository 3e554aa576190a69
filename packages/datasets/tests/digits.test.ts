import { isTransferError, scenario, toProblem } from '@graft-ml/core';
import {
  digitsDemo,
  formatTable,
  knownProblemTables,
  npyToMatrix,
  opticalDigits,
  parseTable,
  simulateDigits,
  tableToDomain,
} from '@graft-ml/datasets';
import { readNpy } from '@graft-ml/datasets/node';
import { describeWith } from '../../../tools/testing/golden.js';

const inkValues = (x: Float64Array) =>
  x.every((value) => Number.isInteger(value) && value >= 0 && value <= 16);

/** FNV-1a over small whole numbers. */
function checksum(...arrays: Float64Array[]): number {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (const value of array) hash = Math.imul(hash ^ value, 0x01000193) >>> 0;
  }
  return hash;
}

function countPerDigit(y: Float64Array): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const digit of y) counts[digit]!++;
  return counts;
}

/** Share of `y` that the nearest class mean of (x, y) guesses right on another set. */
function nearestMeanAccuracy(
  train: { x: { data: Float64Array }; y: Float64Array },
  test: { x: { data: Float64Array }; y: Float64Array },
): number {
  const means = new Float64Array(640);
  const counts = countPerDigit(train.y);
  train.y.forEach((digit, i) => {
    for (let j = 0; j < 64; j++) {
      means[64 * digit + j]! += train.x.data[64 * i + j]! / counts[digit]!;
    }
  });
  let right = 0;
  test.y.forEach((digit, i) => {
    const distances = Array.from({ length: 10 }, (_, c) => {
      let sum = 0;
      for (let j = 0; j < 64; j++) sum += (test.x.data[64 * i + j]! - means[64 * c + j]!) ** 2;
      return sum;
    });
    if (distances.indexOf(Math.min(...distances)) === digit) right++;
  });
  return right / test.y.length;
}

describe('opticalDigits', () => {
  it('holds the published test set: 1797 images, their classes, every value', () => {
    const { x, y } = opticalDigits();
    expect([x.rows, x.columns]).toEqual([1797, 64]);
    expect(inkValues(x.data)).toBe(true);
    expect(countPerDigit(y)).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    expect(checksum(x.data, y)).toBe(0x569b6da1);
  });

  it('decodes a fresh copy at each call', () => {
    opticalDigits().x.data.fill(0);
    expect(opticalDigits().x.data[2]).toBe(5);
  });
});

describeWith(
  ['data', 'digits_sklearn', 'x.npy'],
  'the digits as scikit-learn ships them',
  (file) => {
    it('are those embedded here', async () => {
      const { x, y } = opticalDigits();
      expect(x).toEqual(npyToMatrix(await readNpy(file)));
      expect(y).toEqual((await readNpy(file.replace('x.npy', 'y.npy'))).data);
    });
  },
);

describe('simulateDigits', () => {
  const simulated = simulateDigits();

  it('makes 200 images of each digit by default, digits taking turns', () => {
    expect([simulated.x.rows, simulated.x.columns]).toEqual([2000, 64]);
    expect(Array.from(simulated.y.subarray(0, 12))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    expect(inkValues(simulated.x.data)).toBe(true);
  });

  it('is fixed by the seed; more images begin with the same ones', () => {
    const few = checksum(simulateDigits({ seed: 0, perClass: 3 }).x.data);
    expect(checksum(simulateDigits({ perClass: 3 }).x.data)).toBe(few);
    expect(checksum(simulated.x.data.subarray(0, 30 * 64))).toBe(few);
    expect(checksum(simulateDigits({ seed: 1, perClass: 3 }).x.data)).not.toBe(few);
  });

  it('draws the digits of seed 0 to the pixel', () => {
    expect(checksum(simulated.x.data)).toBe(0x95cab7ea);
  });

  it('draws digits: class means of one seed tell those of another apart', () => {
    const other = simulateDigits({ seed: 1, perClass: 50 });
    expect(nearestMeanAccuracy(simulated, other)).toBeGreaterThan(0.85);
  });

  it('leaves a gap to the real digits that is wide, but far above chance', () => {
    const accuracy = nearestMeanAccuracy(simulated, opticalDigits());
    expect(accuracy).toBeGreaterThan(0.5);
    expect(accuracy).toBeLessThan(0.75);
  });

  it.each([0, 2.5])('refuses %s images per digit', (perClass) => {
    try {
      simulateDigits({ perClass });
      throw new Error('not refused');
    } catch (error) {
      expect(isTransferError(error, 'INVALID_OPTION')).toBe(true);
    }
  });
});

describe('digitsDemo', () => {
  const demo = digitsDemo({ seed: 3, perClass: 5 });

  it('is a transductive problem of one feature space; evaluation labels stay outside', () => {
    const problem = toProblem(demo.problem);
    expect(scenario(problem)).toMatchObject({ kind: 'homogeneous', supervision: 'transductive' });
    expect(problem.sources[0]!.task).toEqual({
      kind: 'classification',
      classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    });
    expect(Object.keys(demo.problem.target)).not.toContain('y');
    expect(demo.evaluation.y).toEqual(opticalDigits().y);
    expect(demo.imageShape[0] * demo.imageShape[1]).toBe(problem.target.x.columns);
  });

  it('survives the way through CSV files unchanged', async () => {
    const { source, target } = knownProblemTables(demo, 'digit');
    const read = async (table: typeof source) =>
      tableToDomain(await parseTable([...formatTable(table)].join('')), { label: 'digit' });
    const [sourceBack, targetBack] = [await read(source), await read(target)];
    expect(sourceBack).toMatchObject({
      x: demo.problem.source.x,
      y: demo.problem.source.y,
      featureNames: demo.problem.source.featureNames,
    });
    expect(targetBack.x).toEqual(demo.problem.target.x);
    expect(targetBack.y).toEqual(demo.evaluation.y);
  });
});
