import {
  type Diagnostics,
  type Label,
  selectRows,
  stackRows,
  toDense,
  type TransferProblem,
} from '@graft-ml/core';
import { PrincipalComponents } from '@graft-ml/learners';
import { effectiveSampleSize, randomSource } from '@graft-ml/numerics';
import type {
  Confusion,
  Projection,
  ReportDiagnosis,
  ReportInput,
  ReportRun,
  SourceWeights,
} from '@graft-ml/report';
import {
  changeInterval,
  type Comparison,
  type PipelineModel,
  type Recipe,
  type RunProducts,
  type RunResult,
  scoreInterval,
  sourceOnly,
  type StepRecipe,
  targetOnly,
  type Toolkit,
} from '@graft-ml/toolkit';
import { reportProblem } from './diagnosis-input.js';

const pointLimit = 1200;

/** Recipes without a transfer method. */
const plainSummaries: Readonly<Record<string, string>> = {
  [sourceOnly]: 'Learns from the source alone: what all others are measured against.',
  [targetOnly]: 'Learns from the labelled target rows alone.',
};

/** Gathers what a report shows while a comparison runs, so that no adapted problem has to be kept. */
export class ReportBuilder {
  readonly #toolkit: Toolkit;
  readonly #problem: TransferProblem;
  readonly #seed: number;
  readonly #runs: ReportRun[] = [];
  #baseline: Float64Array | undefined;

  constructor(toolkit: Toolkit, problem: TransferProblem, seed: number) {
    this.#toolkit = toolkit;
    this.#problem = problem;
    this.#seed = seed;
  }

  /** Takes in one finished run. The baseline must come first for the others to have intervals of change. */
  async add(recipe: Recipe, run: RunResult, made?: RunProducts): Promise<void> {
    const isBaseline = recipe.name === sourceOnly;
    const base = {
      recipe: recipe.name,
      title: this.#title(recipe),
      summary: plainSummaries[recipe.name] ?? this.#summary(recipe),
      isBaseline,
      seconds: run.seconds,
      ...(run.peakMemoryMb === undefined ? {} : { peakMemoryMb: run.peakMemoryMb }),
      warnings: run.warnings,
    };
    if (!made) {
      this.#runs.push({
        ...base,
        status: 'failed',
        error: run.error ?? { code: 'UNEXPECTED', message: '' },
      });
      return;
    }
    const { kind } = this.#problem.target.task;
    const { predictions, labels, adapted, model } = made;
    if (isBaseline) this.#baseline = predictions;
    const change =
      this.#baseline && !isBaseline
        ? changeInterval(kind, this.#baseline, predictions, labels, this.#seed)
        : undefined;
    const weights = sourceWeights(adapted);
    this.#runs.push({
      ...base,
      status: 'ok',
      ...(run.accuracy === undefined ? {} : { accuracy: run.accuracy }),
      ...(run.r2 === undefined ? {} : { rSquared: run.r2 }),
      ...(run.rmse === undefined ? {} : { meanSquaredError: run.rmse ** 2 }),
      interval: scoreInterval(kind, predictions, labels, this.#seed),
      ...(change ? { changeInterval: change } : {}),
      projection: await beforeAndAfter(this.#problem, adapted, labels, this.#seed),
      ...(weights ? { weights } : {}),
      ...(kind === 'classification'
        ? { confusion: confusionOf(this.#problem, predictions, labels) }
        : {}),
      diagnostics: transferDiagnostics(model),
    });
  }

  finish(
    comparison: Comparison,
    command: string,
    created: string,
    diagnosis?: ReportDiagnosis,
  ): ReportInput {
    const { guard } = comparison;
    return {
      formatVersion: 1,
      created,
      seed: this.#seed,
      versions: comparison.versions,
      settings: { command, recipes: comparison.recipes },
      problem: reportProblem(this.#problem, this.#problem.target.x.rows),
      runs: this.#runs,
      ...(guard ? { guard } : {}),
      ...(diagnosis ? { diagnosis } : {}),
    };
  }

  #summary(recipe: Recipe): string {
    return this.#toolkit.find(this.#transferStep(recipe).use).summary;
  }

  /** `CORAL (centring both)`: the name before the colon of the method's summary, and the options that were set. */
  #title(recipe: Recipe): string {
    if (recipe.name in plainSummaries) return recipe.name;
    const { use, options = {} } = this.#transferStep(recipe);
    const [name = '', rest] = this.#toolkit.find(use).summary.split(': ', 2);
    const set = Object.entries(options).map(([option, value]) => `${option} ${String(value)}`);
    return rest === undefined ? recipe.name : name + (set.length ? ` (${set.join(', ')})` : '');
  }

  #transferStep(recipe: Recipe): StepRecipe {
    const isTransfer = ({ use }: StepRecipe) =>
      this.#toolkit.find(use).setting.role !== 'preprocessing';
    return recipe.steps.find(isTransfer) ?? recipe.learner;
  }
}

