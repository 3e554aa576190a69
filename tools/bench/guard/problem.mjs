// A problem of the grid: a source with labels, a target, and the target's labels kept apart.
import { selectRows, stackRows } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';

/** Every ordered pair of domains; both directions are one group. */
export function ordered(domains, family, groupFamily, read, limits) {
  return domains.flatMap((source) =>
    domains
      .filter((target) => target !== source)
      .map((target) =>
        problem(
          family,
          `${groupFamily} ${[source, target].sort().join('|')}`,
          source,
          target,
          read,
          limits,
        ),
      ),
  );
}

/** One source and one target, at most `maxRows` rows of each, drawn by the seed. */
export function problem(family, group, source, target, read, { maxRows }) {
  return {
    id: `${family} ${source}>${target}`,
    family,
    group,
    // Tf-idf rows have their scale already.
    preparations: ['newsgroups', 'sentences'].includes(family)
      ? ['none']
      : ['source', 'per-domain'],
    load: async (seed) => {
      const a = sample(await read(source), maxRows, `${family} ${source}`, seed);
      const b = sample(await read(target), maxRows, `${family} ${target}`, seed);
      return { source: a, target: b };
    },
  };
}

function sample({ x, y }, maxRows, name, seed) {
  if (x.rows <= maxRows) return { x, y };
  const rows = randomSource(10 + seed)
    .stream(name)
    .sample(x.rows, maxRows)
    .sort();
  return { x: selectRows(x, rows), y: Float64Array.from(rows, (i) => y[i]) };
}

/** The three ways to cut four domains in two. */
export function halves([a, b, c, d]) {
  return [
    [`${a}+${b}`, `${c}+${d}`],
    [`${a}+${c}`, `${b}+${d}`],
    [`${a}+${d}`, `${b}+${c}`],
  ];
}

/** Reads `first+second` as the rows of both. */
export function union(read) {
  return async (name) => {
    const parts = await Promise.all(name.split('+').map(read));
    return {
      x: stackRows(parts.map(({ x }) => x)),
      y: Float64Array.from(parts.flatMap(({ y }) => Array.from(y))),
    };
  };
}

/** Every domain against all others together. */
export function oneAndRest(domains) {
  return domains.map((one) => [one, domains.filter((other) => other !== one).join('+')]);
}
