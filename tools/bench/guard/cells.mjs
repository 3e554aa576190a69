// A cell: one problem, preprocessed one way and drawn by one seed, with what every candidate says about its rows.
import { selectRows, stackRows, toDense, toProblem } from '@graft-ml/core';
import { mixValidation } from '@graft-ml/diagnosis';
import {
  BalancedDistributionAdaptation,
  Coral,
  GeodesicFlowKernel,
  JointDistributionAdaptation,
  LinearMonge,
  SubspaceAlignment,
  TransferComponentAnalysis,
} from '@graft-ml/feature-based';
import { ClassifierDensityRatio, EmPriorShift } from '@graft-ml/instance-based';
import { LogisticRegression, Standardizer, stratifiedKFold } from '@graft-ml/learners';
import { columnMeans, randomizedSvd, referenceLinearAlgebra } from '@graft-ml/numerics';
import { pipeline } from '@graft-ml/toolkit';

/** The recipes of the grid; the first is the one not to fall below. Embeddings are put on one scale before they are learned from. */
export const recipes = [
  { name: 'source-only', steps: () => [] },
  { name: 'coral', steps: () => [new Coral()] },
  { name: 'coral:centring=both', steps: () => [new Coral({ centring: 'both' })] },
  {
    name: 'subspace-alignment',
    steps: ({ nComponents }) => [new SubspaceAlignment({ nComponents }), rescaled()],
  },
  {
    name: 'tca',
    steps: ({ nComponents }) => [new TransferComponentAnalysis({ nComponents }), rescaled()],
  },
  {
    name: 'jda',
    steps: ({ nComponents }) => [
      new JointDistributionAdaptation(
        { nComponents },
        { learner: new LogisticRegression({ regularization: 0.01 }) },
      ),
      rescaled(),
    ],
  },
  {
    name: 'bda:balance=0.9',
    steps: ({ nComponents }) => [
      new BalancedDistributionAdaptation(
        { nComponents, balance: 0.9 },
        { learner: new LogisticRegression({ regularization: 0.01 }) },
      ),
      rescaled(),
    ],
  },
  { name: 'classifier-density-ratio', steps: () => [new ClassifierDensityRatio()] },
  {
    name: 'linear-monge:regularization=0.01',
    steps: () => [new LinearMonge({ regularization: 0.01 })],
  },
  {
    name: 'gfk',
    steps: ({ nComponents }) => [new GeodesicFlowKernel({ nComponents }), rescaled()],
  },
  { name: 'em-prior-shift', steps: () => [new EmPriorShift()] },
];

function rescaled() {
  return new Standardizer({ statistics: 'source' });
}

/** Fits every recipe on the problem, prepared one way, its rows drawn by `seed`. */
export async function cellOf(problem, preparation, nComponents, seed) {
  const { source, target } = await problem.load(seed);
  const folds = stratifiedKFold(source.y, 4, 6 + seed);
  const train = indices(folds, (fold) => fold !== 0);
  const held = indices(folds, (fold) => fold === 0);
  const labels = [...new Set(source.y)].sort((a, b) => a - b);
  const code = (y) => Float64Array.from(y, (label) => labels.indexOf(label));
  const rows = await prepare(source.x, target.x, train, held, preparation, nComponents);
  const given = toProblem({
    source: { x: rows.train, y: code(pick(source.y, train)) },
    target: { x: rows.target },
    task: 'classification',
  });
  const heldX = rows.held;
  const few = Math.max(1, Math.min(20, Math.floor(rows.target.columns / 2)));
  const candidates = [];
  for (const recipe of recipes) {
    candidates.push(await candidate(recipe, given, heldX, few));
  }
  return {
    id: cellId(problem, preparation, seed),
    family: problem.family,
    group: problem.group,
    preparation,
    nClasses: labels.length,
    xs: rows.train,
    ys: given.sources[0].y,
    xv: heldX,
    yv: code(pick(source.y, held)),
    xt: rows.target,
    yt: code(target.y),
    candidates,
  };
}

export function cellId(problem, preparation, seed) {
  return `${problem.id} · ${preparation} · ${seed}`;
}

/** Scales columns, then keeps the leading principal directions of both domains together. */
async function prepare(source, target, train, held, preparation, nComponents) {
  let rows = {
    train: selectRows(source, train),
    held: selectRows(source, held),
    target,
  };
  if (preparation !== 'none') {
    const { fitted } = await new Standardizer({ statistics: preparation }).fit({
      source: { x: rows.train },
      target: { x: target },
    });
    rows = {
      train: await fitted.transform(rows.train, 'source'),
      held: await fitted.transform(rows.held, 'source'),
      target: await fitted.transform(target, 'target'),
    };
  }
  const dense = Object.entries(rows).map(([name, x]) => [name, toDense(x)]);
  if (target.columns <= nComponents) return Object.fromEntries(dense);
  const { train: a, target: b } = Object.fromEntries(dense);
  const together = stackRows([a, b]);
  const means = columnMeans(together);
  const centred = (x) => ({ ...x, data: x.data.map((v, p) => v - means[p % x.columns]) });
  const { v } = randomizedSvd(referenceLinearAlgebra, centred(together), nComponents);
  return Object.fromEntries(
    dense.map(([name, x]) => [name, referenceLinearAlgebra.multiply(centred(x), v)]),
  );
}

async function candidate(recipe, given, heldX, nComponents) {
  const learner = new LogisticRegression();
  const start = performance.now();
  try {
    const { model, fitted, problem } = await pipeline([
      ...recipe.steps({ nComponents }),
      learner,
    ]).adapt(given, { seed: 0 });
    const seconds = (performance.now() - start) / 1000;
    const zv = await fitted.transform(heldX, 'source');
    return {
      name: recipe.name,
      seconds,
      zt: toDense(problem.target.x),
      zv: toDense(zv),
      target: await model.model.predictProba(problem.target.x),
      validation: await model.model.predictProba(zv),
      mix: await mixValidation(problem.target.x, (rows) => model.model.predictProba(rows)),
    };
  } catch (error) {
    return { name: recipe.name, error: error.message };
  }
}

function indices(values, keep) {
  return Int32Array.from([...values.keys()].filter((i) => keep(values[i])));
}

function pick(values, rows) {
  return Float64Array.from(rows, (i) => values[i]);
}
