import type {
  Adaptation,
  LinearAlgebra,
  Matrix,
  RunOptions,
  TransferProblem,
} from '@graft-ml/core';
import { selectRows, step, weightProblem } from '@graft-ml/core';
import { contentFolds, splitsOf } from '@graft-ml/learners';
import { FittedKernelRatio } from '../fitted-kernel-ratio.js';
import { contentOrder } from './content-order.js';
import { supportWarning } from './domain-warnings.js';
import { chooseCentres, type KernelExpansion, widthsToTry } from './kernel-expansion.js';
import {
  type Features,
  leaveOneOutScore,
  momentsOf,
  solveRatio,
  squaredError,
  valuesAt,
} from './least-squares-ratio.js';
import { settle } from './settle.js';

export interface LeastSquaresRatioOptions {
  readonly relative: number;
  readonly gamma: number | string;
  readonly regularization: number | string;
  readonly nCentres: number;
}

const penalties = [0.001, 0.01, 0.1, 1, 10];

/** uLSIF and RuLSIF: the same least squares, with `relative` 0 scored by leaving pairs out, else by held-out parts. */
export async function fitLeastSquaresRatio(
  method: { readonly id: string; readonly name: string },
  problem: TransferProblem,
  linearAlgebra: LinearAlgebra,
  options: LeastSquaresRatioOptions,
  run?: RunOptions,
): Promise<Adaptation<FittedKernelRatio>> {
  const { sources, target } = problem;
  const fits: Fit[] = [];
  for (const { x } of sources) {
    fits.push(fitOne(linearAlgebra, x, target.x, options, run?.seed));
    const progress = { stage: 'fitting the ratio', done: fits.length, total: sources.length };
    await step(run, method.name, progress);
  }
  const { weights, scales, summary } = settle({
    who: method.name,
    problem,
    raw: fits.map(({ weights: raw }) => raw),
    advice: 'Raise "regularization", or use a ratio that is bounded (Rulsif).',
    warnings: fits.flatMap(({ reach }, k) =>
      supportWarning(sources[k].name, reach, 'target rows taken as centres'),
    ),
    facts: {
      gamma: fits.map(({ expansion }) => expansion.gamma),
      regularization: fits.map(({ penalty }) => penalty),
      objective: fits.map(({ objective }) => objective),
    },
  });
  const expansions = fits.map(({ expansion }, k) => ({
    ...expansion,
    coefficients: expansion.coefficients.map((value) => value * scales[k]),
  }));
  return {
    problem: weightProblem(problem, weights),
    fitted: new FittedKernelRatio(method, summary, expansions, linearAlgebra),
  };
}

interface Fit {
  readonly expansion: KernelExpansion;
  readonly penalty: number;
  readonly weights: Float64Array;
  readonly objective: number;
  /** For each centre, the largest kernel value to a source row. */
  readonly reach: Float64Array;
}

function fitOne(
  linearAlgebra: LinearAlgebra,
  xs: Matrix,
  xt: Matrix,
  { relative, gamma, regularization, nCentres }: LeastSquaresRatioOptions,
  seed: number | undefined,
): Fit {
  const centres = chooseCentres(xt, nCentres, seed);
  const featuresAt = (width: number): Features => ({
    source: linearAlgebra.kernelMatrix({ type: 'rbf', gamma: width }, xs, centres),
    target: linearAlgebra.kernelMatrix({ type: 'rbf', gamma: width }, xt, centres),
  });
  const widths = widthsToTry(linearAlgebra, gamma as number | 'cv' | 'median', xs, xt);
  const tried = regularization === 'cv' ? penalties : [regularization as number];
  const single = widths.length * tried.length === 1 || xs.rows < 3 || xt.rows < 3;
  let best = {
    score: Infinity,
    width: widths[widths.length >> 1],
    penalty: tried[tried.length >> 1],
  };
  const scorer = relative === 0 ? byPairs(xs, xt, seed) : byParts(xs, xt, relative, seed);
  for (const width of single ? [] : widths) {
    const score = scorer(linearAlgebra, featuresAt(width));
    for (const penalty of tried) {
      const value = score(penalty);
      if (value < best.score) best = { score: value, width, penalty };
    }
  }
  const features = featuresAt(best.width);
  const theta = solveRatio(
    linearAlgebra,
    momentsOf(linearAlgebra, features, relative),
    best.penalty,
  );
  const clipped = theta.map((value) => Math.max(0, value));
  const reach = new Float64Array(centres.rows);
  features.source.data.forEach((value, p) => {
    const c = p % centres.rows;
    if (value > reach[c]) reach[c] = value;
  });
  return {
    expansion: { centres, coefficients: clipped, gamma: best.width },
    penalty: best.penalty,
    weights: valuesAt(features.source, clipped),
    objective: squaredError(clipped, features, relative),
    reach,
  };
}

type Scorer = (linearAlgebra: LinearAlgebra, features: Features) => (penalty: number) => number;

/** Leave-one-out over pairs; pairs are made along the content, so that the order of rows does not matter. */
function byPairs(xs: Matrix, xt: Matrix, seed: number | undefined): Scorer {
  const [source, target] = [contentOrder(xs, seed), contentOrder(xt, seed)];
  return (linearAlgebra, features) => {
    const paired = pick(features, source, target);
    const moments = momentsOf(linearAlgebra, paired, 0);
    return (penalty) => leaveOneOutScore(linearAlgebra, paired, moments, penalty);
  };
}

/** Mean held-out error over five parts of both samples. */
function byParts(xs: Matrix, xt: Matrix, relative: number, seed: number | undefined): Scorer {
  const parts = Math.min(5, xs.rows, xt.rows);
  const source = splitsOf(contentFolds(xs, Math.max(2, parts), seed));
  const target = splitsOf(contentFolds(xt, Math.max(2, parts), seed));
  const rounds = Math.min(source.length, target.length);
  return (linearAlgebra, features) => {
    const held = Array.from({ length: rounds }, (_, f) => ({
      moments: momentsOf(linearAlgebra, pick(features, source[f].train, target[f].train), relative),
      test: pick(features, source[f].test, target[f].test),
    }));
    return (penalty) =>
      held.reduce((sum, { moments, test }) => {
        const theta = solveRatio(linearAlgebra, moments, penalty);
        const clipped = theta.map((value) => Math.max(0, value));
        return sum + squaredError(clipped, test, relative) / rounds;
      }, 0);
  };
}

function pick({ source, target }: Features, rs: Int32Array, rt: Int32Array): Features {
  return {
    source: selectDense(source, rs),
    target: selectDense(target, rt),
  };
}

function selectDense(x: Features['source'], rows: Int32Array): Features['source'] {
  const picked = selectRows(x, rows);
  return picked.format === 'dense' ? picked : x;
}
