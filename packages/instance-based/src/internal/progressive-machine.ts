import type { Matrix, RunOptions } from '@graft-ml/core';
import { selectRows, stackRows, step } from '@graft-ml/core';
import type { SupportVectorClassifier, SupportVectorModel } from '@graft-ml/learners';
import { quiet } from './pooled-rows.js';

/** Positive scores are for `'own'`. */
const task = { kind: 'classification', classes: ['own', 'rest'] } as const;

export interface ProgressiveMachineInit {
  readonly who: string;
  /** A machine with this kernel width; the first one finds the width where none is given. */
  readonly machine: (gamma: number | undefined) => SupportVectorClassifier;
  readonly xs: Matrix;
  /** 1 for rows of the class, −1 for others. */
  readonly signs: Int8Array;
  readonly sourceWeights: Float64Array | undefined;
  readonly xt: Matrix;
  /** ρ: how many rows of each side enter and leave per iteration. */
  readonly nSwapped: number;
  /** γ: in how many iterations costs reach their end. */
  readonly nGrowing: number;
  /** What target rows cost when they enter and source rows at the end, as a part of the full cost. */
  readonly entryCost: number;
  /** β: what part of the target rows may still enter or change sides at the end. */
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly run?: RunOptions | undefined;
}

export interface ProgressiveMachine {
  readonly model: SupportVectorModel;
  readonly iterations: number;
  readonly converged: boolean;
  readonly stopReason: string;
  /** How many source rows still take part, and how many target rows do with the label they were given. */
  readonly sourceRows: number;
  readonly targetRows: number;
}

/** A row of the target that takes part: the sign it was given, and for how many iterations it has kept it. */
interface Adopted {
  readonly sign: number;
  readonly age: number;
}

/** A support vector machine that moves from labelled source rows to target rows it labels itself (bruzzone2010).
 *
 * Per iteration, f the machine so far:
 *   target rows that took part with sign s and now have s·f < 0 leave and may come back
 *   of the others with 0 ≤ f ≤ 1 the ρ largest enter with +1, of those with −1 ≤ f < 0 the ρ smallest with −1
 *   the ρ source rows of largest f and the ρ of smallest f leave for good
 *   fit again; source rows cost 1 − (1 − c)·min(1, i/γ)², target rows of age h cost c + (1 − c)·min(1, h/γ)², c the entry cost
 * It ends without source rows, when at most β·nt target rows enter or change sides.
 */
export async function progressiveMachine(
  init: ProgressiveMachineInit,
): Promise<ProgressiveMachine> {
  const { who, xs, xt, signs, nSwapped, nGrowing, tolerance, maxIterations, run } = init;
  let source: Int32Array = Int32Array.from(signs.keys());
  const adopted = new Map<number, Adopted>();
  let model = await fitMachine(init, undefined, source, adopted, 1);
  const gamma = gammaOf(model);
  for (let iterations = 1; ; iterations++) {
    const { data: scores } = await model.scores(xt, run);
    const changed = [...adopted].filter(([row, { sign }]) => sign * scores[row] < 0);
    for (const [row] of changed) adopted.delete(row);
    for (const [row, { sign, age }] of adopted) adopted.set(row, { sign, age: age + 1 });
    const left = new Set(changed.map(([row]) => row));
    const entering = inMargin(scores, nSwapped, (row) => adopted.has(row) || left.has(row));
    for (const row of entering) adopted.set(row, { sign: scores[row] < 0 ? -1 : 1, age: 0 });
    const few = tolerance * xt.rows;
    const settled = source.length === 0 && entering.length <= few && changed.length <= few;
    if (settled || iterations > maxIterations) {
      const stopReason = settled
        ? 'no source row is left and hardly a target row enters or changes sides'
        : 'the iterations were used up';
      return done(settled, iterations - 1, stopReason);
    }
    const sourceScores = (await model.scores(selectRows(xs, source), run)).data;
    const rest = withoutExtremes(source, sourceScores, signs, nSwapped);
    if (!hasBothSides(rest, signs, adopted))
      return done(false, iterations - 1, 'without more source rows one class would have none');
    source = rest;
    const share = Math.min(1, iterations / nGrowing) ** 2;
    model = await fitMachine(init, gamma, source, adopted, 1 - (1 - init.entryCost) * share);
    await step(run, who, { stage: 'moving to the target', done: iterations });
  }

  function done(converged: boolean, iterations: number, stopReason: string): ProgressiveMachine {
    const [sourceRows, targetRows] = [source.length, adopted.size];
    return { model, iterations, converged, stopReason, sourceRows, targetRows };
  }
}

async function fitMachine(
  { machine, xs, xt, signs, sourceWeights, nGrowing, entryCost, run }: ProgressiveMachineInit,
  gamma: number | undefined,
  source: Int32Array,
  adopted: ReadonlyMap<number, Adopted>,
  sourceCost: number,
): Promise<SupportVectorModel> {
  const target = Int32Array.from(adopted.keys()).sort();
  const own = [...source].map((row) => signs[row] > 0);
  const weights = [...source].map((row) => sourceCost * (sourceWeights ? sourceWeights[row] : 1));
  for (const row of target) {
    const { sign, age } = adopted.get(row) ?? { sign: 1, age: 0 };
    own.push(sign > 0);
    weights.push(entryCost + (1 - entryCost) * Math.min(1, age / nGrowing) ** 2);
  }
  return machine(gamma).fit(
    {
      x: stackRows([selectRows(xs, source), selectRows(xt, target)]),
      y: own.map((is) => (is ? 'own' : 'rest')),
      weights,
      task,
    },
    quiet(run),
  );
}

/** Of the rows between the margins, the `count` nearest to the upper one and to the lower one. */
function inMargin(
  scores: Float64Array,
  count: number,
  taken: (row: number) => boolean,
): readonly number[] {
  const free = [...scores.keys()].filter((row) => !taken(row) && Math.abs(scores[row]) <= 1);
  const upper = free.filter((row) => scores[row] >= 0).sort((i, j) => scores[j] - scores[i]);
  const lower = free.filter((row) => scores[row] < 0).sort((i, j) => scores[i] - scores[j]);
  return [...upper.slice(0, count), ...lower.slice(0, count)];
}

/** Source rows without the `count` of largest and the `count` of smallest score; of equal scores the larger sign goes first. */
function withoutExtremes(
  source: Int32Array,
  scores: Float64Array,
  signs: Int8Array,
  count: number,
): Int32Array {
  const order = [...scores.keys()].sort(
    (i, j) => scores[i] - scores[j] || signs[source[i]] - signs[source[j]],
  );
  return Int32Array.from(
    order.slice(count, Math.max(count, order.length - count)),
    (i) => source[i],
  );
}

function hasBothSides(
  source: Int32Array,
  signs: Int8Array,
  adopted: ReadonlyMap<number, Adopted>,
): boolean {
  const seen = new Set<number>(Array.from(source, (row) => signs[row]));
  for (const { sign } of adopted.values()) seen.add(sign);
  return seen.size === 2;
}

function gammaOf({ expansion: { kernel } }: SupportVectorModel): number | undefined {
  return 'gamma' in kernel ? kernel.gamma : undefined;
}
