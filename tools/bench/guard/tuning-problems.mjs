// The problems from which the guard's rule is made. They have been looked at often.
import { join } from 'node:path';
import {
  classShifts,
  curvedBoundary,
  mixedGaussians,
  priorShift,
  rotatedMoons,
  shiftedBlobs,
} from '@graft-ml/datasets';
import { ordered, problem } from './problem.mjs';
import {
  readDigits,
  readMobileNet,
  readMushrooms,
  readNews,
  readNumbers,
  readSurf,
  readSvm,
} from './readers.mjs';

export function tuningProblems(shared, limits) {
  return [
    ...officeProblems(shared, limits),
    ...amazonProblems(shared, limits),
    ...ordered(
      ['digits', 'usps', 'mnist'],
      'digits',
      'digits',
      (name) => readDigits(shared, name),
      limits,
    ),
    ...newsProblems(shared, limits),
    ...ordered(
      ['e', 't'],
      'mushrooms',
      'mushrooms',
      async (shape) => readMushrooms(shared, 'stalk-shape', shape),
      limits,
    ),
    ...ordered(['red', 'white'], 'wine', 'wine', async (name) => readWine(shared, name), limits),
    ...simulatedProblems(),
  ];
}

/** The three sets of features of one image. */
export function officeViews(shared) {
  const mobileNet = join(shared, 'office_caltech10_mobilenet');
  return {
    surf: (name) => readSurf(join(shared, 'office_caltech10_surf', `${name}.csv.gz`)),
    v1: (name) => readMobileNet(mobileNet, name, 'mobilenet_v1_025_x'),
    v2: (name) => readMobileNet(mobileNet, name, 'mobilenet_v2_035_x'),
  };
}

function officeProblems(shared, limits) {
  const domains = ['amazon', 'caltech10', 'dslr', 'webcam'];
  return Object.entries(officeViews(shared)).flatMap(([view, read]) =>
    ordered(domains, `office-${view}`, 'office', read, limits),
  );
}

function amazonProblems(shared, limits) {
  const domains = ['books', 'dvd', 'electronics', 'kitchen'];
  const read = (name) => readSvm(join(shared, 'amazon_reviews_400', `${name}.svm.gz`));
  return ordered(domains, 'amazon400', 'amazon400', read, limits);
}

function newsProblems(shared, limits) {
  const rec = ['autos', 'motorcycles', 'sport_baseball', 'sport_hockey'];
  const sci = ['crypt', 'electronics', 'med', 'space'];
  const read = (name) => readNews(shared, name);
  return rec.flatMap((_, k) => {
    const [source, target] = [k, (k + 1) % 4].map((at) => `${rec[at]}+${sci[at]}`);
    return [
      problem('newsgroups', `newsgroups ${k}`, source, target, read, limits),
      problem('newsgroups', `newsgroups ${k}`, target, source, read, limits),
    ];
  });
}

function readWine(shared, name) {
  return readNumbers(join(shared, 'wine_quality', `${name}.csv.gz`), {
    columns: Array.from({ length: 11 }, (_, j) => j),
    label: (row) => (row[11] >= 6 ? 1 : 0),
  });
}

function simulatedProblems() {
  return simulated({
    'blobs 1': (seed) => shiftedBlobs({ seed, shift: 1, scale: 1 }),
    'blobs 4': (seed) => shiftedBlobs({ seed }),
    'moons 20': (seed) => rotatedMoons({ seed, angle: 20 }),
    'moons 60': (seed) => rotatedMoons({ seed, angle: 60 }),
    'mixed 2': (seed) => mixedGaussians({ seed, stretch: 2 }),
    'mixed 6': (seed) => mixedGaussians({ seed }),
    'class shifts 1': (seed) => classShifts({ seed, shift: 1 }),
    'class shifts 3': (seed) => classShifts({ seed }),
    'prior 0.9': (seed) => priorShift({ seed }),
    'prior 0.6': (seed) => priorShift({ seed, targetShare: 0.6 }),
    'curved 0': (seed) => curvedBoundary({ seed }),
    'no shift 0': (seed) => shiftedBlobs({ seed, shift: 0, scale: 1 }),
  });
}

/** Problems that a seed makes. What differs in its last number only is one group: `moons 20`, `moons 60`. */
export function simulated(made) {
  return Object.entries(made).map(([name, make]) => ({
    id: `simulated ${name}`,
    family: 'simulated',
    preparations: ['source', 'per-domain'],
    group: `simulated ${name.replace(/ [0-9.]+$/, '')}`,
    load: async (seed) => {
      const { problem: given, evaluation } = make(seed);
      return {
        source: { x: given.source.x, y: given.source.y },
        target: { x: given.target.x, y: evaluation.y },
      };
    },
  }));
}
