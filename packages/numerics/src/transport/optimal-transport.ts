import type { DenseMatrix, SparseMatrix } from '@graft-ml/core';
import {
  checkBalanced,
  checkMass,
  checkTransport,
  positiveIndices,
  selectEntries,
  selectValues,
  sumOf,
} from './checks.js';
import type { MaybeTransportEngine, TransportBasis } from './engine.js';
import { solveByNetworkSimplex } from './network-simplex.js';

export interface TransportOptions {
  /** Mass of each row of the cost matrix, not negative. Default uniform with sum 1. */
  readonly sourceWeights?: Float64Array;
  /** Mass of each column, with the same sum (but for `partialTransport`). Default uniform with sum 1. */
  readonly targetWeights?: Float64Array;
  /** Steps of the network simplex at most. Default 10 million; a problem with n + m = 2000 takes some ten thousand. */
  readonly maxIterations?: number;
  /** Does the work where it can; default TypeScript. */
  readonly engine?: MaybeTransportEngine;
}

export interface TransportPlan {
  /** Mass sent from row to column [n, m]; n + m − 1 entries are positive at most. */
  readonly plan: SparseMatrix;
  /** `Σ planᵢⱼ · costᵢⱼ`. */
  readonly cost: number;
  /** Dual prices: `sourceᵢ + targetⱼ ≤ costᵢⱼ`, with equality where the plan is positive. */
  readonly sourcePotentials: Float64Array;
  readonly targetPotentials: Float64Array;
  readonly diagnostics: {
    readonly iterations: number;
    /** `optimal`, or `max-iterations` when the plan is one that could be made cheaper. */
    readonly reason: 'optimal' | 'max-iterations';
  };
}

const defaultMaxIterations = 10_000_000;

/** The cheapest plan that moves the source masses onto the target masses.
 *
 * Solves    min_P Σ Pᵢⱼ·Cᵢⱼ   with P ≥ 0, rows that sum to the source weights, columns to the target weights
 * Method    network simplex on the complete bipartite graph; memory n·m for the costs and n + m beside them
 * Accuracy  the plan is the cheapest up to rounding errors of the largest potential, whatever the scales of the costs
 * Errors    SHAPE_MISMATCH, INVALID_DATA for costs beyond 1e300 and for weights that are negative or whose sums differ by
 *           more than 1e-9
 * @example
 * const { plan, cost } = optimalTransport(denseMatrix(2, 2, Float64Array.of(0, 1, 1, 0)));
 * // cost: 0, plan: half of the mass stays with each
 */
export function optimalTransport(cost: DenseMatrix, options: TransportOptions = {}): TransportPlan {
  const who = 'optimalTransport';
  const weights = checkTransport(cost, options, who);
  return solve(cost, weights.source, checkBalanced(weights, who), options);
}

/** The cheapest plan that moves a part of the mass, wherever that is cheapest.
 *
 * Solves    min_P Σ Pᵢⱼ·Cᵢⱼ   with P ≥ 0, Σ P = mass, rows that sum to the source weights at most, columns likewise
 * Method    `optimalTransport` with one more source and target that take what stays, at no cost
 * Paper     Caffarelli & McCann, Free boundaries in optimal transport, Ann. Math. 171 (2010); Chapel et al., Partial optimal
 *           transport, NeurIPS 2020
 */
export function partialTransport(
  cost: DenseMatrix,
  mass: number,
  options: TransportOptions = {},
): TransportPlan {
  const who = 'partialTransport';
  const weights = checkTransport(cost, options, who);
  checkMass(mass, weights, who);
  const { rows: n, columns: m } = cost;
  const extended = new Float64Array((n + 1) * (m + 1));
  let most = 0;
  for (let i = 0; i < n; i++) {
    extended.set(cost.data.subarray(i * m, (i + 1) * m), i * (m + 1));
  }
  for (const value of cost.data) most = Math.max(most, Math.abs(value));
  // Nothing may go from what stays to what stays: that would leave less than the mass for the others.
  extended[extended.length - 1] = 4 * most + 1;
  const source = append(weights.source, Math.max(0, sumOf(weights.target) - mass));
  const target = append(weights.target, Math.max(0, sumOf(weights.source) - mass));
  const solved = solve(
    { format: 'dense', rows: n + 1, columns: m + 1, data: extended },
    source,
    target.map((weight) => weight * (sumOf(source) / sumOf(target))),
    options,
  );
  return withoutLast(solved, cost);
}

