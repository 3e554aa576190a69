// `npm run bench -- guard`: how often does each way of choosing a model without target labels end below source-only?
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultGuardRule, expectedGain, guard } from '@graft-ml/diagnosis';
import { quantile, randomSource } from '@graft-ml/numerics';
import { cellOf, recipes } from './guard/cells.mjs';
import { listProblems, sharedData } from './guard/pairs.mjs';
import { scorers, scoresOf, share } from './guard/score-cells.mjs';
import { bestAbove, differing, harmAndMean, tuneRule } from './guard/tune.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Replays the grid and writes `docs/benchmarks/guard.md`. Cells are kept in `--cache` and used again. */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '400' },
      components: { type: 'string', default: '64' },
      cache: { type: 'string', default: join(tmpdir(), 'graft-bench-guard') },
    },
  });
  const shared = sharedData(root);
  if (!shared) {
    console.log('The data sets of this benchmark are not here (../shared/data). Nothing was run.');
    return;
  }
  const nComponents = Number(values.components);
  const problems = listProblems(shared, { maxRows: Number(values.rows) });
  const halves = assignHalves(problems);
  const cells = [];
  for (const [k, problem] of problems.entries()) {
    for (const preparation of problem.preparations) {
      const cell = await cellOf(problem, preparation, values.cache, nComponents);
      const path = join(values.cache, `${cell.id}.scores.json`.replace(/[^a-z0-9.]+/gi, '-'));
      const scored = await scoresOf(cell, path);
      const labelled = await withLabels(cell, scored, [10, 40]);
      cells.push({ ...scored, half: halves.get(problem.group), rows: cell.yt.length, labelled });
    }
    console.log(`${k + 1} of ${problems.length}  ${problem.id}`);
  }
  const page = render(cells, values);
  mkdirSync(join(root, 'docs', 'benchmarks'), { recursive: true });
  writeFileSync(join(root, 'docs', 'benchmarks', 'guard.md'), page);
  console.log(page);
}

/** Groups of a family fall on the two halves in turn, in the order of their names. */
function assignHalves(problems) {
  const kinds = new Map();
  for (const { group } of problems) {
    const kind = group.split(' ')[0];
    kinds.set(kind, (kinds.get(kind) ?? new Set()).add(group));
  }
  return new Map(
    [...kinds.values()].flatMap((groups) =>
      [...groups].sort().map((group, k) => [group, k % 2 === 0 ? 'reporting' : 'tuning']),
    ),
  );
}

/** The guard with some labelled target rows: its choice is judged on the others. */
async function withLabels(cell, { models }, counts) {
  const changes = {};
  for (const count of counts) {
    if (cell.yt.length < 2 * count) continue;
    const given = randomSource(3).stream(cell.id).sample(cell.yt.length, count);
    const chosen = new Set(given);
    const left = Int32Array.from([...cell.yt.keys()].filter((i) => !chosen.has(i)));
    const pick = (y, rows) => Float64Array.from(rows, (i) => y[i]);
    const view = ({ name, predicted }) => ({ name, predicted, labelled: pick(predicted, given) });
    const [sourceOnly, ...candidates] = models.map(view);
    const { choice } = await guard({
      source: { x: cell.xs, y: cell.ys },
      target: { x: cell.xt },
      nClasses: cell.nClasses,
      sourceOnly,
      candidates,
      labels: pick(cell.yt, given),
    });
    const accuracy = (name) => {
      const { predicted } = models.find((model) => model.name === name);
      return share(pick(predicted, left), pick(cell.yt, left));
    };
    changes[count] = accuracy(choice) - accuracy(sourceOnly.name);
  }
  return changes;
}

