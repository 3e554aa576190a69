import { denseMatrix } from '@graft-ml/core';
import {
  SemiSupervisedTransferComponentAnalysis,
  type SstcaOptions,
  TransferComponentAnalysis,
} from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap, valuesOf } from './support/measure.js';

const { multiply, solve, crossProduct } = referenceLinearAlgebra;

describe('the formula of SSTCA', () => {
  const xs = [
    [1, 0],
    [2, 1],
    [-1, 3],
    [0, 2],
  ];
  const xt = [
    [3, 0],
    [2, 2],
    [0, 4],
  ];

  it('is TCA without labels and locality', async () => {
    const input = { source: { x: xs, y: [0, 0, 1, 1] }, target: { x: xt } };
    const options: SstcaOptions = { locality: 0, labelDependence: 0, nComponents: 2 };
    const { fitted } = await new SemiSupervisedTransferComponentAnalysis(options).fit(input);
    const tca = new TransferComponentAnalysis({ normalization: 'paper', nComponents: 2 });
    const plain = (await tca.fit(input)).fitted;
    expect(largestGap(fitted.values, plain.values)).toBeLessThan(1e-10);
    expect(largestGap(fitted.components.data, plain.components.data)).toBeLessThan(1e-10);
  });

  it('leaves one component per class but one where only labels count', async () => {
    const method = new SemiSupervisedTransferComponentAnalysis({ labelDependence: 1 });
    const { fitted } = await method.fit({ source: { x: xs, y: [0, 0, 1, 1] }, target: { x: xt } });
    expect(fitted.values).toHaveLength(2);
  });
});

describeGolden('feat.sstca', (golden) => {
  it('gives eigenvalues, components, embedding and new rows', async () => {
    const { Xs, Xt, Xnew, labels } = golden.inputs;
    const { options } = golden;
    const target = rowsOf(Xt!);
    const known = labels!.data.slice(22).filter((label) => label >= 0);
    const nKnown = known.length;
    const method = new SemiSupervisedTransferComponentAnalysis({
      nComponents: options['components'] as number,
      regularization: options['mu'] as number,
      locality: options['lambda'] as number,
      labelDependence: options['gamma'] as number,
      neighbours: options['knn'] as number,
    });
    const { problem, fitted } = await method.fit({
      source: { x: rowsOf(Xs!), y: labels!.data.slice(0, 22) },
      target: { x: target.slice(nKnown), labelled: { x: target.slice(0, nKnown), y: known } },
    });
    expectGolden(golden, 'eigenvalues', fitted.values);
    const stack = [...rowsOf(Xs!), ...target];
    const x = denseMatrix(stack.length, 4, Float64Array.from(stack.flat()));
    expectGolden(golden, 'W', multiply(x, solve(crossProduct(x), fitted.components)).data);
    const z = [problem.sources[0]!.x, problem.target.labelled!.x, problem.target.x].map(valuesOf);
    expectGolden(golden, 'Z', Float64Array.from(z.flatMap((part) => Array.from(part))));
    expectGolden(golden, 'Znew', valuesOf(await fitted.transform(rowsOf(Xnew!), 'target')));
  });
});
