import { denseMatrix } from '@graft-ml/core';
import { SemiSupervisedTransferComponentAnalysis } from '@graft-ml/feature-based';
import { neighbourGraph, randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

const labels = Array.from({ length: 120 }, (_, i) => ['low', 'high'][i % 2]!);

/** The class lies in a quiet feature; two loud ones say nothing, one of them differs between the domains. */
function quietClass() {
  const random = randomSource(12);
  const rows = (shift: number) =>
    labels.map((label) => [
      (label === 'high' ? 1 : -1) + 0.3 * random.normal(),
      shift + 1.5 * random.normal(),
      1.5 * random.normal(),
    ]);
  return { xs: rows(-3), xt: rows(3) };
}

describe('SemiSupervisedTransferComponentAnalysis', () => {
  it('finds a quiet feature that carries the labels: from below 0.7 without to above 0.95 with them', async () => {
    const { xs, xt } = quietClass();
    const accuracyAt = async (labelDependence: number) => {
      const method = new SemiSupervisedTransferComponentAnalysis({
        kernel: 'primal',
        nComponents: 1,
        labelDependence,
        locality: 0,
        regularization: 0.1,
      });
      const input = { source: { x: xs, y: labels }, target: { x: xt } };
      const { problem } = await method.fit(input);
      return nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
    };
    expect(await accuracyAt(0)).toBeLessThan(0.7);
    expect(await accuracyAt(1)).toBeGreaterThan(0.95);
  });

  it('uses the few labelled target rows', async () => {
    const { xs, xt } = quietClass();
    const source = { x: xs, y: labels };
    const few = { x: xt.slice(0, 10), y: labels.slice(0, 10) };
    const fit = async (y: string[]) => {
      const target = { x: xt.slice(10), labelled: { x: few.x, y } };
      return (await new SemiSupervisedTransferComponentAnalysis().fit({ source, target })).fitted;
    };
    const right = await fit(few.y);
    const wrong = await fit(few.y.map((label) => (label === 'low' ? 'high' : 'low')));
    expect(largestGap(right.values, wrong.values)).toBeGreaterThan(1e-3);
  });

  it('keeps neighbours closer, for the same scatter, the more locality counts', async () => {
    const { xs, xt } = quietClass();
    const x = denseMatrix(240, 3, Float64Array.from([...xs, ...xt].flat()));
    const graph = neighbourGraph(referenceLinearAlgebra, x, { nNeighbours: 5 });
    const roughness = async (locality: number) => {
      const options = { locality, nComponents: 1, labelDependence: 0, kernel: 'primal' } as const;
      const method = new SemiSupervisedTransferComponentAnalysis(options);
      const { problem } = await method.fit({ source: { x: xs, y: labels }, target: { x: xt } });
      const z = [problem.sources[0]!.x, problem.target.x].flatMap((part) => [...valuesOf(part)]);
      const mean = z.reduce((sum, value) => sum + value, 0) / z.length;
      const scatter = z.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      let rough = 0;
      for (let i = 0; i < z.length; i++) {
        for (let p = graph.rowStarts[i]!; p < graph.rowStarts[i + 1]!; p++) {
          rough += (z[i]! - z[graph.columnIndices[p]!]!) ** 2;
        }
      }
      return rough / scatter;
    };
    expect(await roughness(100)).toBeLessThan(0.9 * (await roughness(0)));
  });
});
