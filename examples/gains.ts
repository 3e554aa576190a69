import { parseArgs } from 'node:util';
import { cases, scoresOf } from './gains/cases.js';
import { signed, summarize, table, withDeviation } from './internal/summary.js';

/** Prints what each method gains over source-only on problems G1, G6, G7 and G20, losses as plainly; `--seeds` (default 20) of each. */
export async function run(args: readonly string[], write: (text: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { seeds: { type: 'string', default: '20' } },
  });
  const nSeeds = Number(values.seeds);
  write(
    `Mean ± standard deviation of ${nSeeds} seeds; gains are paired, seed by seed, and positive where a method helps.\n`,
  );
  for (const given of cases) {
    const runs: number[][] = [];
    for (let seed = 0; seed < nSeeds; seed++) runs.push(await scoresOf(given, seed));
    const rows = ['source-only', ...given.methods.map(([name]) => name)].map((name, k) => {
      const own = summarize(runs.map((scores) => scores[k]!));
      if (k === 0) return [name, withDeviation(own), '', ''];
      const gains = runs.map((scores) => (given.rising ? 1 : -1) * (scores[k]! - scores[0]!));
      const gain = summarize(gains);
      const better = gains.filter((value) => value > 0).length;
      return [
        name,
        withDeviation(own),
        `${signed(gain.mean)} ± ${gain.deviation.toFixed(3)}`,
        `${better} of ${nSeeds}`,
      ];
    });
    write(`\n${given.id}: ${given.title}\n\n`);
    write(table(['method', given.measure, 'gain over source-only', 'better in'], rows));
  }
}
