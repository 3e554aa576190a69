import { isTransferError, type PlainProblem } from '@graft-ml/core';
import {
  createToolkit,
  decodeSafetensors,
  encodeSafetensors,
  loadArtefact,
  pipeline,
  PipelineModel,
  saveArtefact,
} from '@graft-ml/toolkit';
import fc from 'fast-check';
import { Average, Recentre } from './toy-methods.js';

const problem: PlainProblem = {
  source: { x: [[0], [2], [10], [12]], y: ['low', 'low', 'high', 'high'] },
  target: { x: [[100], [112]] },
};
const kit = createToolkit({ methods: [Recentre, Average] });

function isInvalid(bytes: Uint8Array): boolean {
  try {
    loadArtefact(bytes, kit);
    return false;
  } catch (error) {
    return isTransferError(error, 'INVALID_ARTEFACT');
  }
}

describe('artefacts', () => {
  it('bring a model back that predicts the same', async () => {
    const model = await pipeline([new Recentre(), new Average()]).fit(problem);
    const { fitted, info } = loadArtefact(saveArtefact(model, { recipe: 'toy' }), kit);
    expect(fitted).toBeInstanceOf(PipelineModel);
    expect(await (fitted as PipelineModel).predict([[99], [115]])).toEqual(['low', 'high']);
    expect((fitted as PipelineModel).features).toEqual(['f0']);
    expect(info).toEqual({ recipe: 'toy' });
  });

  it('are the same bytes for the same model', async () => {
    const fit = () => pipeline([new Recentre(), new Average()]).fit(problem);
    expect(saveArtefact(await fit())).toEqual(saveArtefact(await fit()));
  });

  it('are refused where they are cut anywhere', async () => {
    const bytes = saveArtefact(await pipeline([new Recentre(), new Average()]).fit(problem));
    for (let length = 0; length < bytes.length; length += 7)
      expect(isInvalid(bytes.subarray(0, length))).toBe(true);
  });

  it('are refused, never half read, where a byte of the description is changed', async () => {
    const bytes = saveArtefact(await pipeline([new Recentre(), new Average()]).fit(problem));
    const { metadata, tensors } = decodeSafetensors(bytes);
    for (const graft of [
      '{',
      '{}',
      '{"formatVersion":2}',
      '{"formatVersion":1,"state":{"id":"x"}}',
    ]) {
      expect(isInvalid(encodeSafetensors({ metadata: { ...metadata, graft }, tensors }))).toBe(
        true,
      );
    }
    expect(isInvalid(encodeSafetensors({ metadata: {}, tensors }))).toBe(true);
    expect(isInvalid(encodeSafetensors({ metadata, tensors: {} }))).toBe(true);
    const extra = { ...tensors, stray: { shape: [1], data: Float64Array.of(1) } };
    expect(isInvalid(encodeSafetensors({ metadata, tensors: extra }))).toBe(true);
  });

  it('of unknown methods say which', async () => {
    const bytes = saveArtefact(await pipeline([new Recentre(), new Average()]).fit(problem));
    expect(() => loadArtefact(bytes, createToolkit({ methods: [Average] }))).toThrow(
      'no method is called "test/recentre"',
    );
  });
});

describe('safetensors', () => {
  it('keep every bit of every number', () => {
    const numbers = fc.float64Array({ maxLength: 12 });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), numbers),
        fc.dictionary(fc.string(), fc.string()),
        (arrays, metadata) => {
          fc.pre(
            !('__metadata__' in arrays) && !('__proto__' in arrays) && !('__proto__' in metadata),
          );
          const tensors = Object.fromEntries(
            Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }]),
          );
          const read = decodeSafetensors(encodeSafetensors({ metadata, tensors }));
          expect(read.metadata).toEqual(metadata);
          expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
          for (const [name, { data }] of Object.entries(tensors)) {
            const back = read.tensors[name]!.data;
            expect(Array.from(new BigInt64Array(Float64Array.from(back).buffer))).toEqual(
              Array.from(new BigInt64Array(data.slice().buffer)),
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keep empty arrays apart from what begins where they end, whatever the order of names', () => {
    const tensors = {
      a: { shape: [0], data: new Float64Array() },
      5: { shape: [1], data: Float64Array.of(1) },
      z: { shape: [0], data: new Float64Array() },
    };
    expect(decodeSafetensors(encodeSafetensors({ metadata: {}, tensors })).tensors).toEqual(
      tensors,
    );
  });

  it('put arrays at multiples of 8 bytes, as other readers expect', () => {
    const bytes = encodeSafetensors({
      metadata: { a: 'b' },
      tensors: { x: { shape: [1], data: Float64Array.of(1) } },
    });
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });
});
