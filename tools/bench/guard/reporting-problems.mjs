// The problems by which the guard is judged. They were listed before any of them was run, and no rule is made from them.
import { join } from 'node:path';
import { denseMatrix, stackRows } from '@graft-ml/core';
import { simulateDigits } from '@graft-ml/datasets';
import { randomSource } from '@graft-ml/numerics';
import { ordered, problem } from './problem.mjs';
import {
  readDigits,
  readMushrooms,
  readNews,
  readNumbers,
  readSentences,
  readSvm,
} from './readers.mjs';
import { officeViews, simulated } from './tuning-problems.mjs';

export function reportingProblems(shared, limits) {
  return [
    ...officeProblems(shared, limits),
    ...amazonProblems(shared, limits),
    ...sentenceProblems(shared, limits),
    ...digitProblems(shared, limits),
    ...newsProblems(shared, limits),
    ...mushroomProblems(shared, limits),
    ...tableProblems(shared, limits),
    ...simulatedProblems(),
  ];
}

/** Two of the four domains against the other two. */
function officeProblems(shared, limits) {
  const domains = halves(['amazon', 'caltech10', 'dslr', 'webcam']);
  return Object.entries(officeViews(shared)).flatMap(([view, read]) =>
    domains.flatMap((pair) => ordered(pair, `office-${view}`, 'office', union(read), limits)),
  );
}

function amazonProblems(shared, limits) {
  const read = (name) => readSvm(join(shared, 'amazon_reviews_400', `${name}.svm.gz`));
  return halves(['books', 'dvd', 'electronics', 'kitchen']).flatMap((pair) =>
    ordered(pair, 'amazon400', 'amazon400', union(read), limits),
  );
}

/** Praise and blame in single sentences about four kinds of thing. */
function sentenceProblems(shared, limits) {
  const domains = ['movie_mr', 'customer_reviews', 'laptop', 'restaurant'];
  const read = async (name) => readSentences(shared, domains, name);
  return ordered(domains, 'sentences', 'sentences', read, limits);
}

/** Digits drawn by a program against three sets of written ones. */
function digitProblems(shared, limits) {
  const read = async (name) => (name === 'drawn' ? simulateDigits() : readDigits(shared, name));
  return ['digits', 'usps', 'mnist'].flatMap((real) =>
    ordered(['drawn', real], 'digits', 'digits', read, limits),
  );
}

/** Sources and targets that share no topic, in pairings of topics that the tuning problems lack. */
function newsProblems(shared, limits) {
  const rec = ['autos', 'motorcycles', 'sport_baseball', 'sport_hockey'];
  const sci = ['crypt', 'electronics', 'med', 'space'];
  const read = (name) => readNews(shared, name);
  return rec.flatMap((_, k) => {
    const source = `${rec[k]}+${sci[(k + 2) % 4]}`;
    const target = `${rec[(k + 1) % 4]}+${sci[(k + 3) % 4]}`;
    return [
      problem('newsgroups', `newsgroups ${k} crossed`, source, target, read, limits),
      problem('newsgroups', `newsgroups ${k} crossed`, target, source, read, limits),
    ];
  });
}

/** Split by another column than the tuning problems. */
function mushroomProblems(shared, limits) {
  const splits = { bruises: ['f', 't'], 'gill-size': ['b', 'n'], 'gill-spacing': ['c', 'w'] };
  return Object.entries(splits).flatMap(([column, values]) => {
    const read = async (name) => readMushrooms(shared, column, name.split('=')[1]);
    const domains = values.map((value) => `${column}=${value}`);
    return ordered(domains, 'mushrooms', 'mushrooms', read, limits);
  });
}

/** Tables cut in two at one column; the class is whether the outcome lies above its median. */
function tableProblems(shared, limits) {
  const columns = (n) => Array.from({ length: n }, (_, j) => j);
  const wine = { columns: columns(11), cut: [10, 10.4], label: (row) => +(row[11] >= 6) };
  const tables = {
    'red wine': { file: 'wine_quality/red.csv.gz', ...wine },
    'white wine': { file: 'wine_quality/white.csv.gz', ...wine },
    concrete: {
      file: 'uci_regression/concrete.csv.gz',
      columns: columns(8),
      cut: [7, 28],
      label: (row) => +(row[8] > 34.4),
    },
    cars: {
      file: 'uci_regression/auto_mpg.csv.gz',
      columns: [1, 2, 3, 4, 5, 6],
      cut: [7, 1],
      label: (row) => +(row[0] > 22.75),
    },
  };
  return Object.entries(tables).flatMap(
    ([
      name,
      {
        file,
        cut: [column, value],
        ...rest
      },
    ]) => {
      const read = async (domain) =>
        readNumbers(join(shared, file), {
          ...rest,
          keep: (row) => row[column] > value === domain.endsWith('above'),
        });
      return ordered([`${name} below`, `${name} above`], 'tables', 'tables', read, limits);
    },
  );
}

