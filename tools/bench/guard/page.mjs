// The page of `npm run bench -- guard`: tables of how every way of choosing fared.
import { cpus } from 'node:os';
import {
  defaultAccuracyRule,
  defaultGuardRule,
  estimateByViews,
  gainRuleFor,
} from '@graft-ml/diagnosis';
import { quantile, randomSource } from '@graft-ml/numerics';
import { recipes } from './cells.mjs';
import { scorers } from './score-cells.mjs';
import {
  bestAbove,
  changeOf,
  gainsOf,
  harmAndMean,
  oneByOne,
  tuneAccuracy,
  tuneRule,
  withFewer,
} from './tune.mjs';

/** The page from the cells there are, of so many planned. */
export function renderPage(cells, planned, { rows, components, seeds }) {
  const tuning = cells.filter(({ half }) => half === 'tuning');
  const reporting = cells.filter(({ half }) => half === 'reporting');
  const { rule, tried } = tuneRule(tuning);
  const ways = [
    ...Object.entries(scorers).map(([title, name]) => [title, (cell) => byScore(cell, name)]),
    ['**guard**', (cell) => byGuard(cell, defaultGuardRule)],
    ['best by target labels', (cell) => argmax(cell.models.map(({ accuracy }) => accuracy))],
  ];
  const same = JSON.stringify(rule) === JSON.stringify(defaultGuardRule);
  const fitSeconds = mean(cells.map(({ models }) => sum(models.map(({ seconds }) => seconds))));
  const guardSeconds = mean(cells.map((cell) => cell.guardSeconds));
  return `# The guard against negative transfer

\`npm run bench -- guard\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'} (shared with other work).

## What is measured

${cells.length} of ${planned.length} planned cells: ${problemsOf(cells)} problems (a source and a target), most of them prepared in two ways, scaled by the
source or each domain by itself, and drawn by ${seedsOf(cells)} of ${seeds} seeds (${perSeed(cells)}). In every cell ${recipes.length} models are fitted with
logistic regression at the end: ${recipes.map(({ name }) => name).join(', ')}.
At most ${rows} rows per domain, at most ${components} principal components, a quarter of the source held out for the scorers that want it. A
seed draws the rows, the held-out part and the simulated data.

A way of choosing picks one of the ${recipes.length} models without target labels. **Harmful** is a cell in which its pick ends more
than 0.5 points of accuracy below source-only; **change** is the mean change in points; **kept** is the total change over
that of the best possible picks. Brackets hold 95 % intervals from 2000 bootstrap draws of whole groups: a group is a pair of
domains with all its features, preparations and both directions.

The **tuning half** is the problems that were looked at while the guard was made: form, weights and margins of its rule come
from them. The **reporting half** is other problems of the same families, listed before any was run: domains in other
combinations, other pairings of topics, other columns to cut tables by, other simulated shifts. The rule was fixed before the
first look at them and has not changed since. Single scorers have nothing to tune.

| family | tuning: problems, cells | reporting: problems, cells |
| --- | --- | --- |
${familyTable(tuning, reporting)}

## Reporting half: ${reporting.length} cells in ${groupsOf(reporting)} groups

${wayTable(ways, reporting)}

${pairedLine(ways, reporting)}

The guard says "adapt" for ${percent(adaptedShare(reporting))} of the cells; the 90 % interval of the gain holds the true change of ${percent(coverage(reporting, defaultGuardRule))} of all
candidates.

### By family

| family | cells | guard: harmful | change | best possible | best single scorer here: harmful | change |
| --- | --- | --- | --- | --- | --- | --- |
${perFamily(reporting, ways)}

### With fewer candidates

Of the ${recipes.length - 1} adapted models a draw of five, three or two, the same for all ways; or each alone beside source-only, as \`graft fit\`
does it. **At random** takes one of them without looking.

${fewerTable(reporting)}

### One candidate at a time

**Unguarded** is the recipe as it is.

${aloneTable(reporting)}

### With labelled target rows

Labelled rows are drawn from the target at random, no model learns from them, and accuracy is measured on the others.

| labelled rows | cells | harmful | change |
| --- | --- | --- | --- |
${labelTable(reporting)}

### Accuracy without labels

How far estimates of source-only's accuracy on the target are off. The rule, fitted on the tuning half, is a weighted sum of
nearest-source agreement and difference of confidences; its interval is meant to hold nine in ten.

${accuracyTable(tuning, reporting)}

## Tuning half: ${tuning.length} cells in ${groupsOf(tuning)} groups

The guard's line is optimistic here: it has seen these cells. The table of margins below leaves groups out.

${wayTable(ways, tuning)}

## The guard's rule

The expected gain is a quadratic function of seven views of a candidate beside source-only, each standardised and cut at ±3:
how far the other candidates support it, the share of rows on which it differs, the differences in nearest-source agreement,
in predicting the source back, in agreement of neighbours and in how far predicted class shares lie from those of the source,
and how far those of source-only lie from them. A candidate alone has no support; its rule has one view less. Weights: ridge
regression on the tuning half, all candidates and draws of five, three and two. Margin: the least below at which, each group
judged by weights fitted without it, at most 5 % of the tuning cells are harmed whatever the number of candidates ("most
harm"). Who wants less harm raises it: the rule is data. ${same ? 'This run arrives at the rule that is shipped.' : '**This run arrives at another rule than the one that is shipped.**'}

| margin (points) | among others: harmful | most harm | change | alone: harmful | change |
| --- | --- | --- | --- | --- | --- |
${marginTable(tried)}

Shipped: margins ${points(defaultGuardRule.amongOthers.margin)} and ${points(defaultGuardRule.alone.margin)} points.

## By recipe and overlap, all cells

Change against source-only in cells whose domains a classifier tells apart with an AUC of at most 0.98 ("much" overlap), and
of more ("hardly any"). \`graft advise\` quotes this table.

${overlapTable(cells)}

## Cost

Fitting the ${recipes.length} models takes ${fitSeconds.toFixed(2)} s per cell on average, the guard's scores ${guardSeconds.toFixed(2)} s.

## How to read it

- The rows of a family are in both halves, in other combinations or cut another way; the simulated shifts are new altogether.
- Two rules before this one were judged like this, each by problems that were new then: a quadratic rule of five views made
  from the first 740 cells harmed 13.0 % [8.1, 19.8] of 598 and gained +0.17; one of seven views made from 1340 harmed 11.6 %
  [7.7, 16.7] of 560 and gained +0.74. Those problems are in the tuning half now. What the rule had not seen the like of,
  sentences and cut tables, it judged worst.
- Harm is uneven: see the families. A family that is like none of these may fare worse.
- One learner and default options; kernels, deep features and regression are not in the grid.
- A guard that always says "source-only" has no harmful cell and no gain: harm and change must be read together.
- No scorer sees two classes that changed places. Where target labels can be had, a few are worth more than any of these.
`;
}

