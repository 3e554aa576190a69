// The problems of the grid: every one a source with labels, a target, and the target's labels kept apart.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { denseMatrix, selectRows, stackRows } from '@graft-ml/core';
import {
  classShifts,
  curvedBoundary,
  mixedGaussians,
  npyToMatrix,
  parseNpy,
  parseSvmlight,
  priorShift,
  rotatedMoons,
  shiftedBlobs,
} from '@graft-ml/datasets';
import { randomSource } from '@graft-ml/numerics';

/** Problems of the grid in a fixed order, loaded one by one.
 *
 * `group` decides the half: both directions and all features of two domains fall on one side.
 */
export function listProblems(shared, limits) {
  return [
    ...officeProblems(shared, limits),
    ...amazonProblems(shared, limits),
    ...digitProblems(shared, limits),
    ...newsProblems(shared, limits),
    ...mushroomProblems(shared, limits),
    ...wineProblems(shared, limits),
    ...simulatedProblems(),
  ];
}

function officeProblems(shared, limits) {
  const domains = ['amazon', 'caltech10', 'dslr', 'webcam'];
  const views = {
    surf: (name) => readSurf(join(shared, 'office_caltech10_surf', `${name}.csv.gz`)),
    v1: (name) => readPair(shared, 'office_caltech10_mobilenet', name, 'mobilenet_v1_025_x'),
    v2: (name) => readPair(shared, 'office_caltech10_mobilenet', name, 'mobilenet_v2_035_x'),
  };
  return Object.entries(views).flatMap(([view, read]) =>
    ordered(domains, `office-${view}`, 'office', read, limits),
  );
}

function amazonProblems(shared, limits) {
  const domains = ['books', 'dvd', 'electronics', 'kitchen'];
  const read = (name) => readSvm(join(shared, 'amazon_reviews_400', `${name}.svm.gz`));
  return ordered(domains, 'amazon400', 'amazon400', read, limits);
}

function digitProblems(shared, limits) {
  const read = async (name) => {
    if (name === 'mnist') return readMnist(join(shared, 'mnist_t10k'));
    const folder = join(shared, name === 'usps' ? 'usps_full' : 'digits_sklearn');
    const x = npyToMatrix(await parseNpy(readFileSync(join(folder, 'x.npy'))));
    const y = npyToMatrix(await parseNpy(readFileSync(join(folder, 'y.npy')))).data;
    return { x: name === 'usps' ? shrink(x, 16, 2) : x, y };
  };
  return ordered(['digits', 'usps', 'mnist'], 'digits', 'digits', read, limits);
}

function newsProblems(shared, limits) {
  const rec = ['autos', 'motorcycles', 'sport_baseball', 'sport_hockey'];
  const sci = ['crypt', 'electronics', 'med', 'space'];
  const read = async (name) => {
    const [a, b] = name.split('+');
    const folder = join(shared, 'newsgroups20_rec_sci');
    const first = await readSvm(join(folder, `rec_${a}.svm.gz`), 7270);
    const second = await readSvm(join(folder, `sci_${b}.svm.gz`), 7270);
    return {
      x: stackRows([first.x, second.x]),
      y: Float64Array.from([...first.y, ...second.y]),
    };
  };
  return rec.flatMap((_, k) => {
    const [source, target] = [k, (k + 1) % 4].map((at) => `${rec[at]}+${sci[at]}`);
    return [
      problem('newsgroups', `newsgroups ${k}`, source, target, read, limits),
      problem('newsgroups', `newsgroups ${k}`, target, source, read, limits),
    ];
  });
}

function mushroomProblems(shared, limits) {
  const read = async (shape) => {
    const rows = readCsv(join(shared, 'mushrooms', 'agaricus_lepiota.csv.gz'));
    const names = rows[0];
    const split =
      names.indexOf('stalk-shape') < 0
        ? names.indexOf('stalk_shape')
        : names.indexOf('stalk-shape');
    const kept = names.map((_, j) => j).filter((j) => j !== split && j !== 0);
    const codes = kept.map((j) => [...new Set(rows.slice(1).map((row) => row[j]))].sort());
    const columns = codes.reduce((sum, values) => sum + values.length, 0);
    const chosen = rows.slice(1).filter((row) => row[split] === shape);
    const x = denseMatrix(chosen.length, columns);
    chosen.forEach((row, i) => {
      let offset = i * columns;
      kept.forEach((j, k) => {
        x.data[offset + codes[k].indexOf(row[j])] = 1;
        offset += codes[k].length;
      });
    });
    const classes = [...new Set(rows.slice(1).map((row) => row[0]))].sort();
    return { x, y: Float64Array.from(chosen, (row) => classes.indexOf(row[0])) };
  };
  return ordered(['e', 't'], 'mushrooms', 'mushrooms', read, limits);
}

