import { isTransferError } from '@graft-ml/core';
import {
  defaultGuardRule,
  expectedGain,
  guard,
  guardByLabels,
  guardScores,
} from '@graft-ml/diagnosis';
import { kFold, stratifiedKFold } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';

/** Three clusters, the target moved by `shift`: models know the target's classes but for the rows they get wrong. */
function clusters(shift: number, nTarget = 120) {
  const random = randomSource(7);
  const centres = [
    [0, 0],
    [6, 0],
    [0, 6],
  ];
  const draw = (n: number, moved: number) => {
    const y = Array.from({ length: n }, (_, i) => i % 3);
    const x = y.map((c) => centres[c]!.map((v) => v + moved + random.normal()));
    return { x, y };
  };
  const source = draw(90, 0);
  const target = draw(nTarget, shift);
  const wrong = (share: number) => {
    const noise = randomSource(share * 1000);
    return target.y.map((c) => (noise.uniform() < share ? (c + 1) % 3 : c));
  };
  return { source, target: { x: target.x }, labels: target.y, nClasses: 3, wrong };
}

describe('the guard', () => {
  it('adapts where a candidate is clearly better', async () => {
    const { source, target, nClasses, wrong } = clusters(1);
    const decision = await guard({
      source,
      target,
      nClasses,
      sourceOnly: { name: 'source-only', predicted: wrong(0.3) },
      candidates: [
        { name: 'good', predicted: wrong(0.02) },
        { name: 'bad', predicted: wrong(0.5) },
      ],
    });
    expect(decision).toMatchObject({ decision: 'adapt', choice: 'good' });
    expect(decision.gain).toBeGreaterThan(0.1);
    expect(decision.interval.high).toBeLessThanOrEqual(decision.estimates[0]!.differs);
    expect(decision.reasons[0]).toMatch(/good is expected to gain/);
    expect(decision.reasons.join(' ')).toMatch(/No labelled target rows/);
  });

  it('falls back where candidates are worse', async () => {
    const { source, target, nClasses, wrong } = clusters(1);
    const decision = await guard({
      source,
      target,
      nClasses,
      sourceOnly: { name: 'source-only', predicted: wrong(0.02) },
      candidates: [{ name: 'bad', predicted: wrong(0.4) }],
    });
    expect(decision).toMatchObject({ decision: 'fallback', choice: 'source-only' });
    expect(decision.gain).toBeLessThan(0);
  });

  it('does not prefer a model that says one class for all rows', async () => {
    const { source, target, nClasses, wrong } = clusters(1);
    const decision = await guard({
      source,
      target,
      nClasses,
      sourceOnly: { name: 'source-only', predicted: wrong(0.1) },
      candidates: [{ name: 'collapsed', predicted: wrong(0).map(() => 0) }],
    });
    expect(decision.decision).not.toBe('adapt');
  });

  it('falls back on an equal model, whose gain is exactly 0', async () => {
    const { source, target, nClasses, wrong } = clusters(1);
    const predicted = wrong(0.1);
    const decision = await guard({
      source,
      target,
      nClasses,
      sourceOnly: { name: 'source-only', predicted },
      candidates: [{ name: 'same', predicted }],
    });
    expect(decision).toMatchObject({
      decision: 'fallback',
      gain: 0,
      interval: { low: 0, high: 0 },
    });
  });

  it('abstains with fewer rows than it needs', async () => {
    const { source, target, nClasses, wrong } = clusters(1, 12);
    const decision = await guard({
      source,
      target,
      nClasses,
      sourceOnly: { name: 'source-only', predicted: wrong(0.5) },
      candidates: [{ name: 'good', predicted: wrong(0) }],
    });
    expect(decision).toMatchObject({ decision: 'abstain', choice: 'source-only' });
    expect(decision.reasons[0]).toMatch(/12 rows/);
  });

  it('believes labels over scores once there are many', async () => {
    // The target's classes have changed places: every label-free score is for the wrong model.
    const { source, target, labels, nClasses, wrong } = clusters(0);
    const truth = labels.map((c) => (c + 1) % 3);
    const models = {
      sourceOnly: { name: 'source-only', predicted: wrong(0.05), labelled: wrong(0.05) },
      candidates: [{ name: 'turned', predicted: truth, labelled: truth }],
    };
    const blind = await guard({ source, target, nClasses, ...models });
    expect(blind.decision).toBe('fallback');
    const seen = await guard({ source, target, nClasses, labels: truth, ...models });
    expect(seen).toMatchObject({ decision: 'adapt', choice: 'turned' });
    const spread = ({ low, high }: { low: number; high: number }) => high - low;
    expect(spread(seen.interval)).toBeLessThan(spread(blind.interval));
    expect(seen.reasons.join(' ')).toMatch(/half to choose among candidates, half to decide/);
  });

  it('uses no label twice: those that help to choose do not decide', async () => {
    const { source, target, labels, nClasses, wrong } = clusters(1);
    const halves = stratifiedKFold(labels, 2, 0);
    const gainWith = async (spoiled: number) => {
      const labelled = labels.map((c, i) => (halves[i] === spoiled ? (c + 1) % 3 : c));
      const decision = await guard({
        source,
        target,
        nClasses,
        labels,
        sourceOnly: { name: 'source-only', predicted: wrong(0.2), labelled: wrong(0.2) },
        candidates: [{ name: 'only', predicted: wrong(0.1), labelled }],
      });
      return decision.gain;
    };
    const [untouched, choosing, deciding] = [
      await gainWith(-1),
      await gainWith(0),
      await gainWith(1),
    ];
    expect(choosing).toBe(untouched);
    expect(deciding).toBeLessThan(untouched);
  });

  it('refuses what it cannot judge', async () => {
    const { source, target, labels, nClasses, wrong } = clusters(1);
    const sourceOnly = { name: 'source-only', predicted: wrong(0.1) };
    const judge = (extra: object) =>
      guard({ source, target, nClasses, sourceOnly, candidates: [sourceOnly], ...extra }).catch(
        (error: unknown) => (isTransferError(error) ? error.code : error),
      );
    expect(await judge({ candidates: [] })).toBe('INVALID_DATA');
    expect(await judge({ labels })).toBe('INVALID_DATA');
    expect(await judge({ candidates: [{ name: 'short', predicted: [0] }] })).toBe('SHAPE_MISMATCH');
  });

  it('stops when asked to', async () => {
    const { source, target, nClasses, wrong } = clusters(1);
    const stop = new AbortController();
    const stages: string[] = [];
    const run = {
      signal: stop.signal,
      onProgress: ({ stage }: { stage: string }) => {
        stages.push(stage);
        stop.abort();
      },
    };
    const sourceOnly = { name: 'source-only', predicted: wrong(0.1) };
    const problem = { source, target, nClasses, sourceOnly, candidates: [sourceOnly] };
    await expect(guard(problem, {}, run)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(stages).toEqual(['judging models']);
  });
});

describe('the expected gain', () => {
  it('is the weighted sum of differences', async () => {
    const scores = { consensus: 0.8, nearestSource: 0.7, reverse: 0.9, neighbours: 0.6 };
    const before = { consensus: 0.7, nearestSource: 0.5, reverse: 0.8, neighbours: 0.6 };
    const { weights } = defaultGuardRule;
    const expected = 0.1 * weights.consensus + 0.2 * weights.nearestSource + 0.1 * weights.reverse;
    expect(expectedGain(defaultGuardRule, scores, before)).toBeCloseTo(expected, 12);
  });

  it('judges a model by the others: no consensus of fewer than three', async () => {
    const { source, target, nClasses, wrong } = clusters(1);
    const two = await guardScores({ source, target, nClasses }, [wrong(0.1), wrong(0.2)]);
    expect(two[0]!.consensus).toBeUndefined();
    const three = await guardScores({ source, target, nClasses }, [
      wrong(0),
      wrong(0.1),
      wrong(0.5),
    ]);
    expect(three[0]!.consensus).toBeGreaterThan(three[2]!.consensus!);
  });
});

describe('the guard for numbers', () => {
  const random = randomSource(9);
  const labels = Array.from({ length: 40 }, () => 2 * random.normal());
  const noisy = (sd: number) => labels.map((y) => y + sd * random.normal());
  const sourceOnly = { name: 'source-only', labelled: noisy(1.5) };
  const good = { name: 'good', labelled: noisy(0.2) };
  const bad = { name: 'bad', labelled: noisy(4) };

  it('adapts where labelled rows speak clearly for it, and falls back where they do not', () => {
    expect(guardByLabels({ labels, sourceOnly, candidates: [bad, good] })).toMatchObject({
      decision: 'adapt',
      choice: 'good',
    });
    const harmful = guardByLabels({ labels, sourceOnly, candidates: [bad] });
    expect(harmful).toMatchObject({ decision: 'fallback', choice: 'source-only' });
    expect(harmful.interval.high).toBeGreaterThan(harmful.gain);
  });

  it('decides by rows that did not choose: (error before − error after) / variance over one half', () => {
    const folds = kFold(labels.length, 2, 0);
    const mean = labels.reduce((sum, y) => sum + y, 0) / labels.length;
    const variance = labels.reduce((sum, y) => sum + (y - mean) ** 2, 0) / labels.length;
    const rows = [...labels.keys()].filter((i) => folds[i] === 1);
    const gain =
      rows.reduce((sum, i) => {
        const before = (labels[i]! - sourceOnly.labelled[i]!) ** 2;
        return sum + (before - (labels[i]! - good.labelled[i]!) ** 2) / variance;
      }, 0) / rows.length;
    const decision = guardByLabels({ labels, sourceOnly, candidates: [good] });
    expect(decision.gain).toBeCloseTo(gain, 12);
    const spoiled = good.labelled.map((value, i) => (folds[i] === 0 ? value + 100 : value));
    const candidates = [{ name: 'good', labelled: spoiled }];
    expect(guardByLabels({ labels, sourceOnly, candidates }).gain).toBe(decision.gain);
  });

  it('refuses fewer than eight labels', () => {
    const few = { labels: labels.slice(0, 7), sourceOnly, candidates: [good] };
    expect(() => guardByLabels(few)).toThrow(/8 rows/);
  });
});
