import { isTransferError } from '@graft-ml/core';
import { StructuralCorrespondence } from '@graft-ml/feature-based';
import { meanLength } from '../src/internal/mean-length.js';
import { selectColumns } from '../src/internal/select-columns.js';
import { opinionAccuracies, opinions, reviews } from './support/reviews.js';

describe('StructuralCorrespondence', () => {
  it.each(['ridge', 'logistic'] as const)(
    'carries words across domains with %s predictors: logistic regression from 0.81 to above 0.95',
    async (predictor) => {
      const method = new StructuralCorrespondence({ nComponents: 2, predictor, scale: 2 });
      const { raw, adapted } = await opinionAccuracies(method);
      expect(raw).toBeLessThan(0.82);
      expect(adapted).toBeGreaterThan(0.95);
    },
  );

  it('takes its pivots from the features common to both domains', async () => {
    const { fitted } = await opinionAccuracies(new StructuralCorrespondence({ nComponents: 2 }));
    const common = Array.from({ length: 10 }, (_, j) => `f${j}`);
    expect(fitted.diagnostics.facts?.['pivots']).toEqual(common);
  });

  it('prefers pivots that tell the labels where asked to', async () => {
    const { xs, xt } = reviews();
    const chatter = (rows: number[][]) => rows.map((row, i) => [...row, i % 3 ? 1 : 0]);
    const problem = { source: { x: chatter(xs), y: opinions }, target: { x: chatter(xt) } };
    const chosen = async (pivots: 'frequent' | 'informative') => {
      const method = new StructuralCorrespondence({ pivots, nPivots: 5 });
      return (await method.fit(problem)).fitted.diagnostics.facts?.['pivots'];
    };
    expect(await chosen('frequent')).toContain('f30');
    expect(await chosen('informative')).not.toContain('f30');
    const method = new StructuralCorrespondence({ pivots: 'informative' });
    const fit = method.fit({ ...problem, source: { x: problem.source.x } });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
  });

  it('gives the new features the length asked for', async () => {
    const method = new StructuralCorrespondence({ nComponents: 3, scale: 0.5 });
    const { problem } = await opinionAccuracies(method);
    const lengths = [problem.sources[0]!.x, problem.target.x].map((x) => [
      meanLength(
        selectColumns(
          x,
          Array.from({ length: 30 }, (_, j) => j),
        ),
      ),
      meanLength(selectColumns(x, [30, 31, 32])),
    ]);
    const [rows, added] = [lengths[0]![0]! + lengths[1]![0]!, lengths[0]![1]! + lengths[1]![1]!];
    expect(added / rows).toBeCloseTo(0.5, 12);
    expect(problem.target.features.names.slice(-2)).toEqual(['component 2', 'component 3']);
  });

  it('says so where no feature is common to the domains', async () => {
    const fit = new StructuralCorrespondence().fit({
      source: { x: Array.from({ length: 9 }, (_, i) => [i % 2, 0]) },
      target: { x: Array.from({ length: 9 }, (_, i) => [0, i % 2]) },
    });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
    expect(String(error)).toContain('minOccurrences');
  });
});
