// The data sets of the grid as rows and labels.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { denseMatrix, stackRows } from '@graft-ml/core';
import { npyToMatrix, parseNpy, parseSvmlight } from '@graft-ml/datasets';

const dataAt = new Map();

export function readCsv(path) {
  const text = gunzipSync(readFileSync(path)).toString('utf8').trim();
  return text.split(/\r?\n/).map((line) => line.split(/[,;]/));
}

/** Counts divided by their sum per row. */
export async function readSurf(path) {
  const rows = readCsv(path).slice(1);
  const x = denseMatrix(rows.length, 800);
  rows.forEach((row, i) => {
    let sum = 0;
    for (let j = 1; j <= 800; j++) sum += +row[j];
    for (let j = 1; j <= 800; j++) x.data[i * 800 + j - 1] = (100 * +row[j]) / sum;
  });
  return { x, y: Float64Array.from(rows, (row) => +row[0]) };
}

export async function readMobileNet(folder, name, view) {
  const x = npyToMatrix(await parseNpy(readFileSync(join(folder, `${name}_${view}.npy`))));
  const y = npyToMatrix(await parseNpy(readFileSync(join(folder, `${name}_y.npy`)))).data;
  return { x, y };
}

export async function readSvm(path, columns = 400) {
  if (!dataAt.has(path))
    dataAt.set(path, await parseSvmlight(readFileSync(path), { columns, firstIndex: 0 }));
  const { x, y } = dataAt.get(path);
  return { x, y: Float64Array.from(y) };
}

export function readMnist(folder) {
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
export function shrink(images, side, box) {
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

/** 8 × 8 pixels in the range 0 … 16 of `digits`, `usps` or `mnist`. */
export async function readDigits(shared, name) {
  if (name === 'mnist') return readMnist(join(shared, 'mnist_t10k'));
  const folder = join(shared, name === 'usps' ? 'usps_full' : 'digits_sklearn');
  const x = npyToMatrix(await parseNpy(readFileSync(join(folder, 'x.npy'))));
  const y = npyToMatrix(await parseNpy(readFileSync(join(folder, 'y.npy')))).data;
  return { x: name === 'usps' ? shrink(x, 16, 2) : x, y };
}

/** Documents of one topic of each kind. */
export async function readNews(shared, name) {
  const [rec, sci] = name.split('+');
  const folder = join(shared, 'newsgroups20_rec_sci');
  const first = await readSvm(join(folder, `rec_${rec}.svm.gz`), 7270);
  const second = await readSvm(join(folder, `sci_${sci}.svm.gz`), 7270);
  return { x: stackRows([first.x, second.x]), y: Float64Array.from([...first.y, ...second.y]) };
}

/** Mushrooms whose `column` says `value`; the other columns, each value a column of its own. */
export function readMushrooms(shared, column, value) {
  const [names, ...rows] = readCsv(join(shared, 'mushrooms', 'agaricus_lepiota.csv.gz'));
  const split = names.indexOf(column);
  const kept = names.map((_, j) => j).filter((j) => j !== split && j !== 0);
  const codes = kept.map((j) => [...new Set(rows.map((row) => row[j]))].sort());
  const chosen = rows.filter((row) => row[split] === value);
  const x = denseMatrix(
    chosen.length,
    codes.reduce((sum, values) => sum + values.length, 0),
  );
  chosen.forEach((row, i) => {
    let offset = i * x.columns;
    kept.forEach((j, k) => {
      x.data[offset + codes[k].indexOf(row[j])] = 1;
      offset += codes[k].length;
    });
  });
  const classes = [...new Set(rows.map((row) => row[0]))].sort();
  return { x, y: Float64Array.from(chosen, (row) => classes.indexOf(row[0])) };
}

/** Sentences of one domain as tf-idf rows of unit length over the 2,000 words that most sentences of all `domains` have. */
export function readSentences(shared, domains, name) {
  const key = `sentences ${name}`;
  if (!dataAt.has(key)) dataAt.set(key, tfIdf(shared, domains, name));
  return dataAt.get(key);
}

function tfIdf(shared, domains, name) {
  const read = (domain) =>
    gunzipSync(readFileSync(join(shared, 'sentence_sentiment_five_domains', `${domain}.tsv.gz`)))
      .toString('utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .map(([label, text]) => ({
        label: +label,
        words: text.toLowerCase().match(/[a-z']{2,}/g) ?? [],
      }));
  const all = domains.flatMap(read);
  const found = new Map();
  for (const { words } of all) {
    for (const word of new Set(words)) found.set(word, (found.get(word) ?? 0) + 1);
  }
  const kept = [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 2000);
  const columnOf = new Map(kept.map(([word], j) => [word, j]));
  const sentences = read(name);
  const x = denseMatrix(sentences.length, kept.length);
  sentences.forEach(({ words }, i) => {
    const row = x.data.subarray(i * x.columns, (i + 1) * x.columns);
    for (const word of words) {
      const j = columnOf.get(word);
      if (j !== undefined) row[j] += Math.log(all.length / kept[j][1]);
    }
    const length = Math.hypot(...row) || 1;
    row.forEach((value, j) => (row[j] = value / length));
  });
  return { x, y: Float64Array.from(sentences, ({ label }) => label) };
}

/** Rows of a table of numbers that `keep` keeps; `label` makes a class of a row's last column, the others are features. */
export function readNumbers(path, { columns, keep = () => true, label }) {
  const rows = readCsv(path)
    .slice(1)
    .map((row) => row.map(Number))
    .filter(keep);
  const x = denseMatrix(rows.length, columns.length);
  rows.forEach((row, i) => columns.forEach((at, j) => (x.data[i * columns.length + j] = row[at])));
  return { x, y: Float64Array.from(rows, label) };
}

/** The folder of data beside the workspace, or undefined. */
export function sharedData(root) {
  const folder = join(root, '..', 'shared', 'data');
  return existsSync(folder) ? folder : undefined;
}
