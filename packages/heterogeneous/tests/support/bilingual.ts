import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { denseMatrix, selectRows, type DenseMatrix, type PairedRows } from '@graft-ml/core';
import { npyToMatrix } from '@graft-ml/datasets';
import { readNpy } from '@graft-ml/datasets/node';

/** Word vectors of two languages, 500 dictionary entries to learn from and 1000 to test with. */
export interface Bilingual {
  readonly source: DenseMatrix;
  readonly target: DenseMatrix;
  readonly pairs: PairedRows;
  /** Rows of `source`. */
  readonly queries: Int32Array;
  /** For each query the rows of `target` that translate it. */
  readonly translations: readonly ReadonlySet<number>[];
}

/** Reads the Spanish-English vectors, brought to unit length, centred and brought to unit length again. */
export async function readBilingual(folder: string): Promise<Bilingual> {
  const source = prepared(npyToMatrix(await readNpy(join(folder, 'es-en.es.npy'))));
  const target = prepared(npyToMatrix(await readNpy(join(folder, 'es-en.en.npy'))));
  const spanish = vocabulary(join(folder, 'es-en.es.vocab.txt'));
  const english = vocabulary(join(folder, 'es-en.en.vocab.txt'));
  const entries = new Map<number, number[]>();
  const dictionary = gunzipSync(readFileSync(join(folder, 'es-en.dictionary_in_vocab.tsv.gz')));
  for (const line of dictionary.toString('utf8').trim().split('\n')) {
    const [word = '', translation = ''] = line.split('\t');
    const row = spanish.get(word)!;
    entries.set(row, [...(entries.get(row) ?? []), english.get(translation)!]);
  }
  const words = [...entries.keys()];
  const seeds = words.slice(0, 500);
  const queries = words.slice(500, 1500);
  return {
    source,
    target,
    pairs: {
      source: selectRows(source, seeds),
      target: selectRows(
        target,
        seeds.map((word) => entries.get(word)![0]!),
      ),
    },
    queries: Int32Array.from(queries),
    translations: queries.map((word) => new Set(entries.get(word))),
  };
}

function vocabulary(path: string): Map<string, number> {
  const words = readFileSync(path, 'utf8').trim().split('\n');
  return new Map(words.map((word, row) => [word.trim().split(/\s/)[0]!, row]));
}

function prepared(x: DenseMatrix): DenseMatrix {
  const unit = unitRows(x);
  const mean = new Float64Array(x.columns);
  unit.data.forEach((value, p) => (mean[p % x.columns]! += value / x.rows));
  const centred = unit.data.map((value, p) => value - mean[p % x.columns]!);
  return unitRows(denseMatrix(x.rows, x.columns, centred));
}

function unitRows({ rows, columns, data }: DenseMatrix): DenseMatrix {
  const unit = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    const row = unit.subarray(i * columns, (i + 1) * columns);
    const length = Math.hypot(...row);
    for (let j = 0; j < columns; j++) row[j]! /= length;
  }
  return denseMatrix(rows, columns, unit);
}