function simulatedProblems() {
  return simulated({
    'turned boundary 15': (seed) => turnedBoundary(seed, 15),
    'turned boundary 45': (seed) => turnedBoundary(seed, 45),
    'new scale 1': (seed) => newScale(seed),
    'missing class 1': (seed) => missingClass(seed, 0),
    'missing class 2': (seed) => missingClass(seed, 3),
    'deceiving direction 3': (seed) => deceivingDirection(seed),
  });
}

/** The same rows, another rule: y = 1 where w·x > 0, w turned by so many degrees in the target. No method can know. */
function turnedBoundary(seed, degrees) {
  const angle = (degrees * Math.PI) / 180;
  const [source, target] = [0, angle].map((turn, d) => {
    const x = normalRows(seed, `turned ${d}`, 200, 5);
    const y = Float64Array.from(
      { length: 200 },
      (_, i) => +(Math.cos(turn) * x.data[5 * i] + Math.sin(turn) * x.data[5 * i + 1] > 0),
    );
    return { x, y };
  });
  return known(source, target);
}

/** Four classes in ten dimensions; the target's columns have other units and zeros. */
function newScale(seed) {
  const random = randomSource(seed).stream('scale');
  const centres = Array.from({ length: 40 }, () => 1.2 * random.normal());
  const units = Array.from({ length: 10 }, () => Math.exp(0.5 * random.normal()));
  const zeros = Array.from({ length: 10 }, () => random.normal());
  const [source, target] = [0, 1].map((d) => {
    const x = normalRows(seed, `scale ${d}`, 200, 10);
    const y = Float64Array.from({ length: 200 }, (_, i) => i % 4);
    for (let p = 0; p < x.data.length; p++) {
      const j = p % 10;
      x.data[p] += centres[10 * y[(p - j) / 10] + j];
      if (d === 1) x.data[p] = units[j] * x.data[p] + zeros[j];
    }
    return { x, y };
  });
  return known(source, target);
}

/** Three classes in the source, two of them in the target, which is moved by `shift` along the second axis. */
function missingClass(seed, shift) {
  const [source, target] = [3, 2].map((nClasses, d) => {
    const x = normalRows(seed, `missing ${d}`, 210, 4);
    const y = Float64Array.from({ length: 210 }, (_, i) => i % nClasses);
    y.forEach((c, i) => {
      x.data[4 * i] += 3 * c;
      x.data[4 * i + 1] += d * shift;
    });
    return { x, y };
  });
  return known(source, target);
}

/** Classes at ±1.5 on the first axis of both domains and at ±3 on the second of the source, where the target has noise. */
function deceivingDirection(seed) {
  const [source, target] = [3, 0].map((along, d) => {
    const x = normalRows(seed, `deceiving ${d}`, 200, 5);
    const y = Float64Array.from({ length: 200 }, (_, i) => i % 2);
    y.forEach((c, i) => {
      x.data[5 * i] += c ? 1.5 : -1.5;
      x.data[5 * i + 1] += c ? along : -along;
    });
    return { x, y };
  });
  return known(source, target);
}

function known(source, target) {
  return { problem: { source, target: { x: target.x } }, evaluation: { y: target.y } };
}

function normalRows(seed, stream, rows, columns) {
  const random = randomSource(seed).stream(stream);
  const x = denseMatrix(rows, columns);
  for (let p = 0; p < x.data.length; p++) x.data[p] = random.normal();
  return x;
}

/** The three ways to cut four domains in two. */
function halves([a, b, c, d]) {
  return [
    [`${a}+${b}`, `${c}+${d}`],
    [`${a}+${c}`, `${b}+${d}`],
    [`${a}+${d}`, `${b}+${c}`],
  ];
}

/** Reads `first+second` as the rows of both. */
function union(read) {
  return async (name) => {
    const parts = await Promise.all(name.split('+').map(read));
    return {
      x: stackRows(parts.map(({ x }) => x)),
      y: Float64Array.from(parts.flatMap(({ y }) => Array.from(y))),
    };
  };
}
