// The problems of the feature bench, as files that the workers of both languages read.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { denseMatrix, encodeLabels, selectRows, toProblem } from '@graft-ml/core';
import { digitsDemo, opticalDigits } from '@graft-ml/datasets';
import { readSvmlight } from '@graft-ml/datasets/node';
import { RowNormalizer, Standardizer } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';

/** The digits demo: 2 000 rows of the source, 1 797 of the target, 64 features. */
async function digits() {
  const { sources, target } = toProblem(digitsDemo({ seed: 1 }).problem);
  const { task } = sources[0];
  const yt = encodeLabels(task, opticalDigits().y, 'digits', 'y');
  return { xs: sources[0].x, ys: sources[0].y, xt: target.x, yt };
}

/** Office-Caltech10, SURF features, caltech10 → amazon: rows divided by their sum, then z-scored per domain. */
async function office(shared) {
  const read = async (name) => {
    const file = join(shared, 'data', 'office_caltech10_surf', `${name}.csv.gz`);
    const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n').slice(1);
    const x = denseMatrix(lines.length, 800);
    const y = Float64Array.from(lines, (line, i) => {
      const [label, ...values] = line.split(',').map(Number);
      x.data.set(values, i * 800);
      return label;
    });
    const problem = { source: { x }, target: { x } };
    const shares = await new RowNormalizer({ norm: 'l1' }).fit(problem);
    return { x: (await new Standardizer().fit(shares.problem)).problem.target.x, y };
  };
  const [source, target] = [await read('caltech10'), await read('amazon')];
  return { xs: source.x, ys: source.y, xt: target.x, yt: target.y };
}

/** Amazon reviews, books → kitchen: which of 5 000 words are in each of 2 000 + 2 000 reviews, sparse. */
async function amazon(shared) {
  const read = async (name) => {
    const file = join(shared, 'data', 'amazon_reviews_bow5000', `${name}.svm.gz`);
    const { x, y } = await readSvmlight(file, { firstIndex: 0, columns: 5000 });
    return { x: { ...x, values: x.values.map(() => 1) }, y };
  };
  const [source, target] = [await read('books'), await read('kitchen')];
  return { xs: source.x, ys: source.y, xt: target.x, yt: target.y };
}

/** 10 000 + 10 000 rows of 64 features, ten classes whose means move. */
async function large() {
  const random = randomSource(1);
  const centres = Array.from({ length: 10 }, () =>
    Float64Array.from({ length: 64 }, () => random.normal()),
  );
  const draw = (move) => {
    const x = denseMatrix(10_000, 64);
    const y = Float64Array.from({ length: x.rows }, (_, i) => i % 10);
    for (let p = 0; p < x.data.length; p++) {
      const centre = centres[y[Math.floor(p / 64)]];
      x.data[p] = 1.5 * centre[p % 64] + move * centre[(p + 7) % 64] + random.normal();
    }
    return { x, y };
  };
  const [source, target] = [draw(0), draw(0.7)];
  return { xs: source.x, ys: source.y, xt: target.x, yt: target.y };
}

const makers = { digits, office, amazon, large };

/** Writes the rows of a data set into `folder`; false where its files are not there. */
export async function writeProblem(folder, name, shared) {
  const needed = { office: 'office_caltech10_surf', amazon: 'amazon_reviews_bow5000' }[name];
  if (needed && !existsSync(join(shared, 'data', needed))) return false;
  const { xs, ys, xt, yt } = await makers[name](shared);
  const few = Array.from({ length: Math.min(60, xt.rows) }, (_, i) => i);
  const to = join(folder, name);
  mkdirSync(to);
  writeMatrix(to, 'xs', xs);
  writeMatrix(to, 'xt', xt);
  writeMatrix(to, 'xl', selectRows(xt, few));
  writeArray(to, 'ys', ys);
  writeArray(
    to,
    'yl',
    Float64Array.from(few, (i) => yt[i]),
  );
  return { rows: xs.rows + xt.rows, columns: xs.columns };
}

/** The problem in a folder, or the given share of its rows. */
export function readProblem(folder, name, share) {
  const from = join(folder, name);
  const part = (x) =>
    share === 1
      ? x
      : selectRows(
          x,
          Array.from({ length: Math.round(share * x.rows) }, (_, i) => i),
        );
  const xs = part(readMatrix(from, 'xs'));
  return {
    source: { x: xs, y: readArray(from, 'ys').slice(0, xs.rows) },
    target: { x: part(readMatrix(from, 'xt')) },
    few: { x: readMatrix(from, 'xl'), y: readArray(from, 'yl') },
  };
}

function writeMatrix(folder, name, x) {
  const { rows, columns, format } = x;
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ rows, columns, format }));
  if (format === 'dense') return writeArray(folder, name, x.data);
  writeArray(folder, name, x.values);
  writeFileSync(join(folder, `${name}.starts`), bytesOf(x.rowStarts));
  writeFileSync(join(folder, `${name}.columns`), bytesOf(x.columnIndices));
}

function readMatrix(folder, name) {
  const { rows, columns, format } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  const data = readArray(folder, name);
  if (format === 'dense') return { format, rows, columns, data };
  const integers = (kind) => {
    const bytes = readFileSync(join(folder, `${name}.${kind}`));
    return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  };
  const [rowStarts, columnIndices] = [integers('starts'), integers('columns')];
  return { format, rows, columns, rowStarts, columnIndices, values: data };
}

function writeArray(folder, name, array) {
  writeFileSync(join(folder, `${name}.f64`), bytesOf(array));
}

function readArray(folder, name) {
  const bytes = readFileSync(join(folder, `${name}.f64`));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function bytesOf(array) {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
