import { isTransferError } from '@graft-ml/core';
import { DecisionTree, LogisticRegression, SupportVectorClassifier } from '@graft-ml/learners';
import { AdaptiveSvm } from '@graft-ml/parameter-based';
import { randomSource } from '@graft-ml/numerics';

const names = ['a', 'b', 'c'];

/** Three groups; in the target they have turned by `angle` around the origin. */
function sample(n: number, angle: number, seed: number) {
  const random = randomSource(seed);
  const y = Array.from({ length: n }, (_, i) => names[i % 3]!);
  const x = y.map((_, i) => {
    const at = angle + ((i % 3) * 2 * Math.PI) / 3;
    return [2 * Math.cos(at) + 0.5 * random.normal(), 2 * Math.sin(at) + 0.5 * random.normal()];
  });
  return { x, y };
}

const source = sample(150, 0, 1);
const labelled = sample(12, 0.9, 2);
const test = sample(150, 0.9, 3);
const input = { source, target: { x: test.x, labelled } };
const accuracyOf = (predicted: readonly unknown[]) =>
  predicted.filter((label, i) => label === test.y[i]).length / test.y.length;

describe('AdaptiveSvm', () => {
  it('turns a source model with twelve labelled rows: from below 0.8 to above 0.93', async () => {
    const alone = await new LogisticRegression().fit(source);
    expect(accuracyOf(await alone.predict(test.x))).toBeLessThan(0.8);
    const model = await new AdaptiveSvm({ regularization: 0.1 }).fit(input);
    expect(accuracyOf(await model.predict(test.x))).toBeGreaterThan(0.93);
    expect(model.diagnostics.converged).toBe(true);
    expect(model.diagnostics.facts!['sourceHingeLoss']).toBeGreaterThan(0.2);
  });

  it('takes several sources and models of any kind', async () => {
    const tree = await new DecisionTree({ maxDepth: 3 }).fit({ ...source, task: 'classification' });
    const logistic = await new LogisticRegression().fit(source);
    const method = new AdaptiveSvm({ regularization: 0.1 });
    const problem = { sources: [source, source], target: input.target };
    const model = await method.fit(problem, { sourceModels: [tree, logistic] });
    expect(model.models).toEqual([tree, logistic]);
    expect(accuracyOf(await model.predict(test.x))).toBeGreaterThan(0.85);
    const machine = await new SupportVectorClassifier().fit(source);
    const fromLabels = await method.fit(input, { sourceModels: [machine] });
    const far = [[1e3, 1e3]];
    const [own] = await machine.predict(far);
    const expected = names.map((name) => (name === own ? 1 : -1));
    expect(Array.from((await fromLabels.scores(far)).data)).toEqual(expected);
  });

  it('tells of classes without labelled rows, and refuses classes the source does not know', async () => {
    const few = { x: labelled.x.slice(0, 2), y: ['a', 'b'] };
    const model = await new AdaptiveSvm().fit({ source, target: { x: test.x, labelled: few } });
    expect(model.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_MISSING']);
    const strange = { x: [[0, 0]], y: ['z'] };
    const error: unknown = await new AdaptiveSvm()
      .fit({ source, target: { x: test.x, labelled: strange } })
      .catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
  });
});
