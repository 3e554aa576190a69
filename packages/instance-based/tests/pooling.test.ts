import { isTransferError } from '@graft-ml/core';
import { Pooling } from '@graft-ml/instance-based';
import { accuracyAfter } from './support/sources.js';

const source = { x: [[0], [1], [2]], y: [0, 1, 1], weights: [2, 0.5, 0.5] };
const target = { x: [[5], [6]], labelled: { x: [[3], [4]], y: [1, 0] } };

describe('Pooling', () => {
  it('adds the labelled target rows as a source and keeps the rest', async () => {
    const { problem, fitted } = await new Pooling().fit({ source, target });
    expect(problem.sources.map(({ name }) => name)).toEqual(['source', 'target, labelled rows']);
    expect(problem.sources[0]!.weights).toEqual(Float64Array.from(source.weights));
    expect(problem.sources[1]).toMatchObject({ y: Float64Array.of(1, 0) });
    expect(problem.sources[1]).not.toHaveProperty('weights');
    expect(problem.target.labelled!.y).toHaveLength(2);
    expect(fitted.diagnostics.facts).toMatchObject({ targetRows: 2, targetShare: 0.4 });
  });

  it('lifts a share of 0.8 above target-only by 0.02 where three of five sources mislead (20 seeds)', async () => {
    const options = { nLabelled: 20 };
    expect(await accuracyAfter(new Pooling(), options)).toBeLessThan(0.68);
    expect(await accuracyAfter(new Pooling({ targetShare: 0.8 }), options)).toBeGreaterThan(0.88);
  });

  it('gains 0.05 on source-only with related sources and a share of 0.8 (20 seeds)', async () => {
    const options = { nLabelled: 20, angle: 30 };
    const without = await accuracyAfter(undefined, options, 'related');
    const pooled = await accuracyAfter(new Pooling({ targetShare: 0.8 }), options, 'related');
    expect(pooled - without).toBeGreaterThan(0.04);
  });

  it('warns where a handful of rows gets nearly all weight', async () => {
    const many = {
      x: Array.from({ length: 60 }, (_, i) => [i]),
      y: Array.from({ length: 60 }, (_, i) => i % 2),
    };
    const { fitted } = await new Pooling({ targetShare: 0.95 }).fit({ source: many, target });
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['ESS_LOW']);
  });

  it('refuses target labels that no source has', async () => {
    const other = { ...target, labelled: { x: [[3], [4]], y: [1, 7] } };
    const error = await new Pooling().fit({ source, target: other }).catch((e: unknown) => e);
    expect(isTransferError(error, 'UNSUPPORTED')).toBe(true);
  });
});