function solve(
  cost: DenseMatrix,
  source: Float64Array,
  target: Float64Array,
  { engine, maxIterations = defaultMaxIterations }: TransportOptions,
): TransportPlan {
  const rows = positiveIndices(source);
  const columns = positiveIndices(target);
  const problem = {
    cost: selectEntries(cost, rows, columns),
    supply: selectValues(source, rows),
    demand: selectValues(target, columns),
    maxIterations,
  };
  const basis = engine?.solveTransport?.(problem) ?? solveByNetworkSimplex(problem);
  const plan = planOf(cost, basis, rows, columns);
  let total = 0;
  for (let i = 0; i < plan.rows; i++) {
    for (let p = plan.rowStarts[i]; p < plan.rowStarts[i + 1]; p++) {
      total += plan.values[p] * cost.data[i * cost.columns + plan.columnIndices[p]];
    }
  }
  return {
    plan,
    cost: total,
    ...potentialsOf(cost, basis, rows, columns),
    diagnostics: {
      iterations: basis.iterations,
      reason: basis.optimal ? 'optimal' : 'max-iterations',
    },
  };
}

/** The positive flows of a basis as sparse rows. */
function planOf(
  cost: DenseMatrix,
  { sources, targets, flows }: TransportBasis,
  rows: Int32Array,
  columns: Int32Array,
): SparseMatrix {
  const order = Int32Array.from(flows.keys())
    .filter((arc) => flows[arc] > 0)
    .sort((a, b) => sources[a] - sources[b] || targets[a] - targets[b]);
  const rowStarts = new Int32Array(cost.rows + 1);
  for (const arc of order) rowStarts[rows[sources[arc]] + 1]++;
  for (let i = 0; i < cost.rows; i++) rowStarts[i + 1] += rowStarts[i];
  return {
    format: 'csr',
    rows: cost.rows,
    columns: cost.columns,
    rowStarts,
    columnIndices: order.map((arc) => columns[targets[arc]]),
    values: Float64Array.from(order, (arc) => flows[arc]),
  };
}

/** Potentials of all rows and columns; those without mass get the largest price that stays feasible. */
function potentialsOf(
  cost: DenseMatrix,
  basis: TransportBasis,
  rows: Int32Array,
  columns: Int32Array,
): { readonly sourcePotentials: Float64Array; readonly targetPotentials: Float64Array } {
  const u = new Float64Array(cost.rows).fill(Infinity);
  const v = new Float64Array(cost.columns).fill(Infinity);
  rows.forEach((i, p) => (u[i] = basis.sourcePotentials[p]));
  columns.forEach((j, p) => (v[j] = basis.targetPotentials[p]));
  if (rows.length < cost.rows) {
    for (let i = 0; i < cost.rows; i++) {
      if (u[i] !== Infinity) continue;
      for (const j of columns) u[i] = Math.min(u[i], cost.data[i * cost.columns + j] - v[j]);
    }
  }
  if (columns.length < cost.columns) {
    for (let j = 0; j < cost.columns; j++) {
      if (v[j] !== Infinity) continue;
      for (let i = 0; i < cost.rows; i++) {
        v[j] = Math.min(v[j], cost.data[i * cost.columns + j] - u[i]);
      }
    }
  }
  return { sourcePotentials: u, targetPotentials: v };
}

function append(values: Float64Array, last: number): Float64Array {
  const longer = new Float64Array(values.length + 1);
  longer.set(values);
  longer[values.length] = last;
  return longer;
}

/** A solution without its last source and target. */
function withoutLast(solved: TransportPlan, cost: DenseMatrix): TransportPlan {
  const { plan } = solved;
  const rowStarts = new Int32Array(cost.rows + 1);
  const kept: number[] = [];
  for (let i = 0; i < cost.rows; i++) {
    for (let p = plan.rowStarts[i]; p < plan.rowStarts[i + 1]; p++) {
      if (plan.columnIndices[p] < cost.columns) kept.push(p);
    }
    rowStarts[i + 1] = kept.length;
  }
  return {
    ...solved,
    plan: {
      format: 'csr',
      rows: cost.rows,
      columns: cost.columns,
      rowStarts,
      columnIndices: Int32Array.from(kept, (p) => plan.columnIndices[p]),
      values: Float64Array.from(kept, (p) => plan.values[p]),
    },
    sourcePotentials: solved.sourcePotentials.slice(0, cost.rows),
    targetPotentials: solved.targetPotentials.slice(0, cost.columns),
  };
}
