import {
  type DenseMatrix,
  denseMatrix,
  type FittedStep,
  isTransferError,
  type RunOptions,
} from '@graft-ml/core';
import {
  Coral,
  LinearMonge,
  MarginalizedDenoising,
  type RowSource,
  type RowSources,
  SubspaceAlignment,
} from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, valuesOf } from './support/measure.js';

const nFeatures = 6;
const far = [40, -3, 0, 7, 100, 2];

/** `count` correlated rows far from the origin. */
function rows(seed: number, count: number): DenseMatrix {
  const random = randomSource(seed);
  const data = new Float64Array(count * nFeatures);
  for (let i = 0; i < count; i++) {
    const common = random.normal();
    for (let j = 0; j < nFeatures; j++) {
      data[i * nFeatures + j] = far[j]! + (1 + j) * random.normal() + seed * j * common;
    }
  }
  return denseMatrix(count, nFeatures, data);
}

/** The rows in blocks of uneven size, all in one buffer that the next block overwrites: whoever keeps a block has the wrong rows. */
function inOneBuffer({ rows: count, data }: DenseMatrix, size = 97): RowSource {
  return async function* () {
    const buffer = new Float64Array(size * nFeatures);
    for (let from = 0, block = 0; from < count; block++) {
      const length = Math.min(1 + ((block * 31) % size), count - from);
      const part = buffer.subarray(0, length * nFeatures);
      part.set(data.subarray(from * nFeatures, (from + length) * nFeatures));
      yield await Promise.resolve(denseMatrix(length, nFeatures, part));
      buffer.fill(Number.NaN);
      from += length;
    }
  };
}

interface StreamMethod {
  fit(problem: object, run?: RunOptions): Promise<{ readonly fitted: FittedStep }>;
  fitStream(rows: RowSources, run?: RunOptions): Promise<FittedStep>;
}

const methods: readonly (readonly [string, StreamMethod])[] = [
  ['Coral', new Coral()],
  ['Coral, centred', new Coral({ centring: 'both' })],
  ['LinearMonge', new LinearMonge()],
  ['SubspaceAlignment', new SubspaceAlignment({ nComponents: 3 })],
  ['MarginalizedDenoising', new MarginalizedDenoising({ nLayers: 2 })],
  ['MarginalizedDenoising, fast', new MarginalizedDenoising({ nLayers: 2, nReconstructed: 3 })],
];

describe.each(methods)('%s.fitStream', (_, method) => {
  const [first, second, target] = [rows(1, 1500), rows(2, 900), rows(3, 1100)];
  const streams = {
    sources: [inOneBuffer(first), inOneBuffer(second)],
    target: inOneBuffer(target),
  };

  it('gives what fit gives on the same rows in memory, within 1e-12 of the largest number, from blocks that it does not keep', async () => {
    const streamed = await method.fitStream(streams);
    const { fitted } = await method.fit({
      sources: [{ x: first }, { x: second }],
      target: { x: target },
    });
    for (const domain of ['source', { source: 1 }, 'target'] as const) {
      const probe = rows(9, 20);
      const a = valuesOf(await fitted.transform(probe, domain));
      const b = valuesOf(await streamed.transform(probe, domain));
      const scale = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largestGap(a, b) / scale).toBeLessThan(1e-12);
    }
  });

  it('reports rows read, stops between blocks where the signal says so, and closes the source', async () => {
    const controller = new AbortController();
    let closed = false;
    let given = 0;
    const endless: RowSource = async function* () {
      try {
        for (;;) {
          given++;
          yield await Promise.resolve(rows(4, 10));
        }
      } finally {
        closed = true;
      }
    };
    const onProgress = ({ stage, done }: { stage: string; done: number }) => {
      expect(stage).toBe('reading sources[0]');
      if (done === 50) controller.abort();
    };
    const fit = method.fitStream(
      { sources: [endless], target: endless },
      { signal: controller.signal, onProgress },
    );
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'ABORTED')).toBe(true);
    expect([closed, given]).toEqual([true, 5]);
  });

  it('refuses no sources, no rows, blocks of another width and NaN', async () => {
    const some = inOneBuffer(target);
    const wide: RowSource = () => [rows(1, 3), [[1, 2]]];
    const refused = [
      [{ sources: [], target: some }, 'INVALID_DATA'],
      [{ sources: [() => []], target: some }, 'SHAPE_MISMATCH'],
      [{ sources: [wide], target: some }, 'SHAPE_MISMATCH'],
      [{ sources: [some], target: () => [[[1, 2]]] }, 'SHAPE_MISMATCH'],
      [{ sources: [() => [[[1, Number.NaN]]]], target: some }, 'INVALID_DATA'],
    ] as const;
    for (const [given, code] of refused) {
      const error: unknown = await method.fitStream(given).catch((raised: unknown) => raised);
      expect([isTransferError(error), (error as { code?: string }).code]).toEqual([true, code]);
    }
  });
});

it('serves sparse blocks and plain lists of blocks alike', async () => {
  const dense = [
    [1, 0, 2],
    [0, 3, 0],
    [1, 1, 0],
    [0, 0, 5],
  ];
  const sparse = {
    format: 'csr' as const,
    rows: 4,
    columns: 3,
    rowStarts: Int32Array.of(0, 2, 3, 5, 6),
    columnIndices: Int32Array.of(0, 2, 1, 0, 1, 2),
    values: Float64Array.of(1, 2, 3, 1, 1, 5),
  };
  const target = () => [dense.slice(0, 2), dense.slice(2)];
  for (const method of [new Coral(), new MarginalizedDenoising()]) {
    const a = await method.fitStream({ sources: [() => [dense]], target });
    const b = await method.fitStream({ sources: [() => [sparse]], target });
    const [seenA, seenB] = [await a.transform(dense, 'source'), await b.transform(dense, 'source')];
    expect(largestGap(valuesOf(seenA), valuesOf(seenB))).toBeLessThan(1e-12);
  }
});
