// `npm run bench -- guard`: how often does each way of choosing a model without target labels end below source-only?
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decideByScores } from '@graft-ml/diagnosis';
import { randomSource } from '@graft-ml/numerics';
import { cellId, cellOf } from './guard/cells.mjs';
import { renderPage } from './guard/page.mjs';
import { listProblems } from './guard/problems.mjs';
import { sharedData } from './guard/readers.mjs';
import { scoresOf, share } from './guard/score-cells.mjs';
import { withViews } from './guard/tune.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Replays the grid and writes `docs/benchmarks/guard.md`. Finished cells are kept in `--cache`: a run that was stopped, by
 * `--minutes` say, goes on where it ended. The page is written from the cells there are, which it counts.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '400' },
      components: { type: 'string', default: '64' },
      seeds: { type: 'string', default: '5' },
      minutes: { type: 'string', default: 'Infinity' },
      half: { type: 'string' },
      part: { type: 'string', default: '1/1' },
      cache: { type: 'string', default: join(tmpdir(), 'graft-bench-guard-2') },
    },
  });
  const shared = sharedData(root);
  if (!shared) {
    console.log('The data sets of this benchmark are not here (../shared/data). Nothing was run.');
    return;
  }
  mkdirSync(values.cache, { recursive: true });
  const problems = listProblems(shared, { maxRows: Number(values.rows) });
  const planned = plan(problems, Number(values.seeds));
  await makeCells(planned, values);
  const cells = planned
    .map(({ problem, preparation, seed }) => ({
      half: problem.half,
      path: pathOf(problem, preparation, seed, values.cache),
    }))
    .filter(({ path }) => existsSync(path))
    .map(({ half, path }) =>
      withLabels(withViews({ ...JSON.parse(readFileSync(path, 'utf8')), half }), [10, 40]),
    );
  console.log(`${cells.length} of ${planned.length} cells are there.`);
  if (values.part !== '1/1') return;
  const page = renderPage(cells, planned, values);
  mkdirSync(join(root, 'docs', 'benchmarks'), { recursive: true });
  writeFileSync(join(root, 'docs', 'benchmarks', 'guard.md'), page);
  console.log(page);
}

/** All cells, seed by seed; within a seed in random order, so that a part of it is a fair sample. */
function plan(problems, seeds) {
  return Array.from({ length: seeds }, (_, k) => k + 1).flatMap((seed) => {
    const cells = problems.flatMap((problem) =>
      problem.preparations.map((preparation) => ({ problem, preparation, seed })),
    );
    return Array.from(randomSource(seed).stream('plan').permutation(cells.length), (i) => cells[i]);
  });
}

/** Makes what is missing, in order, as long as there is time; `--half reporting` makes that half only, `--part 2/3` makes every third cell from the second on. */
async function makeCells(planned, { cache, components, minutes, half, part }) {
  const [first, step] = part.split('/').map(Number);
  const end = performance.now() + 60_000 * Number(minutes);
  const wanted = planned.filter(({ problem }) => !half || problem.half === half);
  const own = wanted.filter((_, k) => k % step === first - 1);
  for (const [k, { problem, preparation, seed }] of own.entries()) {
    if (performance.now() > end) return;
    const path = pathOf(problem, preparation, seed, cache);
    if (existsSync(path)) continue;
    await scoresOf(() => cellOf(problem, preparation, Number(components), seed), path);
    console.log(`${k + 1} of ${own.length}  ${cellId(problem, preparation, seed)}`);
  }
}

function pathOf(problem, preparation, seed, cache) {
  return join(cache, `${cellId(problem, preparation, seed)}.json`.replace(/[^a-z0-9.+]+/gi, '-'));
}

/** The guard with some labelled target rows: its choice is judged on the others. */
function withLabels(cell, counts) {
  const { models, labels, id } = cell;
  const changes = {};
  for (const count of counts) {
    if (labels.length < 2 * count) continue;
    const given = randomSource(3).stream(id).sample(labels.length, count);
    const chosen = new Set(given);
    const left = Int32Array.from([...labels.keys()].filter((i) => !chosen.has(i)));
    const pick = (y, rows) => Float64Array.from(rows, (i) => y[i]);
    const { choice } = decideByScores(
      models.map(({ name, predicted }) => ({ name, predicted, labelled: pick(predicted, given) })),
      models.map(({ scores }) => scores),
      { labels: pick(labels, given) },
    );
    const accuracy = (name) => {
      const { predicted } = models.find((model) => model.name === name);
      return share(pick(predicted, left), pick(labels, left));
    };
    changes[count] = accuracy(choice) - accuracy(models[0].name);
  }
  return { ...cell, labelled: changes };
}
