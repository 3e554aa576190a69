import { isTransferError, toProblem } from '@graft-ml/core';
import { latentViews } from '@graft-ml/datasets';
import { ManifoldAlignment, type ManifoldAlignmentOptions } from '@graft-ml/heterogeneous';
import { accuracy, LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';

jest.setTimeout(120_000);

const { problem: made } = latentViews({ seed: 5, nPairs: 0 });

describe('ManifoldAlignment', () => {
  it('puts both domains into one space with a component fewer than classes', async () => {
    const { problem } = await new ManifoldAlignment().fit(made);
    const names = ['aligned 1', 'aligned 2', 'aligned 3'];
    expect(problem.sources[0]!.features.names).toEqual(names);
    expect(problem.target.features.names).toEqual(names);
    expect(problem.target.labelled!.x.columns).toBe(3);
  });

  it('beats the few target labels, with source labels in other features and no pairs', async () => {
    const mean = { aligned: 0, alone: 0 };
    for (let seed = 1; seed <= 10; seed++) {
      const { problem: input, evaluation } = latentViews({ seed, nPairs: 0 });
      const { problem } = await new ManifoldAlignment().fit(input);
      const aligned = await new LogisticRegression().fit(problem);
      const alone = await new LogisticRegression().fit(input.target.labelled!);
      mean.aligned += accuracy(evaluation.y, await aligned.predictEncoded(problem.target.x)) / 10;
      mean.alone += accuracy(evaluation.y, await alone.predictEncoded(input.target.x)) / 10;
    }
    // Measured: 0.858 against 0.822 from the 12 labelled target rows alone.
    expect(mean.aligned - mean.alone).toBeGreaterThan(0.025);
  });

  it('gains nothing where the source labels are shuffled', async () => {
    const shuffled = { ...made.source, y: randomSource(1).shuffle(made.source.y) };
    const { problem } = await new ManifoldAlignment().fit({ ...made, source: shuffled });
    const model = await new LogisticRegression().fit(problem);
    const { evaluation } = latentViews({ seed: 5, nPairs: 0 });
    const right = await new ManifoldAlignment().fit(made);
    const good = await new LogisticRegression().fit(right.problem);
    const [bad, fine] = [
      accuracy(evaluation.y, await model.predictEncoded(problem.target.x)),
      accuracy(evaluation.y, await good.predictEncoded(right.problem.target.x)),
    ];
    // Measured: 0.720, no more than the target labels give, and 0.917.
    expect(fine - bad).toBeGreaterThan(0.1);
  });

  it('warns of classes that no labelled target row holds in place', async () => {
    const { target } = made;
    const y = target.labelled!.y.map((c) => Math.min(c, 2));
    const { fitted } = await new ManifoldAlignment().fit({
      ...made,
      target: { ...target, labelled: { x: target.labelled!.x, y } },
    });
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_MISSING']);
    expect(fitted.diagnostics.warnings[0]!.message).toContain('class 3');
  });

  it('refuses labels that are all of one class although the task has two', async () => {
    const problem = toProblem(made);
    const alike = (labels: Float64Array) => new Float64Array(labels.length);
    const raised: unknown = await new ManifoldAlignment()
      .fit({
        ...problem,
        sources: problem.sources.map((source) => ({ ...source, y: alike(source.y!) })),
        target: {
          ...problem.target,
          labelled: { x: made.target.labelled!.x, y: alike(made.target.labelled!.y) },
        },
      })
      .catch((error: unknown) => error);
    expect(isTransferError(raised, 'INVALID_DATA')).toBe(true);
  });

  it('does not mind where a domain has its origin', async () => {
    const moved = (rows: { data: Float64Array; rows: number; columns: number }) => ({
      ...rows,
      data: rows.data.map((value) => value + 100),
    });
    const { target } = made;
    const input = {
      ...made,
      target: {
        x: moved(target.x),
        labelled: { x: moved(target.labelled!.x), y: target.labelled!.y },
      },
    };
    const [here, there] = [
      (await new ManifoldAlignment().fit(made)).fitted,
      (await new ManifoldAlignment().fit(input)).fitted,
    ];
    const expected = here.diagnostics.facts!.eigenvalues as number[];
    (there.diagnostics.facts!.eigenvalues as number[]).forEach((value, k) =>
      expect(value).toBeCloseTo(expected[k]!, 8),
    );
  });

  const rows = [[0], [1], [4], [5]];
  it.each<[string, string[], string[], ManifoldAlignmentOptions, string]>([
    ['a target class that the source lacks', ['a', 'a', 'b', 'b'], ['a', 'c'], {}, 'INVALID_DATA'],
    [
      'more components than features',
      ['a', 'a', 'b', 'b'],
      ['a', 'b'],
      { nComponents: 3 },
      'INVALID_OPTION',
    ],
  ])('refuses %s', async (_, y, labels, options, code) => {
    const raised: unknown = await new ManifoldAlignment(options)
      .fit({ source: { x: rows, y }, target: { x: rows, labelled: { x: [[0], [5]], y: labels } } })
      .catch((error: unknown) => error);
    expect(isTransferError(raised) && raised.code).toBe(code);
  });
});
