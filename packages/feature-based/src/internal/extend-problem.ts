import {
  type DenseMatrix,
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
  const known = new Map<MatrixInput, Matrix>();
  let start = 0;
  for (const { x } of [...problem.sources, problem.target]) {
    const end = start + x.rows;
    known.set(x, appendColumns(x, ...added.map((columns) => rowRange(columns, start, end))));
    start = end;
  }
  const step: FittedStep = {
    diagnostics: fitted.diagnostics,
    toState: () => fitted.toState(),
    toJSON: () => fitted.toJSON(),
    transform: async (x, domain, options) =>
      known.get(x) ?? (await fitted.transform(x, domain, options)),
  };
  const nAdded = added.reduce((sum, { columns }) => sum + columns, 0);
  const features = extendedFeatures(problem.target.features, nAdded);
  return transformProblem(problem, step, features, run);
}