function render(cells, { rows, components }) {
  const tuning = cells.filter(({ half }) => half === 'tuning');
  const reporting = cells.filter(({ half }) => half === 'reporting');
  const { rule, tried } = tuneRule(tuning);
  const ways = [
    ...Object.entries(scorers).map(([title, name]) => [title, (cell) => byScore(cell, name)]),
    ['**guard**', (cell) => byGuard(cell, defaultGuardRule)],
    ['guard, tuned here', (cell) => byGuard(cell, rule)],
    ['best by target labels', (cell) => argmax(cell.models.map(({ accuracy }) => accuracy))],
  ];
  const fitSeconds = mean(cells.map(({ models }) => sum(models.map(({ seconds }) => seconds))));
  const guardSeconds = mean(cells.map((cell) => cell.guardSeconds));
  const covered = coverage(reporting, defaultGuardRule);
  return `# The guard against negative transfer

\`npm run bench -- guard\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'} (shared with other work).

## What is measured

${cells.length} cells: ${new Set(cells.map(({ id }) => id.split(' · ')[0])).size} problems (a source and a target), most of them prepared in two ways: scaled by the
source, or each domain by itself. In every cell ${recipes.length} models are fitted with logistic regression at the end:
${recipes.map(({ name }) => name).join(', ')}. At most ${rows} rows per domain, at most ${components} principal components, a quarter of the
source held out for the scorers that want it, one seed.

A way of choosing picks one of the ${recipes.length} models without target labels. **Harmful** is a cell in which its pick ends more
than 0.5 points of accuracy below source-only; **change** is the mean change in points; **kept** is the total change over
that of the best possible picks. Brackets hold 95 % intervals from 2000 bootstrap draws of whole groups.

A group is a pair of domains with all its features, preparations and both directions. Groups of every family fall on the
two halves in turn. The guard's weights and margin come from the tuning half alone; single scorers have nothing to tune.

| family | tuning | reporting |
| --- | --- | --- |
${familyTable(cells)}

## Reporting half: ${reporting.length} cells in ${new Set(reporting.map(({ group }) => group)).size} groups

${wayTable(ways, reporting)}

${pairedLine(ways, reporting)}

## Tuning half: ${tuning.length} cells in ${new Set(tuning.map(({ group }) => group)).size} groups

${wayTable(ways, tuning)}

## The guard's rule

Expected gain = Σ weight · (score of the model − score of source-only). Weights: least squares that cannot be negative,
with a ridge penalty. Margin: the least of the values below at which, each group judged by weights fitted without it, at
most 7.5 % of the tuning cells are harmed.

| | consensus | nearest source | reverse | neighbours | margin | half width |
| --- | --- | --- | --- | --- | --- | --- |
| shipped | ${ruleRow(defaultGuardRule)} |
| tuned here | ${ruleRow(rule)} |

| margin (points) | harmful, groups left out | change |
| --- | --- | --- |
${tried.map(({ margin, harm, mean: m }) => `| ${(100 * margin).toFixed(2)} | ${percent(harm)} | ${signed(m)} |`).join('\n')}

On the reporting half the 90 % interval of the gain holds the true change of ${percent(covered)} of all candidates.

## By family, reporting half

| family | cells | harmful | change | best possible |
| --- | --- | --- | --- | --- |
${perFamily(reporting)}

## With labelled target rows

Labelled rows are drawn from the target at random, no model learns from them, and accuracy is measured on the others.

| labelled rows | cells | harmful | change |
| --- | --- | --- | --- |
${labelTable(reporting)}

## Cost

Fitting the ${recipes.length} models takes ${fitSeconds.toFixed(2)} s per cell on average, the guard's scores ${guardSeconds.toFixed(2)} s.

## How to read it

- The halves share data-set families; a family that is like none of these may fare worse.
- Which four scores to weigh was decided on the tuning half, but by people who had seen how single scorers do on both.
- Intervals are wide. Against the scorers of the literature the guard's smaller harm is clear; against the consensus of the
  candidates, one of its own four parts, neither harm nor gain is.
- One learner, one seed and default options; kernels, deep features and regression are not in the grid.
- A guard that always says "source-only" has no harmful cell and no gain: harm and change must be read together.
- No scorer sees two classes that changed places. Where target labels can be had, a few are worth more than any of these.
`;
}

function byScore({ models }, name) {
  return argmax(models.map(({ scores }) => scores[name] ?? -Infinity));
}

function byGuard({ models }, rule) {
  const gains = models.map(({ scores }) => expectedGain(rule, scores, models[0].scores));
  return bestAbove(gains, rule.margin);
}

function changesOf(choose, cells) {
  return cells.map((cell) => cell.models[choose(cell)].accuracy - cell.models[0].accuracy);
}

