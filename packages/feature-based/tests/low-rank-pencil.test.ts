import { denseMatrix } from '@graft-ml/core';
import { randomSource, referenceLinearAlgebra as linalg } from '@graft-ml/numerics';
import { topComponents } from '../src/internal/components.js';
import { factoredPencil, scatterPencil } from '../src/internal/low-rank-pencil.js';
import { addToDiagonal, plus, scaled } from '../src/internal/matrix-sums.js';
import { largestGap } from './support/measure.js';

const random = randomSource(12);
const drawn = (rows: number, columns: number) =>
  denseMatrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => random.normal()),
  );

describe('components of scatter per penalty', () => {
  it.each([
    [1, 'one direction'],
    [3, 'few directions'],
    [12, 'more directions than coordinates'],
  ])('are those of the whole problem: P = λI, %p (%s)', (few) => {
    const scatter = linalg.crossProduct(drawn(20, 7));
    const directions = drawn(few, 7);
    const penalty = addToDiagonal(linalg.crossProduct(directions), 0.3);
    const expected = topComponents(linalg, scatter, penalty, 4);
    const found = scatterPencil(linalg, scatter, 0.3)(directions, 4);
    expect(largestGap(found.values, expected.values)).toBeLessThan(1e-11);
    expect(largestGap(found.vectors.data, expected.vectors.data)).toBeLessThan(1e-11);
  });

  it('are those without a penalty where no direction has length', () => {
    const scatter = linalg.crossProduct(drawn(20, 5));
    const found = scatterPencil(linalg, scatter, 2)(denseMatrix(1, 5), 5);
    const { values } = linalg.eigenSymmetric(scaled(scatter, 1 / 2));
    expect(largestGap(found.values, values)).toBeLessThan(1e-11);
  });

  it('keep their digits where one direction carries nearly all of the scatter', () => {
    const rows = drawn(30, 6);
    for (let i = 0; i < 30; i++) rows.data[i * 6] = 1e4 * rows.data[i * 6]!;
    const scatter = linalg.crossProduct(rows);
    const directions = denseMatrix(1, 6, Float64Array.of(1e4, 0, 0, 0, 0, 0));
    const found = scatterPencil(linalg, scatter, 1)(directions, 6);
    const penalty = addToDiagonal(linalg.crossProduct(directions), 1);
    const expected = topComponents(linalg, scatter, penalty, 6);
    // ε times the scatter of 3·10⁹ is what either way of solving rounds off.
    expect(largestGap(found.values, expected.values)).toBeLessThan(1e-5);
    expect(expected.values[5]).toBeGreaterThan(1);
  });

  it('are those of the whole problem: S = F·Fᵀ, any P', () => {
    const factor = drawn(9, 4);
    const directions = drawn(2, 9);
    const price = addToDiagonal(linalg.crossProduct(drawn(12, 9)), 0.1);
    const scatter = linalg.multiply(factor, factor, { transposeB: true });
    const penalty = plus(price, linalg.crossProduct(directions));
    const expected = topComponents(linalg, scatter, penalty, 3);
    const found = factoredPencil(linalg, factor, price)(directions, 3);
    expect(largestGap(found.values, expected.values)).toBeLessThan(1e-12);
    expect(largestGap(found.vectors.data, expected.vectors.data)).toBeLessThan(1e-12);
    expect(factoredPencil(linalg, factor, price)(directions, 9).values).toHaveLength(4);
  });
});
