import { selectRows, type SourceDomain, type TransferProblem } from '@graft-ml/core';
import { type RandomSource, randomSource } from '@graft-ml/numerics';

/** At most `rows` rows of every domain, classes of a source in proportion; smaller parts of one seed lie within larger ones. */
export function partOf(problem: TransferProblem, rows: number, seed: number): TransferProblem {
  const random = randomSource(seed).stream('part');
  const sources = problem.sources.map((source, k) => partOfSource(source, rows, random.stream(k)));
  const { target } = problem;
  const order = random.stream('target').permutation(target.x.rows);
  const x = selectRows(target.x, order.slice(0, rows).sort());
  return { ...problem, sources, target: { ...target, x } };
}

function partOfSource(source: SourceDomain, rows: number, random: RandomSource): SourceDomain {
  const { x, y, weights } = source;
  if (x.rows <= rows) return source;
  const order = random.permutation(x.rows);
  const classes = new Map<number, number[]>();
  for (const i of order) {
    const label = y?.[i] ?? 0;
    const members = classes.get(label);
    if (members) members.push(i);
    else classes.set(label, [i]);
  }
  const kept = [...classes.values()].flatMap((members) =>
    members.slice(0, Math.max(1, Math.round((rows * members.length) / x.rows))),
  );
  const chosen = Int32Array.from(kept).sort();
  const pick = (values: Float64Array) => Float64Array.from(chosen, (i) => values[i]!);
  return {
    ...source,
    x: selectRows(x, chosen),
    ...(y ? { y: pick(y) } : {}),
    ...(weights ? { weights: pick(weights) } : {}),
  };
}
