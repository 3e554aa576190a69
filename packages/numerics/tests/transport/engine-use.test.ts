import { denseMatrix } from '@graft-ml/core';
import {
  classSparseSinkhorn,
  gromovWasserstein,
  laplacianTransport,
  referenceLinearAlgebra as linalg,
  sinkhornDivergence,
  type MaybeTransportEngine,
} from '@graft-ml/numerics';
import { solveByNetworkSimplex } from '../../src/transport/network-simplex.js';
import { solveByScaling } from '../../src/transport/scaling.js';
import { identity, normalMatrix } from '../support/matrices.js';

/** An engine that counts what it is asked for. */
function countingEngine(): MaybeTransportEngine & {
  readonly calls: { exact: number; scaling: number };
} {
  const calls = { exact: 0, scaling: 0 };
  return {
    ...linalg,
    calls,
    solveTransport(problem) {
      calls.exact++;
      return solveByNetworkSimplex(problem);
    },
    solveScaling(problem) {
      calls.scaling++;
      return solveByScaling(problem);
    },
  };
}

const rows = normalMatrix(6, 2);
const shifted = { ...rows, data: rows.data.map((value, p) => value + p / 10) };
const cost = linalg.squaredDistances(rows, shifted);

describe('an engine for transport', () => {
  it('solves every exact problem', () => {
    const engine = countingEngine();
    const options = { source: rows, target: shifted, sourceLaplacian: identity(6) };
    const laplacian = laplacianTransport(linalg, cost, {
      ...options,
      laplacianRegularization: 1,
      engine,
    });
    expect(engine.calls).toEqual({ exact: laplacian.iterations + 1, scaling: 0 });
    const gromov = countingEngine();
    const distances = linalg.squaredDistances(rows, rows);
    const solved = gromovWasserstein(linalg, distances, distances, { engine: gromov });
    expect(gromov.calls).toEqual({ exact: solved.iterations, scaling: 0 });
  });

  it('solves every entropic problem', () => {
    const engine = countingEngine();
    const { iterations } = classSparseSinkhorn(cost, {
      classes: [0, 0, 0, 1, 1, 1],
      regularization: 1,
      classRegularization: 1,
      engine,
    });
    expect(engine.calls).toEqual({ exact: 0, scaling: iterations });
    const divergence = countingEngine();
    sinkhornDivergence(linalg, rows, shifted, { regularization: 1, engine: divergence });
    expect(divergence.calls).toEqual({ exact: 0, scaling: 1 });
  });

  it('that gives up is reported', () => {
    const exact: MaybeTransportEngine = {
      ...linalg,
      solveTransport: (problem) => solveByNetworkSimplex({ ...problem, maxIterations: 0 }),
    };
    const distances = linalg.squaredDistances(rows, rows);
    expect(gromovWasserstein(linalg, distances, distances, { engine: exact })).toMatchObject({
      converged: false,
      reason: 'inner-iterations',
    });
    const entropic: MaybeTransportEngine = {
      ...linalg,
      solveScaling: (problem) => solveByScaling({ ...problem, maxIterations: 3 }),
    };
    const solved = classSparseSinkhorn(denseMatrix(6, 6, cost.data), {
      classes: [0, 0, 0, 1, 1, 1],
      regularization: 0.1,
      classRegularization: 0.01,
      tolerance: 1e-6,
      engine: entropic,
    });
    expect(solved).toMatchObject({ converged: false, reason: 'inner-iterations' });
  });
});
