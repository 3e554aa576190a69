// Photographs of ten kinds of objects and pictures of ten digits.
import { join } from 'node:path';
import { simulateDigits } from '@graft-ml/datasets';
import { halves, oneAndRest, ordered, union } from './problem.mjs';
import { readDigits, readMobileNet, readSurf } from './readers.mjs';

export function imageProblems(shared, limits) {
  const office = officeProblems(shared, limits);
  const digits = digitProblems(shared, limits);
  return {
    tuning: [...office.tuning, ...digits.tuning],
    reporting: [...office.reporting, ...digits.reporting],
  };
}

/** Tuning: one domain against another, two against two, amazon and dslr against the other three. Reporting: caltech10 and
 * webcam against the other three. */
function officeProblems(shared, limits) {
  const domains = ['amazon', 'caltech10', 'dslr', 'webcam'];
  const mobileNet = join(shared, 'office_caltech10_mobilenet');
  const views = {
    surf: (name) => readSurf(join(shared, 'office_caltech10_surf', `${name}.csv.gz`)),
    v1: (name) => readMobileNet(mobileNet, name, 'mobilenet_v1_025_x'),
    v2: (name) => readMobileNet(mobileNet, name, 'mobilenet_v2_035_x'),
  };
  const inViews = (pairs) =>
    Object.entries(views).flatMap(([view, read]) =>
      pairs.flatMap((pair) => ordered(pair, `office-${view}`, 'office', union(read), limits)),
    );
  const [amazon, caltech10, dslr, webcam] = oneAndRest(domains);
  return {
    tuning: inViews([domains, ...halves(domains), amazon, dslr]),
    reporting: inViews([caltech10, webcam]),
  };
}

/** Tuning: three sets of digits, digits drawn by a program against each, one set against the other two. Reporting: drawn and
 * written ones together against others. */
function digitProblems(shared, limits) {
  const sets = ['digits', 'usps', 'mnist'];
  const read = async (name) => (name === 'drawn' ? simulateDigits() : readDigits(shared, name));
  const of = (domains) => ordered(domains, 'digits', 'digits', union(read), limits);
  return {
    tuning: [
      ...of(sets),
      ...sets.flatMap((real) => of(['drawn', real])),
      ...oneAndRest(sets).flatMap(of),
    ],
    reporting: [
      ['drawn+digits', 'usps'],
      ['drawn+usps', 'mnist'],
      ['drawn+mnist', 'digits'],
    ].flatMap(of),
  };
}