function byScore({ models }, name) {
  return argmax(models.map(({ scores }) => scores[name] ?? -Infinity));
}

function byGuard(cell, rule) {
  return bestAbove(gainsOf(cell, rule), marginOf(cell, rule));
}

/** All candidates of a cell are alone or none is. */
function marginOf({ models: [, candidate] }, rule) {
  return gainRuleFor(rule, candidate.scores).margin;
}

function changesOf(choose, cells) {
  return cells.map((cell) => changeOf(cell, choose(cell)));
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
  const [title, scorer] = bestScorer(ways, cells);
  const scored = changesOf(scorer, cells);
  const own = changesOf((cell) => byGuard(cell, defaultGuardRule), cells);
  const differences = own.map((change, i) => change - scored[i]);
  const [, interval] = intervals(differences, cells);
  return `The guard gains ${signed(mean(differences))} points [${interval.map(signed).join(', ')}] over the best single scorer, ${title}.`;
}

/** The single scorer with the largest mean change. */
function bestScorer(ways, cells) {
  const singles = ways.slice(0, Object.keys(scorers).length);
  return singles[argmax(singles.map(([, choose]) => mean(changesOf(choose, cells))))];
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
  const hits = cells.flatMap((cell) => {
    const gains = gainsOf(cell, rule);
    return cell.models.slice(1).map(({ scores }, k) => {
      const { halfWidth } = gainRuleFor(rule, scores);
      const error = Math.abs(changeOf(cell, k + 1) - gains[k + 1]);
      return error <= halfWidth * scores.differs + 1e-12 ? 1 : 0;
    });
  });
  return mean(hits);
}

