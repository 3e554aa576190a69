import { type DenseMatrix, denseMatrix, toDense } from '@graft-ml/core';
import { OptimalTransportAdaptation, type OtOptions } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import {
  describeGolden,
  expectGolden,
  type GoldenCase,
  rowsOf,
} from '../../../tools/testing/golden.js';
import fixture from './fixtures/ot-laplacian.json' with { type: 'json' };
import { largestGap, valuesOf } from './support/measure.js';

describe('the formula of optimal transport adaptation', () => {
  it('sends two points to two points the cheaper way, by hand', async () => {
    const { problem, fitted } = await new OptimalTransportAdaptation({ costScale: 'none' }).fit({
      source: { x: [[0], [10]] },
      target: { x: [[11], [1]] },
    });
    expect(valuesOf(problem.sources[0]!.x)).toEqual(Float64Array.of(1, 11));
    expect(toDense(fitted.sources[0]!.plan!).data).toEqual(Float64Array.of(0, 0.5, 0.5, 0));
    expect(fitted.diagnostics.facts!['costs']).toEqual([1]);
  });

  it('has the entropic plan diag(u)·exp(−C/ε)·diag(v) with the right marginals', async () => {
    const method = new OptimalTransportAdaptation({
      plan: 'entropic',
      regularization: 0.5,
      costScale: 'none',
    });
    const { fitted } = await method.fit({
      source: { x: [[0], [1], [3]] },
      target: { x: [[0], [2]] },
    });
    const plan = toDense(fitted.sources[0]!.plan!).data;
    // Ratios across rows cancel u and v: P₀₀P₁₁ / P₀₁P₁₀ = exp(−(0 + 1 − 4 − 1)/ε).
    expect((plan[0]! * plan[3]!) / (plan[1]! * plan[2]!)).toBeCloseTo(Math.exp(8), 4);
    expect(plan[0]! + plan[1]!).toBeCloseTo(1 / 3, 9);
    expect(plan[0]! + plan[2]! + plan[4]!).toBeCloseTo(1 / 2, 9);
  });

  it('tends to the mean of the target as the entropy grows, and to the exact plan as it vanishes', async () => {
    const input = { source: { x: [[0], [1], [5]] }, target: { x: [[1], [4], [7]] } };
    const moved = async (options: OtOptions) =>
      valuesOf((await new OptimalTransportAdaptation(options).fit(input)).problem.sources[0]!.x);
    const blurred = await moved({ plan: 'entropic', regularization: 1e6 });
    expect(largestGap(blurred, [4, 4, 4])).toBeLessThan(1e-4);
    const sharp = await moved({ plan: 'entropic', regularization: 1e-4 });
    expect(largestGap(sharp, await moved({ plan: 'exact' }))).toBeLessThan(1e-6);
  });
});

async function fitGolden(golden: GoldenCase, options: OtOptions) {
  const { Xs, ys, Xt } = golden.inputs;
  const classes = [...new Set(ys!.data)].sort((a, b) => a - b);
  const { problem, fitted } = await new OptimalTransportAdaptation({
    costScale: 'none',
    ...options,
  }).fit({ source: { x: rowsOf(Xs!), y: ys!.data }, target: { x: rowsOf(Xt!) } });
  const plan = toDense(fitted.sources[0]!.plan!);
  const moved = valuesOf(problem.sources[0]!.x);
  return { fitted, plan, moved, labels: ys!.data.map((label) => classes.indexOf(label)) };
}

/** Share of each class in what every target row receives [nTarget, classes]. */
function propagated({ rows, columns, data }: DenseMatrix, labels: readonly number[]): number[] {
  const nClasses = Math.max(...labels) + 1;
  const shares = new Array<number>(columns * nClasses).fill(0);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) {
      shares[j * nClasses + labels[i]!]! += data[i * columns + j]! * columns;
    }
  }
  return shares;
}

function costOf(golden: GoldenCase): DenseMatrix {
  const matrix = (name: string) => {
    const { shape, data } = golden.inputs[name]!;
    return denseMatrix(shape[0]!, shape[1]!, Float64Array.from(data));
  };
  return referenceLinearAlgebra.squaredDistances(matrix('Xs'), matrix('Xt'));
}

describeGolden('ot.da.emd', (golden) => {
  it('gives cost, plan, moved rows, new rows and propagated labels', async () => {
    const { fitted, plan, moved, labels } = await fitGolden(golden, {});
    expectGolden(golden, 'cost', fitted.diagnostics.facts!['costs'] as number[]);
    expectGolden(golden, 'plan', plan.data);
    expectGolden(golden, 'mapped', moved);
    const fresh = await fitted.transform(rowsOf(golden.inputs['Xnew']!), 'source');
    expectGolden(golden, 'newMapped', valuesOf(fresh));
    expectGolden(golden, 'labelPropagation', propagated(plan, labels));
  });
});

