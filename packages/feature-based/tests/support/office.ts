import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type MatrixInput,
  type PlainProblem,
  type ProblemStrategy,
  toDense,
} from '@graft-ml/core';
import { NearestNeighbours, RowNormalizer, Standardizer } from '@graft-ml/learners';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import {
  describeWith,
  expectGolden,
  type GoldenCase,
  sharedFolder,
} from '../../../../tools/testing/golden.js';

interface ImageDomain {
  readonly name: string;
  readonly x: DenseMatrix;
  readonly y: Float64Array;
}

/** The 12 pairs in the order of the published tables. */
export const pairs = ['CA', 'CW', 'CD', 'AC', 'AW', 'AD', 'WC', 'WA', 'WD', 'DC', 'DA', 'DW'];

const files: Readonly<Record<string, string>> = {
  C: 'caltech10',
  A: 'amazon',
  W: 'webcam',
  D: 'dslr',
};

/** Describes tests on the 12 pairs; skipped with a message where the data set is absent. Features are rows divided by their sum, z-scored per domain. */
export function describeOffice(name: string, body: (office: Office) => void): void {
  describeWith(['data', 'office_caltech10_surf'], `Office-Caltech10: ${name}`, (folder) => {
    const office = new Office();
    beforeAll(() => office.load(folder), 120_000);
    body(office);
  });
}

/** The domains once loaded, and what is counted on them. */
export class Office {
  #domains: ReadonlyMap<string, ImageDomain> = new Map();
  #linearAlgebra: LinearAlgebra | undefined;

  async load(folder: string): Promise<void> {
    this.#domains = await readOffice(folder);
    this.#linearAlgebra = await loadWasmLinearAlgebra();
  }

  get linearAlgebra(): LinearAlgebra {
    return this.#linearAlgebra!;
  }

  /** The labelled source and the unlabelled target of a pair: `CA` is caltech10 → amazon. */
  problem(pair: string): PlainProblem & { readonly source: { readonly x: DenseMatrix } } {
    const [source, target] = [this.#domains.get(pair[0]!)!, this.#domains.get(pair[1]!)!];
    return { source: { x: source.x, y: source.y }, target: { x: target.x } };
  }

  /** How many of these labels for the target rows are right. */
  matches(pair: string, labels: ArrayLike<unknown>): number {
    const { y } = this.#domains.get(pair[1]!)!;
    return y.filter((label, i) => label === labels[i]).length;
  }

  /** Target rows whose nearest source row has their label. */
  async nearest(pair: string, xs: MatrixInput, xt: MatrixInput): Promise<number> {
    const learner = new NearestNeighbours({ neighbours: 1 }, { linearAlgebra: this.linearAlgebra });
    const { y } = this.#domains.get(pair[0]!)!;
    const model = await learner.fit({ x: xs, y, task: 'classification' });
    return this.matches(pair, await model.predict(xt));
  }

  /** The same after a strategy. */
  async nearestAfter(pair: string, strategy: ProblemStrategy): Promise<number> {
    const { problem } = await strategy.fit(this.problem(pair));
    return this.nearest(pair, problem.sources[0]!.x, problem.target.x);
  }

  /** Counts as percentages with two decimals. */
  percentages(counts: readonly number[]): number[] {
    return counts.map((count, k) => {
      const share = count / this.#domains.get(pairs[k]![1]!)!.y.length;
      return Math.round(share * 1e4) / 100;
    });
  }
}

/** Compares counts on all pairs with a reference case, where the shared folder is there. */
export function expectCounts(id: string, counts: readonly number[]): void {
  const golden = readCase(id);
  if (golden) expectGolden(golden, 'correct', counts);
}

/** Compares counts of some pairs, and of one column where the reference has one per iteration. */
export function expectCount(id: string, pair: string, count: number, column = 0): void {
  const golden = readCase(id);
  if (!golden) return;
  const { shape, data } = golden.outputs['correct']!;
  const expected = data[pairs.indexOf(pair) * (shape[1] ?? 1) + column]!;
  const { atol } = golden.compare.outputs['correct']!;
  expect([pair, Math.abs(count - expected) <= atol, expected, count]).toEqual([
    pair,
    true,
    expected,
    count,
  ]);
}

function readCase(id: string): GoldenCase | undefined {
  const folder = sharedFolder('golden');
  if (!folder) return undefined;
  return JSON.parse(readFileSync(join(folder, `${id}.s.json`), 'utf8')) as GoldenCase;
}

/** Office-Caltech10 SURF histograms: rows divided by their sum, then z-scored per domain. */
async function readOffice(folder: string): Promise<ReadonlyMap<string, ImageDomain>> {
  const domains = new Map<string, ImageDomain>();
  for (const [key, name] of Object.entries(files)) {
    const text = gunzipSync(readFileSync(join(folder, `${name}.csv.gz`))).toString('utf8');
    const rows = text.trim().split('\n').slice(1);
    const y = new Float64Array(rows.length);
    const x = denseMatrix(rows.length, 800);
    rows.forEach((row, i) => {
      const [label, ...values] = row.split(',').map(Number);
      y[i] = label!;
      x.data.set(values, i * 800);
    });
    domains.set(key, { name, x: await standardized(x), y });
  }
  return domains;
}

async function standardized(x: DenseMatrix): Promise<DenseMatrix> {
  const shares = await new RowNormalizer({ norm: 'l1' }).fit({ source: { x }, target: { x } });
  return toDense((await new Standardizer().fit(shares.problem)).problem.target.x);
}