function familyTable(tuning, reporting) {
  const families = [...new Set([...tuning, ...reporting].map(({ family }) => family))].sort();
  const count = (cells, family) => {
    const own = cells.filter((cell) => cell.family === family);
    return own.length ? `${problemsOf(own)}, ${own.length}` : '–';
  };
  return families
    .map((family) => `| ${family} | ${count(tuning, family)} | ${count(reporting, family)} |`)
    .join('\n');
}

/** The guard beside the single scorer with the best mean change over all these cells. */
function perFamily(cells, ways) {
  const [, scorer] = bestScorer(ways, cells);
  return [...new Set(cells.map(({ family }) => family))]
    .sort()
    .map((family) => {
      const own = cells.filter((cell) => cell.family === family);
      const guarded = harmAndMean(changesOf((cell) => byGuard(cell, defaultGuardRule), own));
      const scored = harmAndMean(changesOf(scorer, own));
      const best = mean(
        own.map(({ models }) => Math.max(...models.map((m) => m.accuracy)) - models[0].accuracy),
      );
      return `| ${family} | ${own.length} | ${percent(guarded.harm)} | ${signed(guarded.mean)} | ${signed(best)} | ${percent(scored.harm)} | ${signed(scored.mean)} |`;
    })
    .join('\n');
}

function fewerTable(cells) {
  const draws = cells.map(withFewer);
  const lines = [0, 1, 2, 3].map((at) => {
    const some = draws.map((variants) => variants[at]);
    return fewerRow(`${some[0].models.length - 1}`, some);
  });
  return [
    '| candidates | guard: harmful | change | at random: harmful | change |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    fewerRow('1', cells.flatMap(oneByOne)),
  ].join('\n');
}

function fewerRow(title, cells) {
  const guarded = harmAndMean(changesOf((cell) => byGuard(cell, defaultGuardRule), cells));
  const random = harmAndMean(
    cells.flatMap((cell) => cell.models.slice(1).map((_, k) => changeOf(cell, k + 1))),
  );
  return `| ${title} | ${percent(guarded.harm)} | ${signed(guarded.mean)} | ${percent(random.harm)} | ${signed(random.mean)} |`;
}