for (const size of ['tiny', 'small', 'medium', 'large']) {
  describeGolden(`ot.da.sinkhorn.${size}`, (golden) => {
    it('gives cost, plan, moved rows, both maps of new rows and propagated labels', async () => {
      const regularization = golden.options['reg'] as number;
      const costScale = golden.options['costNormalisation'] === 'max' ? 'max' : 'none';
      const options: OtOptions = { plan: 'entropic', regularization, costScale };
      const { fitted, plan, moved, labels } = await fitGolden(golden, options);
      const [cost] = fitted.diagnostics.facts!['costs'] as number[];
      expectGolden(golden, 'cost', [cost!]);
      const entropy = plan.data.reduce((sum, p) => sum + (p > 0 ? p * (Math.log(p) - 1) : 0), 0);
      expectGolden(golden, 'objective', [cost! + regularization * entropy]);
      expectGolden(golden, 'plan', plan.data);
      expectGolden(golden, 'mapped', moved);
      const fresh = rowsOf(golden.inputs['Xnew']!);
      expectGolden(golden, 'newMapped', valuesOf(await fitted.transform(fresh, 'source')));
      const smooth = (await fitGolden(golden, { ...options, newRows: 'softmax' })).fitted;
      expectGolden(golden, 'newMappedEntropic', valuesOf(await smooth.transform(fresh, 'source')));
      expectGolden(golden, 'labelPropagation', propagated(plan, labels));
    });
  });
}

describeGolden('ot.da.lpl1', (golden) => {
  it('gives plan, moved rows and mass per class after ten rounds', async () => {
    const { plan, moved, labels } = await fitGolden(golden, {
      plan: 'lp-l1',
      regularization: golden.options['reg'] as number,
      classRegularization: golden.options['eta'] as number,
    });
    expectGolden(golden, 'plan', plan.data);
    expectGolden(golden, 'mapped', moved);
    const mass = new Float64Array(3 * plan.columns);
    plan.data.forEach((value, p) => {
      const label = labels[Math.floor(p / plan.columns)]!;
      mass[label * plan.columns + (p % plan.columns)]! += value;
    });
    expectGolden(golden, 'classMass', mass);
  });
});

describeGolden('ot.da.l1l2', (golden) => {
  it('gives the plan of least objective', async () => {
    const [reg, eta] = [golden.options['reg'] as number, golden.options['eta'] as number];
    const { plan, moved, labels } = await fitGolden(golden, {
      plan: 'l1-l2',
      regularization: reg,
      classRegularization: eta,
    });
    expectGolden(golden, 'plan', plan.data);
    expectGolden(golden, 'mapped', moved);
    const cost = costOf(golden).data;
    let objective = 0;
    const squares = new Float64Array(3 * plan.columns);
    plan.data.forEach((value, p) => {
      objective += value * cost[p]! + (value > 0 ? reg * value * Math.log(value) : 0);
      const label = labels[Math.floor(p / plan.columns)]!;
      squares[label * plan.columns + (p % plan.columns)]! += value * value;
    });
    objective += eta * squares.reduce((sum, square) => sum + Math.sqrt(square), 0);
    expectGolden(golden, 'objective', [objective]);
  });
});

describe('the Laplacian plan', () => {
  it('is the optimum of the quadratic programme in all entries, for positions and displacements', async () => {
    const source = { x: fixture.xs };
    for (const { laplacianRegularization, smooth, objective, moved } of fixture.cases) {
      const options = { plan: 'laplacian', laplacianRegularization, smooth } as OtOptions;
      const method = new OptimalTransportAdaptation(options);
      const { problem, fitted } = await method.fit({ source, target: { x: fixture.xt } });
      expect(fitted.diagnostics.converged).toBe(true);
      expect(largestGap(valuesOf(problem.sources[0]!.x), moved)).toBeLessThan(0.1);
      const plan = toDense(fitted.sources[0]!.plan!);
      const value = laplacianObjective(plan, laplacianRegularization, smooth === 'displacements');
      expect(Math.abs(value - objective) / objective).toBeLessThan(1e-3);
    }
  });
});

/** ⟨P, C⟩ + η·(mean over rows of both domains of ½·Σ over neighbours of ‖gap of their moves‖²) / (2·3·scale), pair by pair. */
function laplacianObjective(plan: DenseMatrix, eta: number, displacements: boolean): number {
  const { xs, xt } = fixture;
  const n = xs.length;
  const cost = (i: number, j: number) => squared(xs[i]!, xt[j]!);
  const scale = Math.max(...xs.flatMap((_, i) => xt.map((__, j) => cost(i, j))));
  let value = 0;
  plan.data.forEach((mass, p) => (value += (mass * cost(Math.floor(p / n), p % n)) / scale));
  const forth = (i: number) => mean((j) => plan.data[i * n + j]!, xt, displacements ? xs[i]! : []);
  const back = (j: number) => mean((i) => plan.data[i * n + j]!, xs, displacements ? xt[j]! : []);
  for (const [rows, image] of [[xs, forth] as const, [xt, back] as const]) {
    const near = rows.map((row) => {
      const order = rows
        .map((_, k) => k)
        .sort((a, b) => squared(row, rows[a]!) - squared(row, rows[b]!));
      return new Set(order.slice(1, 4));
    });
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        if (near[i]!.has(k) || near[k]!.has(i))
          value += ((eta / (2 * 3 * scale)) * 0.5 * squared(image(i), image(k))) / n;
      }
    }
  }
  return value;
}

function mean(mass: (j: number) => number, rows: number[][], from: number[]): number[] {
  const sum = rows[0]!.map((_, k) => rows.reduce((all, row, j) => all + mass(j) * row[k]!, 0));
  return sum.map((value, k) => rows.length * value - (from[k] ?? 0));
}

function squared(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
}
