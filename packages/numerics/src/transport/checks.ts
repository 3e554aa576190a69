import { TransferError, type DenseMatrix } from '@graft-ml/core';

/** Weights of both sides, uniform with the given total where left out. */
export interface Weights {
  readonly source: Float64Array;
  readonly target: Float64Array;
}

/** How far the sums of the two sides may lie apart, relative to them, before it counts as a mistake. */
const balance = 1e-9;
/** Costs must stay finite when multiplied by this: potentials, which are sums of costs, then do. */
const roomForSums = 1.7e8;

/** Checks the cost matrix and the weights of both sides; a side without weights gets uniform ones that sum to 1. */
export function checkTransport(
  cost: DenseMatrix,
  options: { readonly sourceWeights?: Float64Array; readonly targetWeights?: Float64Array },
  who: string,
): Weights {
  if (cost.rows === 0 || cost.columns === 0) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"cost" must have a row and a column at least; received ${cost.rows} × ${cost.columns}.`,
      details: { argument: 'cost', received: [cost.rows, cost.columns] },
    });
  }
  const bad = firstImmense(cost.data);
  if (bad >= 0) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"cost" must hold finite numbers below 1e300 in magnitude; row ${Math.floor(bad / cost.columns)}, column ${bad % cost.columns} is ${cost.data[bad]}.`,
      details: { argument: 'cost', reason: 'non-finite', firstIndex: bad },
    });
  }
  return {
    source: checkWeights(options.sourceWeights, cost.rows, 'sourceWeights', who),
    target: checkWeights(options.targetWeights, cost.columns, 'targetWeights', who),
  };
}

/** Throws `INVALID_DATA` unless both sides have the same sum; returns the target weights scaled to it exactly. */
export function checkBalanced({ source, target }: Weights, who: string): Float64Array {
  const supply = sumOf(source);
  const demand = sumOf(target);
  if (Math.abs(supply - demand) > balance * Math.max(supply, demand)) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `the weights of both sides must have the same sum; received ${supply} and ${demand}. Normalise them, or transport a part of the mass only.`,
      details: { argument: 'targetWeights', expected: supply, received: demand },
    });
  }
  return target.map((weight) => weight * (supply / demand));
}

/** Throws `INVALID_OPTION` unless the mass is positive and no side has less. */
export function checkMass(mass: number, { source, target }: Weights, who: string): void {
  const most = Math.min(sumOf(source), sumOf(target));
  if (mass > 0 && mass <= most * (1 + balance)) return;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"mass" must be a number in (0, ${most}], the smaller sum of the weights; received ${mass}.`,
    details: { option: 'mass', most, received: mass },
  });
}

/** Throws `INVALID_OPTION` unless the option is a positive finite number. */
export function checkPositive(option: string, value: number, who: string): void {
  if (value > 0 && value < Infinity) return;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"${option}" must be a number in (0, ∞); received ${value}.`,
    details: { option, received: value },
  });
}

/** The index of the first number that is not finite, or so large that sums of some of them need not
 * be; −1 without one. A product with zero tells them apart much faster than asking each one, and
 * nearly always there is none. */
function firstImmense(values: Float64Array): number {
  let zero = 0;
  for (let p = 0; p < values.length; p++) zero += values[p] * roomForSums * 0;
  return zero === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value * roomForSums));
}

export function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Indices of the weights above zero. */
export function positiveIndices(weights: Float64Array): Int32Array {
  return Int32Array.from(weights.keys()).filter((i) => weights[i] > 0);
}

/** The rows and columns of `cost` with those indices; `cost` itself when that is all of them. */
export function selectEntries(
  cost: DenseMatrix,
  rows: Int32Array,
  columns: Int32Array,
): DenseMatrix {
  if (rows.length === cost.rows && columns.length === cost.columns) return cost;
  const data = new Float64Array(rows.length * columns.length);
  rows.forEach((i, p) => {
    columns.forEach((j, q) => (data[p * columns.length + q] = cost.data[i * cost.columns + j]));
  });
  return { format: 'dense', rows: rows.length, columns: columns.length, data };
}

/** The values at those indices. */
export function selectValues(values: Float64Array, indices: Int32Array): Float64Array {
  return Float64Array.from(indices, (i) => values[i]);
}

/** Checks the weights of one side; uniform ones that sum to 1 where there are none. */
export function checkWeights(
  weights: Float64Array | undefined,
  count: number,
  argument: string,
  who: string,
): Float64Array {
  if (!weights) return new Float64Array(count).fill(1 / count);
  if (weights.length !== count) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"${argument}" must hold ${count} numbers; received ${weights.length}.`,
      details: { argument, expected: count, received: weights.length },
    });
  }
  const firstIndex = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (firstIndex >= 0 || sumOf(weights) === 0) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"${argument}" must hold numbers that are not negative and not all zero; ${firstIndex >= 0 ? `number ${firstIndex} is ${weights[firstIndex]}` : 'all are zero'}.`,
      details: { argument, reason: 'weights', firstIndex },
    });
  }
  return weights;
}
