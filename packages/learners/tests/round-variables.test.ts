import { type Matrix, toMatrix } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { meanRow } from '../src/internal/centred.js';
import {
  placeCoefficients,
  type RoundVariables,
  roundVariables,
  turnGradient,
} from '../src/internal/round-variables.js';
import { centredProducts } from '../src/internal/shifted-gram.js';
import { gap, groups, someWeights, sparse } from './support/samples.js';

const d = 4;
const { x: rows, value } = groups(50, d, 3);
const related = rows.map((row) => [row[0]!, 100 * row[1]!, row[0]! + 0.01 * row[2]!, row[3]!]);
const weights = Float64Array.from(someWeights(50, 4));
const curvature = 0.25;
const pull = 0.02;

/** curvature · Σ w·(x − mean)·(x − mean)ᵀ / Σ w + pull · I, entry by entry. */
function hessian(x: number[][], w: Float64Array): number[][] {
  const total = w.reduce((a, b) => a + b, 0);
  const mean = x[0]!.map((_, j) => x.reduce((s, row, i) => s + w[i]! * row[j]!, 0) / total);
  return mean.map((mj, j) =>
    mean.map((mk, k) => {
      const sum = x.reduce((s, row, i) => s + w[i]! * (row[j]! - mj) * (row[k]! - mk), 0);
      return (curvature * sum) / total + (j === k ? pull : 0);
    }),
  );
}

function variablesOf(x: Matrix, w?: Float64Array, engine = true): RoundVariables {
  const total = w?.reduce((a, b) => a + b, 0) ?? x.rows;
  const parts = { x, weights: w, mean: meanRow(x, w), total, curvature, pull };
  return roundVariables(parts, engine ? referenceLinearAlgebra : undefined);
}

/** Column j: the coefficients that the j-th variable alone stands for. */
function columnsOf(variables: RoundVariables): Float64Array[] {
  return Array.from({ length: d }, (_, j) => {
    const out = new Float64Array(d);
    placeCoefficients(
      variables,
      Float64Array.from({ length: d }, (__, k) => (j === k ? 1 : 0)),
      0,
      out,
      0,
    );
    return out;
  });
}

describe('the variables of linear fits', () => {
  it.each([
    ['dense', toMatrix(related, 'test', 'x'), undefined],
    ['weighted', toMatrix(related, 'test', 'x'), weights],
    ['sparse', sparse(related), undefined],
    ['weighted sparse', sparse(related), weights],
  ] as const)('make the curvature 1 in every direction (%s rows)', (_, x, w) => {
    const h = hessian(related, w ?? new Float64Array(50).fill(1));
    const columns = columnsOf(variablesOf(x, w));
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < d; k++) {
        let bend = 0;
        h.forEach((row, a) =>
          row.forEach((v, b) => (bend += columns[j]![a]! * v * columns[k]![b]!)),
        );
        expect(bend).toBeCloseTo(j === k ? 1 : 0, 5);
      }
    }
  });

  it('make it 1 along the axes only where there are fewer rows than columns', () => {
    const few = related.slice(0, 3);
    const variables = variablesOf(toMatrix(few, 'test', 'x'));
    expect(variables.factor).toBeUndefined();
    const h = hessian(few, new Float64Array(3).fill(1));
    expect(
      gap(
        variables.units,
        h.map((row, j) => 1 / Math.sqrt(row[j]!)),
      ),
    ).toBeLessThan(1e-9);
  });

  it('turn gradients by the transpose of what they turn coefficients by', () => {
    const variables = variablesOf(toMatrix(related, 'test', 'x'));
    const given = Float64Array.of(0.3, -1, 2, 0.7);
    const turned = given.slice();
    turnGradient(variables, turned, 0);
    columnsOf(variables).forEach((column, j) => {
      expect(turned[j]).toBeCloseTo(
        column.reduce((s, v, k) => s + v * given[k]!, 0),
        10,
      );
    });
  });

  it('keep to the axes where rows overflow or sparse rows are too far from 0 to be centred later', () => {
    const huge = toMatrix(
      [
        [1e200, 1],
        [-1e200, 2],
        [0, 3],
      ],
      'test',
      'x',
    );
    expect(variablesOf(huge).factor).toBeUndefined();
    const far = related.map((row) => row.map((v, j) => v + (j === 0 ? 1e9 : 0)));
    expect(variablesOf(sparse(far)).factor).toBeUndefined();
    expect(variablesOf(toMatrix(far, 'test', 'x')).factor).toBeDefined();
  });
});

describe('products of centred rows', () => {
  it.each([
    ['near 0', 0, undefined],
    ['far from 0', 1e4, undefined],
    ['with weights', 1, weights],
  ])('are those of the rows less their means (%s)', (_, shift, w) => {
    const moved = rows.map((row) => row.map((v) => v + shift));
    const x = toMatrix(moved, 'test', 'x');
    const y = Float64Array.from(value, (v, i) => (w ? Math.sqrt(w[i]!) : 1) * v);
    const level = w ? 0 : y.reduce((a, b) => a + b, 0) / y.length;
    const right = toMatrix(
      Array.from(y, (v) => [v - level]),
      'test',
      'y',
    );
    if (x.format !== 'dense' || right.format !== 'dense') throw new Error('made dense');
    const mean = meanRow(x, w);
    const { gram, products } = centredProducts(referenceLinearAlgebra, x, right, mean, w);
    for (let j = 0; j < d; j++) {
      const along = (k: number, i: number) =>
        (w ? Math.sqrt(w[i]!) : 1) * (moved[i]![k]! - mean[k]!);
      const product = moved.reduce((s, __, i) => s + along(j, i) * right.data[i]!, 0);
      expect(products.data[j]).toBeCloseTo(product, 9);
      for (let k = 0; k < d; k++) {
        const sum = moved.reduce((s, __, i) => s + along(j, i) * along(k, i), 0);
        expect(gram.data[j * d + k]).toBeCloseTo(sum, 9);
      }
    }
  });
});