function wayTable(ways, cells) {
  const best = cells.map(({ models }) =>
    Math.max(...models.map(({ accuracy }) => accuracy - models[0].accuracy)),
  );
  const lines = ways.map(([title, choose]) => {
    const changes = changesOf(choose, cells);
    const { harm, mean: change } = harmAndMean(changes);
    const [harmInterval, meanInterval] = intervals(changes, cells);
    const adapted = cells.filter((cell) => choose(cell) !== 0).length / cells.length;
    return `| ${title} | ${percent(harm)} [${harmInterval.map(percent).join(', ')}] | ${signed(change)} [${meanInterval.map(signed).join(', ')}] | ${percent(sum(changes) / sum(best))} | ${percent(adapted)} |`;
  });
  return [
    '| chosen by | harmful | change | kept | adapts |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

/** The guard against the single scorer with the best mean change, cell by cell. */
function pairedLine(ways, cells) {
  const singles = ways.slice(0, Object.keys(scorers).length);
  const changes = singles.map(([, choose]) => changesOf(choose, cells));
  const best = argmax(changes.map(mean));
  const own = changesOf((cell) => byGuard(cell, defaultGuardRule), cells);
  const differences = own.map((change, i) => change - changes[best][i]);
  const [, interval] = intervals(differences, cells);
  return `The guard gains ${signed(mean(differences))} points [${interval.map(signed).join(', ')}] over the best single scorer, ${singles[best][0]}.`;
}

/** 95 % bootstrap intervals of harm and mean change, drawing groups. */
function intervals(changes, cells) {
  const groups = new Map();
  cells.forEach(({ group }, i) => groups.set(group, [...(groups.get(group) ?? []), changes[i]]));
  const lists = [...groups.values()];
  const random = randomSource(1).stream('groups');
  const draws = Array.from({ length: 2000 }, () =>
    harmAndMean(lists.flatMap(() => lists[random.integer(lists.length)])),
  );
  return ['harm', 'mean'].map((name) =>
    [0.025, 0.975].map((p) =>
      quantile(
        draws.map((draw) => draw[name]),
        p,
      ),
    ),
  );
}

function coverage(cells, rule) {
  const hits = cells.flatMap(({ models }) =>
    models.slice(1).map((model) => {
      const differs = differing(model, models[0]);
      const gain = expectedGain(rule, model.scores, models[0].scores);
      const change = model.accuracy - models[0].accuracy;
      return Math.abs(change - gain) <= rule.halfWidth * differs + 1e-12 ? 1 : 0;
    }),
  );
  return mean(hits);
}

function familyTable(cells) {
  const families = [...new Set(cells.map(({ family }) => family))];
  return families
    .map((family) => {
      const groups = (half) =>
        [
          ...new Set(
            cells.filter((c) => c.family === family && c.half === half).map((c) => c.group),
          ),
        ]
          .map((group) => group.split(' ').slice(1).join(' ').replace('|', '/'))
          .sort()
          .join(', ') || '–';
      return `| ${family} | ${groups('tuning')} | ${groups('reporting')} |`;
    })
    .join('\n');
}

function perFamily(cells) {
  return [...new Set(cells.map(({ family }) => family))]
    .map((family) => {
      const own = cells.filter((cell) => cell.family === family);
      const { harm, mean: change } = harmAndMean(
        changesOf((cell) => byGuard(cell, defaultGuardRule), own),
      );
      const best = mean(
        own.map(({ models }) => Math.max(...models.map((m) => m.accuracy)) - models[0].accuracy),
      );
      return `| ${family} | ${own.length} | ${percent(harm)} | ${signed(change)} | ${signed(best)} |`;
    })
    .join('\n');
}

function labelTable(cells) {
  const blind = harmAndMean(changesOf((cell) => byGuard(cell, defaultGuardRule), cells));
  const line = (label, n, { harm, mean: change }) =>
    `| ${label} | ${n} | ${percent(harm)} | ${signed(change)} |`;
  const counts = [...new Set(cells.flatMap(({ labelled }) => Object.keys(labelled)))];
  return [
    line('none', cells.length, blind),
    ...counts.map((count) => {
      const changes = cells.flatMap(({ labelled }) => labelled[count] ?? []);
      return line(count, changes.length, harmAndMean(changes));
    }),
  ].join('\n');
}

function ruleRow({ weights, margin, halfWidth }) {
  const { consensus, nearestSource, reverse, neighbours } = weights;
  return [consensus, nearestSource, reverse, neighbours, margin, halfWidth]
    .map((value) => value.toFixed(value === margin ? 4 : 2))
    .join(' | ');
}

function argmax(values) {
  return values.reduce((best, value, k) => (value > values[best] ? k : best), 0);
}

function percent(value) {
  return `${value < 0 ? '−' : ''}${Math.abs(100 * value).toFixed(1)} %`;
}

function signed(share) {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)}`;
}

function sum(values) {
  return values.reduce((a, b) => a + b, 0);
}

function mean(values) {
  return sum(values) / values.length;
}
