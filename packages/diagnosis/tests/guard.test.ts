import { isTransferError } from '@graft-ml/core';
import {
  besideSourceOnly,
  defaultGuardRule,
  expectedGain,
  gainRuleFor,
  guard,
  guardByLabels,
  guardScores,
  viewOf,
} from '@graft-ml/diagnosis';
import type { GuardRule, GuardView } from '@graft-ml/diagnosis';
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
    const reasons = decision.reasons.join(' ');
    expect(reasons).toMatch(/No labelled target rows/);
    expect(reasons).toMatch(/Agreement with the other candidates: [\d.]+ points (more|less) than/);
    expect(reasons).toMatch(
      /class shares lie [\d.]+ points from those of the source, source-only's/,
    );
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
  const part = {
    views: [
      { score: 'differs', of: 'candidate', mean: 0.2, spread: 0.1 },
      { score: 'reverse', of: 'difference', mean: -0.1, spread: 0.2 },
    ],
    constant: 0.01,
    linear: [0.02, 0.03],
    products: [[0.001, 0.002], [0.003]],
    margin: 0,
    halfWidth: 1,
  } as const;
  const other = { ...part, constant: 5 };
  const rule: GuardRule = { alone: part, amongOthers: other, minRows: 1 };
  const before = { differs: 0, classShift: 0.3, nearestSource: 0.5, reverse: 0.8, neighbours: 0.6 };

  it('is constant + Σ linear·z + Σ products·z·z of standardised views', () => {
    const scores = { ...before, differs: 0.25, reverse: 0.9 };
    const [a, b] = [(0.25 - 0.2) / 0.1, (0.9 - 0.8 + 0.1) / 0.2];
    const expected = 0.01 + 0.02 * a + 0.03 * b + 0.001 * a * a + 0.002 * a * b + 0.003 * b * b;
    expect(expectedGain(rule, scores, before)).toBeCloseTo(expected, 14);
  });

  it('reads a score of the candidate, of source-only or their difference', () => {
    const scores = { ...before, classShift: 0.1 };
    const of = (whose: GuardView['of']) =>
      viewOf({ score: 'classShift', of: whose }, scores, before);
    expect(of('candidate')).toBe(0.1);
    expect(of('source-only')).toBe(0.3);
    expect(of('difference')).toBeCloseTo(-0.2, 15);
  });

  it('knows how far predicted class shares lie from those of the source', async () => {
    const source = { x: [[0], [1], [2], [3]], y: [0, 0, 0, 1] };
    const target = { x: [[0], [1], [2]] };
    const [same, other] = await guardScores({ source, target, nClasses: 2 }, [
      [0, 0, 1],
      [1, 1, 1],
    ]);
    expect(same!.classShift).toBeCloseTo(Math.abs(2 / 3 - 3 / 4), 15);
    expect(other!.classShift).toBeCloseTo(3 / 4, 15);
  });

  it('cuts views at three standard deviations', () => {
    const far = { ...before, differs: 0.9, reverse: 0.7 };
    const cut = { ...far, differs: 0.5 };
    expect(expectedGain(rule, far, before)).toBe(expectedGain(rule, cut, before));
  });

  it('is 0 for a model that predicts the same', () => {
    expect(expectedGain(rule, { ...before, reverse: 0.9 }, before)).toBe(0);
  });

  it('has a rule of its own for a candidate among others', () => {
    const scores = { ...before, differs: 0.25 };
    const alone = expectedGain(rule, scores, before);
    expect(expectedGain(rule, { ...scores, support: 0.1 }, before) - alone).toBeCloseTo(4.99, 12);
    expect(gainRuleFor(rule, { ...scores, support: 0 })).toBe(other);
  });

  it('is shipped with a weight for every view and every pair of views', () => {
    for (const shipped of [defaultGuardRule.alone, defaultGuardRule.amongOthers]) {
      const { views, linear, products } = shipped;
      expect(linear).toHaveLength(views.length);
      expect(products.map(({ length }) => length)).toEqual(views.map((_, i) => views.length - i));
      expect(views.every(({ spread }) => spread > 0)).toBe(true);
    }
    expect(defaultGuardRule.alone.views.map(({ score }) => score)).not.toContain('support');
  });

  it('reads from predictions where a model stands beside source-only and the others', () => {
    const [sourceOnly, first, second, third] = besideSourceOnly([
      [0, 0, 0, 0],
      [0, 0, 1, 1],
      [0, 0, 1, 2],
      [0, 1, 0, 0],
    ]);
    expect(sourceOnly).toEqual({ differs: 0, support: 0 });
    // Second agrees with first on 3 of 4 rows, with source-only on 2; third with first on 1, with source-only on 3.
    expect(first).toEqual({ differs: 0.5, support: ((3 - 2) / 4 + (1 - 3) / 4) / 2 });
    expect(second!.support).toBe(((3 - 2) / 4 + (1 - 3) / 4) / 2);
    expect(third!.differs).toBe(0.25);
    expect(besideSourceOnly([[0], [1]])[1]).toEqual({ differs: 1 });
  });

  it('rests on scores that know the others', async () => {
    const { source, target, nClasses, wrong } = clusters(1);
    const predictions = [wrong(0.3), wrong(0.1), wrong(0.05)];
    const scores = await guardScores({ source, target, nClasses }, predictions);
    expect(scores.map(({ differs, support }) => ({ differs, support }))).toEqual(
      besideSourceOnly(predictions),
    );
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