function wineProblems(shared, limits) {
  const read = async (name) => {
    const rows = readCsv(join(shared, 'wine_quality', `${name}.csv.gz`)).slice(1);
    const x = denseMatrix(rows.length, 11);
    rows.forEach((row, i) => row.slice(0, 11).forEach((value, j) => (x.data[i * 11 + j] = +value)));
    return { x, y: Float64Array.from(rows, (row) => (+row[11] >= 6 ? 1 : 0)) };
  };
  return ordered(['red', 'white'], 'wine', 'wine', read, limits);
}

function simulatedProblems() {
  const made = {
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
  };
  return Object.entries(made).map(([name, make]) => ({
    id: `simulated ${name}`,
    family: 'simulated',
    // `moons 20` and `moons 60` are one generator: both on one side.
    preparations: ['source', 'per-domain'],
    group: `simulated ${name.replace(/ [0-9.]+$/, '')}`,
    load: async (seed) => {
      const { problem, evaluation } = make(seed);
      return {
        source: { x: problem.source.x, y: problem.source.y },
        target: { x: problem.target.x, y: evaluation.y },
      };
    },
  }));
}

function ordered(domains, family, groupFamily, read, limits) {
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

function problem(family, group, source, target, read, { maxRows }) {
  return {
    id: `${family} ${source}>${target}`,
    family,
    group,
    // Tf-idf rows have their scale already.
    preparations: family === 'newsgroups' ? ['none'] : ['source', 'per-domain'],
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

const dataAt = new Map();

function readCsv(path) {
  const text = gunzipSync(readFileSync(path)).toString('utf8').trim();
  return text.split(/\r?\n/).map((line) => line.split(/[,;]/));
}

/** Counts divided by their sum per row. */
async function readSurf(path) {
  const rows = readCsv(path).slice(1);
  const x = denseMatrix(rows.length, 800);
  rows.forEach((row, i) => {
    let sum = 0;
    for (let j = 1; j <= 800; j++) sum += +row[j];
    for (let j = 1; j <= 800; j++) x.data[i * 800 + j - 1] = (100 * +row[j]) / sum;
  });
  return { x, y: Float64Array.from(rows, (row) => +row[0]) };
}

async function readPair(shared, folder, name, view) {
  const at = join(shared, folder);
  const x = npyToMatrix(await parseNpy(readFileSync(join(at, `${name}_${view}.npy`))));
  const y = npyToMatrix(await parseNpy(readFileSync(join(at, `${name}_y.npy`)))).data;
  return { x, y };
}

async function readSvm(path, columns = 400) {
  if (!dataAt.has(path))
    dataAt.set(path, await parseSvmlight(readFileSync(path), { columns, firstIndex: 0 }));
  const { x, y } = dataAt.get(path);
  return { x, y: Float64Array.from(y) };
}

function readMnist(folder) {
  const pixels = gunzipSync(readFileSync(join(folder, 't10k-images-idx3-ubyte.gz'))).subarray(16);
  const labels = gunzipSync(readFileSync(join(folder, 't10k-labels-idx1-ubyte.gz'))).subarray(8);
  // The middle 24 × 24 pixels in boxes of 3 × 3, in the range of the 8 × 8 digits.
  const x = denseMatrix(labels.length, 64);
  for (let i = 0; i < labels.length; i++) {
    for (let r = 0; r < 24; r++) {
      for (let c = 0; c < 24; c++) {
        const value = pixels[i * 784 + (r + 2) * 28 + c + 2];
        x.data[i * 64 + Math.floor(r / 3) * 8 + Math.floor(c / 3)] += (value * 16) / 255 / 9;
      }
    }
  }
  return { x, y: Float64Array.from(labels) };
}

/** Square images of `side` pixels averaged in boxes of `box`, brought to the range 0 … 16. */
function shrink(images, side, box) {
  const small = side / box;
  const x = denseMatrix(images.rows, small * small);
  let largest = 0;
  for (const value of images.data) largest = Math.max(largest, value);
  for (let i = 0; i < images.rows; i++) {
    for (let p = 0; p < side * side; p++) {
      const at = Math.floor(p / side / box) * small + Math.floor((p % side) / box);
      x.data[i * x.columns + at] += (16 * images.data[i * side * side + p]) / largest / (box * box);
    }
  }
  return x;
}

/** The folder of data beside the workspace, or undefined. */
export function sharedData(root) {
  const folder = join(root, '..', 'shared', 'data');
  return existsSync(folder) ? folder : undefined;
}
