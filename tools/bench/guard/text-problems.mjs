// Reviews, sentences of praise and blame, and messages on eight topics.
import { join } from 'node:path';
import { halves, oneAndRest, ordered, union } from './problem.mjs';
import { readNews, readSentences, readSvm } from './readers.mjs';

export function textProblems(shared, limits) {
  const families = [reviewProblems, sentenceProblems, newsProblems].map((list) =>
    list(shared, limits),
  );
  return {
    tuning: families.flatMap(({ tuning }) => tuning),
    reporting: families.flatMap(({ reporting }) => reporting),
  };
}

/** Tuning: one kind of product against another, two against two, one against the other three. Reporting: two against one. */
function reviewProblems(shared, limits) {
  const domains = ['books', 'dvd', 'electronics', 'kitchen'];
  const read = (name) => readSvm(join(shared, 'amazon_reviews_400', `${name}.svm.gz`));
  const of = (pair) => ordered(pair, 'amazon400', 'amazon400', union(read), limits);
  return {
    tuning: [domains, ...halves(domains), ...oneAndRest(domains)].flatMap(of),
    reporting: [
      ['books+dvd', 'electronics'],
      ['dvd+electronics', 'kitchen'],
      ['electronics+kitchen', 'books'],
      ['kitchen+books', 'dvd'],
    ].flatMap(of),
  };
}

/** Tuning: sentences about one kind of thing against another, two against two, a second set about films against others.
 * Reporting: one against the other three. */
function sentenceProblems(shared, limits) {
  const domains = ['movie_mr', 'customer_reviews', 'laptop', 'restaurant'];
  const films = 'movie_sst2';
  const read = async (name) => readSentences(shared, domains, name);
  const of = (pair) => ordered(pair, 'sentences', 'sentences', union(read), limits);
  return {
    tuning: [
      domains,
      ...halves(domains),
      ...domains.slice(1).map((other) => [films, other]),
    ].flatMap(of),
    reporting: oneAndRest(domains).flatMap(of),
  };
}

/** Two topics against two others; the halves pair topics in different ways. */
function newsProblems(shared, limits) {
  const rec = ['autos', 'motorcycles', 'sport_baseball', 'sport_hockey'];
  const sci = ['crypt', 'electronics', 'med', 'space'];
  const read = (name) => readNews(shared, name);
  const of = (group, [a, b], [c, d]) =>
    ordered(
      [`${rec[a % 4]}+${sci[b % 4]}`, `${rec[c % 4]}+${sci[d % 4]}`],
      'newsgroups',
      'newsgroups',
      read,
      limits,
    ).map((problem) => ({ ...problem, group: `newsgroups ${group}` }));
  return {
    tuning: [0, 1, 2, 3].flatMap((k) => [
      ...of(k, [k, k], [k + 1, k + 1]),
      ...of(`${k} crossed`, [k, k + 2], [k + 1, k + 3]),
      ...(k < 2 ? of(`${k} far`, [k, k], [k + 2, k + 2]) : []),
      ...(k < 2 ? of(`${k} far crossed`, [k, k + 1], [k + 2, k + 3]) : []),
    ]),
    reporting: [0, 1, 2, 3].flatMap((k) => of(`${k} askew`, [k, k], [k + 1, k + 2])),
  };
}