function marginTable({ amongOthers, alone }) {
  return amongOthers
    .map(
      ({ margin, harm, most, mean: m }, k) =>
        `| ${points(margin)} | ${percent(harm)} | ${percent(most)} | ${signed(m)} | ${percent(alone[k].harm)} | ${signed(alone[k].mean)} |`,
    )
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

function argmax(values) {
  return values.reduce((best, value, k) => (value > values[best] ? k : best), 0);
}

function percent(value) {
  return `${value < 0 ? '−' : ''}${Math.abs(100 * value).toFixed(1)} %`;
}

function points(share) {
  return (100 * share).toFixed(2);
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

function problemsOf(cells) {
  return new Set(cells.map(({ id }) => id.split(' · ')[0])).size;
}

function groupsOf(cells) {
  return new Set(cells.map(({ group }) => group)).size;
}

function seedsOf(cells) {
  return new Set(cells.map(({ id }) => id.split(' · ').at(-1))).size;
}

/** `148 cells of seed 1, 30 of seed 2`. */
function perSeed(cells) {
  const counts = new Map();
  for (const { id } of cells) {
    const seed = id.split(' · ').at(-1);
    counts.set(seed, (counts.get(seed) ?? 0) + 1);
  }
  return [...counts].map(([seed, n]) => `${n} cells of seed ${seed}`).join(', ');
}

function adaptedShare(cells) {
  return cells.filter((cell) => byGuard(cell, defaultGuardRule) !== 0).length / cells.length;
}

/** Every recipe by itself: what the guard makes of it against what it would have done. */
function aloneTable(cells) {
  const names = cells[0].models.slice(1).map(({ name }) => name);
  const single = cells.flatMap(oneByOne);
  const lineOf = (title, some) => {
    const free = harmAndMean(some.map((cell) => changeOf(cell, 1)));
    const guarded = harmAndMean(changesOf((cell) => byGuard(cell, defaultGuardRule), some));
    return `| ${title} | ${percent(free.harm)} | ${signed(free.mean)} | ${percent(guarded.harm)} | ${signed(guarded.mean)} |`;
  };
  return [
    '| recipe | unguarded: harmful | change | guarded: harmful | change |',
    '| --- | --- | --- | --- | --- |',
    ...names.map((name) =>
      lineOf(
        name,
        single.filter(({ models }) => models[1].name === name),
      ),
    ),
    lineOf('**all**', single),
  ].join('\n');
}

function overlapTable(cells) {
  const names = cells[0].models.slice(1).map(({ name }) => name);
  const kinds = [
    ['much', ({ auc }) => auc <= 0.98],
    ['hardly any', ({ auc }) => auc > 0.98],
  ];
  const lines = names.flatMap((name) =>
    kinds.map(([kind, within]) => {
      const changes = cells.filter(within).flatMap(({ models }) => {
        const model = models.find((candidate) => candidate.name === name);
        return model ? [model.accuracy - models[0].accuracy] : [];
      });
      const helped = changes.filter((change) => change > 0.005).length / changes.length;
      const { harm, mean: change } = harmAndMean(changes);
      return `| ${name} | ${kind} | ${changes.length} | ${signed(change)} | ${percent(helped)} | ${percent(harm)} |`;
    }),
  );
  return [
    '| recipe | overlap | cells | change | helped | harmful |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function accuracyTable(tuning, reporting) {
  const truth = ({ models }) => models[0].accuracy;
  const views = {
    'thresholded confidence (ATC)': (scores) => scores.thresholded,
    'difference of confidences': (scores) => scores.confidences,
    'importance-weighted validation': (scores) => 1 + scores.weighted,
    'nearest-source agreement': (scores) => scores.nearestSource,
    '**estimateAccuracy**': (scores) => estimateByViews(scores).accuracy,
    'estimateAccuracy, tuned here': (scores) => estimateByViews(scores, tunedAccuracy).accuracy,
  };
  const tunedAccuracy = tuneAccuracy(tuning);
  const lines = Object.entries(views).map(([name, view]) => {
    const errors = reporting.map((cell) => view(cell.models[0].scores) - truth(cell));
    return `| ${name} | ${signed(mean(errors))} | ${(100 * mean(errors.map(Math.abs))).toFixed(1)} |`;
  });
  const covers = (rule) =>
    mean(
      reporting.map((cell) => {
        const { low, high } = estimateByViews(cell.models[0].scores, rule);
        return low <= truth(cell) && truth(cell) <= high ? 1 : 0;
      }),
    );
  const shown = ({ weights, halfWidth }) =>
    `${weights.nearestSource.toFixed(2)} · nearest source + ${weights.confidences.toFixed(2)} · confidences ± ${(100 * halfWidth).toFixed(0)} points`;
  return `| estimate | mean error | mean size of the error |
| --- | --- | --- |
${lines.join('\n')}

Shipped: ${shown(defaultAccuracyRule)}; its interval holds the truth in ${percent(covers(defaultAccuracyRule))} of the cells.
Tuned here: ${shown(tunedAccuracy)}; ${percent(covers(tunedAccuracy))}.`;
}
