import { isTransferError } from '@graft-ml/core';
import { FeatureEnsemble, partOfSpeech } from '@graft-ml/feature-based';
import { LinearSvm, LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';

const kinds = ['JJ', 'VB', 'NN', 'DT'];
const featureNames = Array.from({ length: 40 }, (_, j) => `w${j}/${kinds[Math.floor(j / 10)]!}`);

/** Reviews whose nouns lean the other way in the target; every fourth source review is of another kind, with labels at random. */
function taggedReviews() {
  const random = randomSource(41);
  const draw = (count: number, nouns: 1 | -1, strange: boolean) => {
    const y = Array.from({ length: count }, (_, i) => (i % 2 ? 'good' : 'bad'));
    const x = y.map((label, i) => {
      const odd = strange && i % 4 < 2 && i % 3 === 0;
      return featureNames.map((_, j) => {
        if (odd) return random.uniform() < 0.8 ? 3 : 0;
        const sense = j % 2 === 0 ? 1 : -1;
        const leaning = j >= 30 ? 0 : j >= 20 ? 1.5 * nouns : 1;
        const chance = 0.3 + 0.12 * leaning * sense * (label === 'good' ? 1 : -1);
        return random.uniform() < chance ? 1 : 0;
      });
    });
    return { x, y };
  };
  const [source, target, few] = [draw(300, 1, true), draw(300, -1, false), draw(40, -1, false)];
  return {
    problem: {
      source: { ...source, featureNames },
      target: { x: target.x, featureNames, labelled: few },
    },
    y: target.y,
  };
}

const accuracy = (predicted: readonly unknown[], y: readonly unknown[]) =>
  predicted.filter((label, i) => label === y[i]).length / y.length;

describe('FeatureEnsemble', () => {
  it('gives nouns the least weight where they lean the other way, and beats one classifier of all words by far', async () => {
    const { problem, y } = taggedReviews();
    const model = await new FeatureEnsemble().fit(problem);
    const weights = model.diagnostics.facts?.['groups'] as Record<string, number>;
    const least = Object.keys(weights).reduce((a, b) => (weights[a]! < weights[b]! ? a : b));
    expect(least).toBe('noun');
    const base = await new LogisticRegression().fit(problem);
    const [before, after] = [
      accuracy(await base.predict(problem.target.x), y),
      accuracy(await model.predict(problem.target.x), y),
    ];
    expect(before).toBeLessThan(0.65);
    expect(after).toBeGreaterThan(0.85);
  });

  it('leaves out the source rows that are unlike the target', async () => {
    const { problem } = taggedReviews();
    const model = await new FeatureEnsemble({ keptShare: 0.8 }).fit(problem);
    expect(model.diagnostics.facts?.['rowsKept']).toBe(240);
    const strange = problem.source.x.filter((row) => row.includes(3)).length;
    const { source } = problem;
    const few = await new FeatureEnsemble({ keptShare: 1 - strange / 300 }).fit(problem);
    const clean = source.x.map((_, i) => i).filter((i) => !source.x[i]!.includes(3));
    const own = await new FeatureEnsemble({ keptShare: 1 }).fit({
      source: {
        x: clean.map((i) => source.x[i]!),
        y: clean.map((i) => source.y[i]!),
        featureNames,
      },
      target: problem.target,
    });
    expect(Array.from(few.weights)).toEqual(Array.from(own.weights));
  });

  it('is the classifier itself with one group and all rows', async () => {
    const { problem } = taggedReviews();
    const method = new FeatureEnsemble({ keptShare: 1 }, { groupOf: () => 'all' });
    const model = await method.fit({
      ...problem,
      target: { ...problem.target, labelled: problem.source },
    });
    const base = await new LogisticRegression().fit(problem);
    expect(await model.predict(problem.target.x)).toEqual(await base.predict(problem.target.x));
  });

  it('warns of a class that the selection lost, and refuses a classifier without probabilities', async () => {
    const far = Array.from({ length: 4 }, (_, i) => [50 + i, 50 - i]);
    const near = Array.from({ length: 16 }, (_, i) => [Math.sin(i), Math.cos(i)]);
    const source = {
      x: [...near, ...far],
      y: [...near.map((_, i) => (i % 2 ? 'a' : 'b')), ...far.map(() => 'c')],
    };
    const target = { x: near, labelled: { x: near.slice(0, 4), y: ['b', 'a', 'b', 'a'] } };
    const model = await new FeatureEnsemble().fit({ source, target });
    expect(model.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_MISSING']);
    const method = new FeatureEnsemble({}, { classifier: new LinearSvm() });
    const error: unknown = await method.fit({ source, target }).catch((raised: unknown) => raised);
    expect(isTransferError(error, 'UNSUPPORTED')).toBe(true);
  });

  it('reads parts of speech off names', () => {
    const names = ['fine/JJ', 'fast_RB', 'cut/VBD', 'knife_NOUN', 'a/DT', 'plain', 'good_J'];
    expect(names.map(partOfSpeech)).toEqual([
      'adjective or adverb',
      'adjective or adverb',
      'verb',
      'noun',
      'other',
      'other',
      'adjective or adverb',
    ]);
  });
});
