import { run } from '../../../examples/reweighted-svm.js';
import { fourPanels } from '../../../examples/reweighted-svm/panels.js';
import { runTrial, type Trial } from '../../../examples/reweighted-svm/experiment.js';
import { mean } from './support/measure.js';

/** Mean error over seeds 0 … 3 of the machine without weights, with the true density ratio and with a classifier's. */
async function errors(gamma: number): Promise<number[]> {
  const trials: Trial[] = [];
  for (let seed = 0; seed < 4; seed++) trials.push(await runTrial(seed, { gamma, nTest: 1000 }));
  return [0, 1, 2].map((k) => mean(trials.map(({ outcomes }) => outcomes[k]!.error)));
}

describe('the reweighted support vector machine', () => {
  it('errs less with weights where its kernel is too wide for the boundary', async () => {
    const [raw = 0, oracle = 1, classifier = 1] = await errors(0.1);
    expect(raw).toBeGreaterThan(0.09);
    expect(oracle).toBeLessThan(raw - 0.02);
    expect(classifier).toBeLessThan(raw - 0.02);
  });

  it('has nothing to gain from weights where its kernel fits', async () => {
    const [raw = 0, oracle = 0] = await errors(1);
    expect(Math.abs(oracle - raw)).toBeLessThan(0.015);
  });

  it('is drawn in four panels, with every row of the sample in each', async () => {
    const trial = await runTrial(1, { gamma: 0.1, nTest: 100 });
    const panels = (await fourPanels(trial, trial.outcomes[1]!)).split('<figure').slice(1);
    expect(panels).toHaveLength(4);
    for (const panel of panels) expect(panel.match(/<circle/g)).toHaveLength(400);
    expect(panels.map((panel) => panel.includes('<path'))).toEqual([false, false, true, true]);
  });

  it('prints a table per kernel', async () => {
    let text = '';
    await run(['--seeds', '1', '--report', 'none'], (part) => (text += part));
    expect(text.match(/^\| none .* \| 200 +\|$/gm)).toHaveLength(3);
  });
});
