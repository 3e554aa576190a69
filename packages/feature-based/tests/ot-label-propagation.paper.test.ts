import { toDense } from '@graft-ml/core';
import {
  OptimalTransportLabelPropagation,
  type OtLabelPropagationOptions,
} from '@graft-ml/feature-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap, valuesOf } from './support/measure.js';

const source = { x: [[0], [1], [5]], y: ['a', 'a', 'b'] };
const target = { x: [[2], [4]] };

describe('the formula of OT label propagation', () => {
  it('gives each target row the classes of its mass, by hand', async () => {
    // Thirds to halves in order: row 0 and half of row 1 go to 2; the other half of row 1 and row 2 to 4.
    const model = await new OptimalTransportLabelPropagation().fit({ source, target });
    const third = 1 / 3;
    expect(largestGap(model.shares!.data, [1, 0, third, 2 * third])).toBeLessThan(1e-12);
    expect(await model.predict(target.x)).toEqual(['a', 'b']);
  });

  it('gives means of values for a regression', async () => {
    const method = new OptimalTransportLabelPropagation();
    const values = { x: source.x, y: [1.5, 3, 9] };
    const model = await method.fit({ source: values, target });
    expect(largestGap(await model.predictEncoded([[2.1], [4]]), [2, 7])).toBeLessThan(1e-12);
  });

  it('is the softmax of potentials minus costs at the training rows themselves', async () => {
    const options = { plan: 'entropic', regularization: 0.2, newRows: 'softmax' } as const;
    const method = new OptimalTransportLabelPropagation(options);
    const model = await method.fit({ source, target });
    const again = await model.predictProba!(target.x);
    expect(largestGap(again.data, model.shares!.data)).toBeLessThan(1e-8);
    const plan = toDense(model.plan!).data;
    expect(model.shares!.data[0]).toBeCloseTo((plan[0]! + plan[2]!) * 2, 10);
  });

  it('tends to the class proportions of the source as the entropy grows', async () => {
    const options = { plan: 'entropic', regularization: 1e5 } as const;
    const model = await new OptimalTransportLabelPropagation(options).fit({ source, target });
    const [a, b] = [2 / 3, 1 / 3];
    expect(largestGap(model.shares!.data, [a, b, a, b])).toBeLessThan(1e-4);
  });
});

const cases: readonly (readonly [string, OtLabelPropagationOptions])[] = [
  ['emd', {}],
  ...['tiny', 'small', 'medium', 'large'].map(
    (size) => [`sinkhorn.${size}`, { plan: 'entropic' }] as const,
  ),
];

for (const [name, options] of cases) {
  describeGolden(`ot.da.${name}`, (golden) => {
    it('gives the propagated labels, smoothly for new rows too', async () => {
      const { Xs, ys, Xt } = golden.inputs;
      const reg = golden.options['reg'] as number | undefined;
      const method = new OptimalTransportLabelPropagation({
        ...options,
        costScale: golden.options['costNormalisation'] === 'max' ? 'max' : 'none',
        ...(reg === undefined ? {} : { regularization: reg, newRows: 'softmax' }),
      });
      const rows = rowsOf(Xt!);
      const problem = { source: { x: rowsOf(Xs!), y: ys!.data }, target: { x: rows } };
      const model = await method.fit(problem);
      expectGolden(golden, 'labelPropagation', model.shares!.data);
      const again = valuesOf(await model.predictProba!(rows));
      expect(largestGap(again, model.shares!.data)).toBeLessThan(1e-6);
    });
  });
}
