import { type FittedStep, type PlainProblem, type ProblemStrategy } from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';

export const opinions = Array.from({ length: 200 }, (_, i) => (i % 2 ? 'good' : 'bad'));

/** Documents: ten common words lean to a class, and so do ten words that only one domain has. */
export function reviews() {
  const random = randomSource(77);
  const rows = (own: number) =>
    opinions.map((label) => {
      const leansTo = (j: number) => j < 5 === (label === 'good');
      const words = new Array<number>(30).fill(0);
      for (let j = 0; j < 10; j++) if (random.uniform() < (leansTo(j) ? 0.35 : 0.1)) words[j] = 1;
      for (let j = 0; j < 10; j++) {
        if (random.uniform() < (leansTo(j) ? 0.6 : 0.1)) words[own + j] = 1;
      }
      return words;
    });
  return { xs: rows(10), xt: rows(20) };
}

/** Share of target documents that logistic regression gets right, without and with the strategy before it. */
export async function opinionAccuracies<F extends FittedStep>(strategy: ProblemStrategy<F>) {
  const { xs, xt } = reviews();
  const input: PlainProblem = { source: { x: xs, y: opinions }, target: { x: xt } };
  const { problem, fitted } = await strategy.fit(input);
  const score = async (
    data: Parameters<LogisticRegression['fit']>[0],
    x: Parameters<F['transform']>[0],
  ) => {
    const predicted = await (await new LogisticRegression().fit(data)).predict(x);
    return predicted.filter((label, i) => label === opinions[i]).length / opinions.length;
  };
  return {
    raw: await score(input, xt),
    adapted: await score(problem, problem.target.x),
    fitted,
    problem,
  };
}
