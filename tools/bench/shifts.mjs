// `npm run bench -- shifts [--seeds 20] [--only 'JDA;TSL'] [--write]`: families of methods before one logistic regression on four simulated shifts,
// mean accuracy on the target over seeds with its standard error; `--write`: into docs/simulated-shifts.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { classShifts, curvedBoundary, priorShift } from '@graft-ml/datasets';
import * as feature from '@graft-ml/feature-based';
import * as instance from '@graft-ml/instance-based';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';

const workspace = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

const shifts = {
  covariate: (seed) => curvedBoundary({ seed, nSource: 200, nTarget: 200 }),
  target: (seed) => priorShift({ seed, nSource: 200, nTarget: 200 }),
  conditional: (seed) => classShifts({ seed, nSource: 200, nTarget: 200 }),
  subspace: deceivingDirection,
};

const families = {
  none: { 'source only': () => undefined },
  'weights of rows': {
    KMM: (k) => new instance.KernelMeanMatching({}, k),
    KLIEP: (k) => new instance.Kliep({}, k),
    uLSIF: (k) => new instance.Ulsif({}, k),
  },
  'weights of classes': {
    BBSE: (k) => new instance.BlackBoxShift({}, k),
    'EM prior': () => new instance.EmPriorShift(),
    'MMD target shift': (k) => new instance.MmdTargetShift({}, k),
  },
  'rows moved as a whole': {
    CORAL: (k) => new feature.Coral({}, k),
    'linear Monge': (k) => new feature.LinearMonge({}, k),
    'OT entropic': (k) => new feature.OptimalTransportAdaptation({ plan: 'entropic' }, k),
  },
  'class by class': {
    JDA: (k) => new feature.JointDistributionAdaptation({}, k),
    JGSA: (k) => new feature.JointGeometricalAlignment({}, k),
    JPDA: (k) => new feature.JointProbabilityAdaptation({}, k),
  },
  subspace: {
    TSL: (k) => new feature.TransferSubspaceLearning({}, k),
    TCA: (k) => new feature.TransferComponentAnalysis({}, k),
    SA: (k) => new feature.SubspaceAlignment({}, k),
    SCA: (k) => new feature.ScatterComponentAnalysis({}, k),
  },
};

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string', default: '20' },
      write: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const dependencies = { linearAlgebra: await loadWasmLinearAlgebra() };
  const lines = [`| family | method | ${Object.keys(shifts).join(' | ')} |`];
  lines.push(`| --- | --- ${'| ---: '.repeat(Object.keys(shifts).length)}|`);
  console.log(lines.join('\n'));
  for (const [family, methods] of Object.entries(families)) {
    for (const [name, make] of Object.entries(methods)) {
      if (values.only && !values.only.split(';').includes(name)) continue;
      const cells = [];
      for (const draw of Object.values(shifts)) {
        const accuracies = [];
        for (let seed = 1; seed <= Number(values.seeds); seed++) {
          accuracies.push(await accuracyOf(make(dependencies), draw(seed), dependencies));
        }
        cells.push(meanAndError(accuracies));
      }
      lines.push(`| ${family} | ${name} | ${cells.join(' | ')} |`);
      console.log(lines.at(-1));
    }
  }
  if (!values.write) return;
  const page = join(workspace, 'docs', 'simulated-shifts.md');
  const text = readFileSync(page, 'utf8');
  const marked = /(<!-- table -->\n)([\s\S]*)(<!-- \/table -->)/;
  const before = text.match(marked)[2].split('\n');
  const nameOf = (line) => line.split('|')[2]?.trim();
  // Rows that were not asked for stay as they are.
  const kept = Object.values(families)
    .flatMap((methods) => Object.keys(methods))
    .map((name) => [...lines, ...before].find((line) => nameOf(line) === name));
  const merged = [...lines.slice(0, 2), ...kept.filter(Boolean)].join('\n');
  writeFileSync(page, text.replace(marked, `$1\n${merged}\n\n$3`));
}

async function accuracyOf(method, { problem, evaluation }, dependencies) {
  const adapted = method ? (await method.fit(problem)).problem : problem;
  const predicted = await predictions(adapted, dependencies);
  return predicted.filter((label, i) => label === evaluation.y[i]).length / predicted.length;
}

async function predictions(problem, dependencies) {
  const [source] = problem.sources ?? [problem.source];
  const left = new Set(
    Array.from(source.y).filter((_, i) => !source.weights || source.weights[i] > 0),
  );
  // Weights of classes may leave one class only: then there is nothing to learn and all rows are of it.
  if (left.size === 1) {
    const [only] = left;
    return new Array(problem.target.x.rows).fill(source.task.classes[only]);
  }
  const model = await new LogisticRegression({}, dependencies).fit(problem);
  return model.predict(problem.target.x);
}

function meanAndError(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / Math.max(1, values.length - 1) / values.length);
  return `${mean.toFixed(3)} ± ${error.toFixed(3)}`;
}

/** Two classes at ±1.5 along a direction u in both domains; at ±3 along v in the source alone, where the target is noise. */
function deceivingDirection(seed) {
  const random = randomSource(seed);
  const turn = Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => random.normal()));
  const axes = orthonormal(turn);
  const y = Array.from({ length: 200 }, (_, i) => i % 2);
  const rows = (along) =>
    y.map((c) => {
      const sign = c ? 1 : -1;
      const own = axes.map((_, j) => random.normal() + sign * ([1.5, along][j] ?? 0));
      return axes[0].map((_, j) => own.reduce((sum, value, a) => sum + value * axes[a][j], 0));
    });
  return {
    problem: { source: { x: rows(3), y }, target: { x: rows(0) }, task: 'classification' },
    evaluation: { y },
  };
}

/** Gram and Schmidt. */
function orthonormal(rows) {
  const done = [];
  for (const row of rows) {
    let left = row;
    for (const other of done) {
      const along = left.reduce((sum, value, j) => sum + value * other[j], 0);
      left = left.map((value, j) => value - along * other[j]);
    }
    const length = Math.hypot(...left);
    done.push(left.map((value) => value / length));
  }
  return done;
}
