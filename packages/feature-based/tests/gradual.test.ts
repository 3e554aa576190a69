import { GradualSelfTraining } from '@graft-ml/feature-based';
import { LogisticRegression, NearestNeighbours } from '@graft-ml/learners';
import { movedRows, rowLabels } from './support/moved-groups.js';

const source = { x: movedRows(0), y: rowLabels };
const target = { x: movedRows(3) };
const accuracyOf = (predicted: readonly unknown[]) =>
  predicted.filter((label, i) => label === rowLabels[i]).length / predicted.length;

describe('GradualSelfTraining', () => {
  it('follows groups by small steps where one step is too wide', async () => {
    const alone = await new LogisticRegression().fit(source);
    const once = await new GradualSelfTraining({ nSteps: 1 }).fit({ source, target });
    const walked = await new GradualSelfTraining({ nSteps: 8 }).fit({ source, target });
    const [a, b, c] = [
      accuracyOf(await alone.predict(target.x)),
      accuracyOf(await once.predict(target.x)),
      accuracyOf(await walked.predict(target.x)),
    ];
    expect(a).toBeLessThan(0.4);
    expect(b).toBeLessThan(0.4);
    expect(c).toBeGreaterThan(0.95);
    expect(walked.diagnostics.converged).toBe(true);
    const trace = walked.diagnostics.facts!['trace'] as { agreement: number; kept: number }[];
    expect(trace).toHaveLength(8);
    for (const { agreement, kept } of trace) {
      expect(agreement).toBeGreaterThan(0.9);
      expect(kept).toBeGreaterThan(0.85);
    }
  });

  it('takes any learner, with or without probabilities', async () => {
    const learner = new NearestNeighbours({ neighbours: 3 });
    const model = await new GradualSelfTraining({ nSteps: 8 }, { learner }).fit({ source, target });
    expect(accuracyOf(await model.predict(target.x))).toBeGreaterThan(0.95);
  });

  it('keeps the last good model where all rows seem of one class, and says so', async () => {
    const far = { x: target.x.map(([a]) => [50 + a!, 0]) };
    const model = await new GradualSelfTraining({ nSteps: 1 }).fit({ source, target: far });
    expect(model.diagnostics.converged).toBe(false);
    expect(model.diagnostics.stopReason).toMatch(/domain 1 of 1 .* one class/);
    const codes = model.diagnostics.warnings.map(({ code }) => code);
    expect(codes).toEqual(['NOT_CONVERGED', 'CLASS_MISSING']);
    expect(accuracyOf(await model.predict(source.x))).toBeGreaterThan(0.95);
  });
});