async function beforeAndAfter(
  before: TransferProblem,
  after: TransferProblem,
  labels: Float64Array,
  seed: number,
) {
  const homogeneous = before.sources.every(({ x }) => x.columns === before.target.x.columns);
  if (!sameRows(before, after)) {
    // Rows were added, dropped or repeated: those drawn before are no longer at their places.
    const known = { ...after, sources: after.sources.slice(0, before.sources.length) };
    const shown = homogeneous ? before : known;
    return { before: await project(shown, drawRows(shown, seed), labels) };
  }
  const rows = drawRows(before, seed);
  const adapted = await project(after, rows, labels);
  return homogeneous
    ? { before: await project(before, rows, labels), after: adapted }
    : { before: adapted };
}

function sameRows(before: TransferProblem, after: TransferProblem): boolean {
  return (
    before.sources.length === after.sources.length &&
    before.sources.every(({ x }, k) => x.rows === after.sources[k]!.x.rows)
  );
}

/** A few rows of each domain, in proportion, the same ones for every recipe. */
function drawRows({ sources, target }: TransferProblem, seed: number): Int32Array[] {
  const counts = [...sources.map(({ x }) => x.rows), target.x.rows];
  const total = counts.reduce((a, b) => a + b, 0);
  const random = randomSource(seed).stream('report');
  return counts.map((count) => {
    const keep = Math.max(1, Math.min(count, Math.round((pointLimit * count) / total)));
    return random.permutation(count).slice(0, keep).sort();
  });
}

async function project(
  { sources, target }: TransferProblem,
  rows: readonly Int32Array[],
  labels: Float64Array,
): Promise<Projection> {
  const domains = [...sources, target];
  const drawn = stackRows(domains.map(({ x }, k) => toDense(selectRows(x, rows[k]!))));
  const { problem, fitted } = await new PrincipalComponents({
    nComponents: Math.min(2, drawn.columns, drawn.rows),
  }).fit({
    source: { x: drawn },
    target: { x: drawn },
  });
  const { data, columns } = toDense(problem.target.x);
  const at = (j: number) =>
    Array.from({ length: drawn.rows }, (_, i) => (j < columns ? round(data[i * columns + j]!) : 0));
  const share = (k: number) => round(fitted.explainedShare[k] ?? 0);
  return {
    x: at(0),
    y: at(1),
    domain: domains.flatMap((_, k) => Array.from(rows[k]!, () => k)),
    label: domains.flatMap((_, k) =>
      Array.from(rows[k]!, (i) => labelOf(k < sources.length ? sources[k]!.y?.[i] : labels[i])),
    ),
    explained: [share(0), share(1)],
  };
}

/** How the transfer step went; without one, how the learner went. */
function transferDiagnostics({ steps, model }: PipelineModel): Omit<Diagnostics, 'warnings'> {
  const told = [model, ...steps.steps].map(({ diagnostics }) =>
    Object.fromEntries(Object.entries(diagnostics).filter(([name]) => name !== 'warnings')),
  );
  return told.findLast((diagnostics) => Object.keys(diagnostics).length > 0) ?? {};
}

function labelOf(value: number | undefined): number | null {
  return value === undefined || value < 0 ? null : value;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function sourceWeights({ sources }: TransferProblem): SourceWeights | undefined {
  if (!sources.some(({ weights }) => weights)) return undefined;
  const all = sources.flatMap(({ weights, x }) =>
    Array.from(weights ?? new Float64Array(x.rows).fill(1)),
  );
  return {
    effectiveSampleSize: effectiveSampleSize(Float64Array.from(all)),
    rows: all.length,
    values: all.map(round),
  };
}

function confusionOf(
  { target }: TransferProblem,
  predictions: Float64Array,
  labels: Float64Array,
): Confusion {
  const classes: readonly Label[] =
    target.task.kind === 'classification' ? target.task.classes : [];
  const counts = classes.map(() => classes.map(() => 0));
  labels.forEach((label, i) => {
    const row = counts[label];
    if (row) row[predictions[i]!]!++;
  });
  return { classes, counts };
}
