import {
  type DenseMatrix,
  type FeatureSpace,
  type FittedStep,
  type Matrix,
  type MatrixInput,
  type RunOptions,
  transformProblem,
  type TransferProblem,
} from '@graft-ml/core';
import { appendColumns } from './blocks.js';
import { extendedFeatures } from './fitted-extension.js';
import { rowRange } from './label-target.js';

/** The problem as `fitted` maps it, which adds columns; those of the rows of all sources and then of the target are known: `added`, one or more beside each other. */
export function extendProblem(
  problem: TransferProblem,
  fitted: FittedStep,
  added: readonly DenseMatrix[],
  run?: RunOptions,
): Promise<TransferProblem> {
  let start = 0;
  const mapped = [...problem.sources, problem.target].map(({ x }) => {
    const from = start;
    start += x.rows;
    return appendColumns(x, ...added.map((columns) => rowRange(columns, from, start)));
  });
  const nAdded = added.reduce((sum, { columns }) => sum + columns, 0);
  const features = extendedFeatures(problem.target.features, nAdded);
  return withMappedRows(problem, fitted, mapped, features, run);
}

/** The problem as `fitted` maps it, of whose rows those of the sources and then of the target are `mapped` already. */
export function withMappedRows(
  problem: TransferProblem,
  fitted: FittedStep,
  mapped: readonly Matrix[],
  features: FeatureSpace,
  run?: RunOptions,
): Promise<TransferProblem> {
  const given = [...problem.sources, problem.target];
  const known = new Map<MatrixInput, Matrix>(given.map(({ x }, k) => [x, mapped[k]]));
  const step: FittedStep = {
    diagnostics: fitted.diagnostics,
    toState: () => fitted.toState(),
    toJSON: () => fitted.toJSON(),
    transform: async (x, domain, options) =>
      known.get(x) ?? (await fitted.transform(x, domain, options)),
  };
  return transformProblem(problem, step, features, run);
}
