import {
  type AnyMethod,
  type Matrix,
  type MatrixInput,
  type ProblemInput,
  type RunOptions,
  toDense,
  toProblem,
} from '@graft-ml/core';
import { checkMethod, conformanceChecks, methodsOf } from '@graft-ml/conformance';
import * as toys from './toy-methods.js';
import { FittedShift, MeanShift, Prior, PriorModel } from './toy-methods.js';

for (const method of methodsOf(toys)) checkMethod(method, { describe, it });

it('finds the methods of a module by themselves', () => {
  expect(
    methodsOf(toys)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['test/mean-shift', 'test/prior']);
});

/** Which checks a method breaks. */
async function brokenPromises(method: AnyMethod): Promise<string[]> {
  const broken: string[] = [];
  for (const check of conformanceChecks()) {
    if (check.skip?.(method) !== undefined) continue;
    await check.run(method).catch(() => broken.push(check.name));
  }
  return broken;
}

class LosesNaN extends MeanShift {
  override async fit(input: ProblemInput, run?: RunOptions) {
    const cleaned = JSON.parse(
      JSON.stringify(input, (_key, value: unknown) =>
        typeof value === 'number' && !Number.isFinite(value) ? 0 : value,
      ),
    );
    return super.fit(cleaned as ProblemInput, run);
  }
}
class WritesInput extends MeanShift {
  override async fit(input: ProblemInput, run?: RunOptions) {
    const adaptation = await super.fit(input, run);
    const x = 'source' in input ? (input.source?.x as number[][]) : [];
    if (Array.isArray(x[0])) x[0][0]! += 1;
    return adaptation;
  }
}
class Remembers extends MeanShift {
  #fits = 0;
  override learn(source: Matrix, target: Matrix) {
    this.#fits++;
    const { shift } = super.learn(source, target);
    return new FittedShift(shift.map((value) => value * this.#fits));
  }
}
class TrustsFirstRow extends MeanShift {
  override learn(source: Matrix, target: Matrix) {
    const first = toDense(target).data;
    return new FittedShift(
      super.learn(source, target).shift.map((value, j) => value + 0.1 * first[j]!),
    );
  }
}
class PeeksAtLabels extends MeanShift {
  override async fit(input: ProblemInput, run?: RunOptions) {
    void (input as { target: { y?: unknown } }).target.y;
    return super.fit(input, run);
  }
}
class NeedsLabelsSecretly extends MeanShift {
  override async fit(input: ProblemInput, run?: RunOptions) {
    const problem = toProblem(input);
    const bias = problem.sources[0]!.y ? 1 : 0;
    const { fitted } = await super.fit(problem, run);
    const biased = new FittedShift(fitted.shift.map((value) => value + bias));
    const x = await biased.transform(problem.sources[0]!.x, 'source');
    return { fitted: biased, problem: { ...problem, sources: [{ ...problem.sources[0]!, x }] } };
  }
}
class IgnoresSignal extends MeanShift {
  override async fit(input: ProblemInput) {
    return super.fit(input);
  }
}
class ForgetsShift extends MeanShift {
  static override restore() {
    return new FittedShift(new Float64Array(4));
  }
}
class BatchDependent extends FittedShift {
  override async transform(x: MatrixInput, domain: 'source' | 'target') {
    const rows = toDense(await super.transform(x, domain));
    return { ...rows, data: rows.data.map((value) => value + (rows.rows === 1 ? 1 : 0)) };
  }
}
class DependsOnBatch extends MeanShift {
  override learn(source: Matrix, target: Matrix) {
    return new BatchDependent(super.learn(source, target).shift);
  }
}
class MovesForNothing extends MeanShift {
  override learn(source: Matrix, target: Matrix) {
    return new FittedShift(super.learn(source, target).shift.map((value) => value + 1));
  }
}
class DividesByZero extends MeanShift {
  override learn(source: Matrix, target: Matrix) {
    const { shift } = super.learn(source, target);
    const spread = toDense(source).data.reduce(
      (sum, value, p, all) => sum + Math.abs(value - all[p % shift.length]!),
      0,
    );
    return new FittedShift(shift.map((value) => (value * spread) / spread));
  }
}
class AcceptsAnything extends MeanShift {
  constructor(options?: object) {
    super();
    Object.assign(this, { options: Object.freeze({ ...this.options, ...options }) });
  }
}
class ThawedOptions extends MeanShift {
  constructor(options?: object) {
    super(options);
    Object.assign(this, { options: { ...this.options } });
  }
}
class IgnoresWeights extends Prior {
  override weightOf() {
    return 1;
  }
}
class CountsPresence extends Prior {
  override weightOf(weights: Float64Array | undefined, i: number) {
    return (weights?.[i] ?? 1) > 0 ? 1 : 0;
  }
}
class OverconfidentModel extends PriorModel {
  override async predictProba(x: MatrixInput) {
    const proba = await super.predictProba(x);
    return { ...proba, data: proba.data.map((p) => p * 1.1) };
  }
}
class Overconfident extends Prior {
  override async fit(input: ProblemInput, run?: RunOptions) {
    const { task, nFeatures, shares } = await super.fit(input, run);
    return new OverconfidentModel(task, nFeatures, shares);
  }
}
class MovesRowsAsInstance extends MeanShift {
  static override readonly setting = { ...MeanShift.setting, role: 'instance' as const };
}
class LosesWeight extends MovesRowsAsInstance {
  override async fit(input: ProblemInput, run?: RunOptions) {
    const { fitted, problem } = await super.fit(input, run);
    const sources = problem.sources.map((source) => ({
      ...source,
      weights: new Float64Array(source.x.rows).fill(0.9),
    }));
    return { fitted, problem: { ...problem, sources } };
  }
}
class EstimatesFromInstances extends Prior {
  static override readonly setting = { ...Prior.setting, role: 'instance' as const };
}

describe('planted faults', () => {
  it.each<[string, AnyMethod, string[]]>([
    ['repairs NaN in silence', LosesNaN, ['not-finite']],
    ['writes into its input', WritesInput, ['inputs-untouched']],
    ['remembers an earlier fit', Remembers, ['fit-idempotent']],
    ['depends on the order of rows', TrustsFirstRow, ['row-order']],
    ['looks at evaluation labels', PeeksAtLabels, ['evaluation-labels-unread']],
    ['uses labels it declares unused', NeedsLabelsSecretly, ['labels-unused']],
    ['does not listen to the signal', IgnoresSignal, ['abort']],
    ['does not restore what it saved', ForgetsShift, ['round-trip', 'damaged-state']],
    ['maps a row differently when it comes alone', DependsOnBatch, ['subset']],
    ['moves domains that are equal', MovesForNothing, ['no-shift']],
    ['moves rows though it is to choose among them', MovesRowsAsInstance, ['out-of-sample']],
    ['gives weights whose mean is not 1', LosesWeight, ['weights']],
    ['gives NaN on constant data', DividesByZero, ['one-row', 'constant-rows']],
    ['accepts options it never declared', AcceptsAnything, ['options-declared']],
    ['leaves its options open to change', ThawedOptions, ['options-frozen']],
    ['learner: ignores weights', IgnoresWeights, ['weight-two', 'weight-zero']],
    ['learner: takes weights for marks of presence', CountsPresence, ['weight-two']],
    ['learner: probabilities do not sum to one', Overconfident, ['probabilities']],
  ])('a method that %s is caught', async (_fault, method, expected) => {
    const broken = await brokenPromises(method);
    for (const name of expected) expect(broken).toContain(name);
  });

  it('sound methods break nothing', async () => {
    expect(await brokenPromises(MeanShift)).toEqual([]);
    expect(await brokenPromises(Prior)).toEqual([]);
  });

  it('what makes a model is not checked as a step, whatever its role', async () => {
    // It never looks at the target, so it does not refuse one without rows.
    expect(await brokenPromises(EstimatesFromInstances)).toEqual(['zero-rows']);
    const skipped = conformanceChecks().filter((check) => check.skip?.(EstimatesFromInstances));
    const names = skipped.map(({ name }) => name);
    for (const name of ['out-of-sample', 'subset', 'no-shift', 'weights'])
      expect(names).toContain(name);
  });
});
