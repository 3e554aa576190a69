import type { ReportDiagnosis, ReportGuard, ReportOccurrence } from '../src/index.js';

/** A diagnosis of one source with every text replaced by `text`, where one is given. */
export function sampleDiagnosis(text?: string): ReportDiagnosis {
  const say = (own: string): string => text ?? own;
  return {
    significance: 0.05,
    summary: [say('The features differ.')],
    unknown: [say('Whether they mean the same.')],
    sources: [
      {
        source: say('simulated digits'),
        answer: 'differs',
        pValue: 0.0004,
        rows: { source: 500, target: 400 },
        tests: [
          { name: say('Domain classifier'), pValue: 0.0004, effect: say('AUC 0.93') },
          { name: say('Features one by one'), pValue: 0.031, effect: say('1 of 30 moved') },
        ],
        features: [
          { name: say('width'), effect: 0.625, pValue: 0.031, difference: -1.19 },
          { name: say('colour'), effect: 0.05, pValue: 1 },
        ],
        nFeatures: 30,
        nMoved: 1,
        classifier: {
          auc: 0.93,
          roc: { x: [0, 0.25, 1], y: [0, 0.5, 1] },
          scores: { source: [3, 1], target: [1, 3] },
        },
      },
    ],
  };
}

/** What the guard says about two recipes of the sample report. */
export function sampleGuard(text?: string): ReportGuard {
  const estimate = {
    interval: { low: -0.05, high: 0.1 },
    differs: 0.3,
    agreement: { favour: 3, views: 4 },
  };
  return {
    decision: 'adapt',
    choice: text ?? 'jda',
    judged: true,
    reasons: [text ?? '3 of 4 views favour jda.'],
    labelsUsed: 0,
    seconds: 1.5,
    estimates: [
      { ...estimate, name: text ?? 'coral', gain: -0.02 },
      { ...estimate, name: text ? `${text}2` : 'jda', gain: 0.04 },
    ],
  };
}

/** What words say: one commoner in each domain and one that may be chance, one that turned. */
export function sampleOccurrence(text?: string): ReportOccurrence {
  const say = (own: string): string => text ?? own;
  const rows = (count: number, share: number) => ({ rows: count, share });
  return {
    frequency: [
      {
        name: say('plot'),
        logOdds: Math.log(8.2),
        interval: { low: Math.log(4), high: Math.log(100) },
        source: { count: 1200, share: 0.042 },
        target: { count: 15, share: 0.00512 },
        pValue: 0.0001,
      },
      {
        name: say('nice'),
        logOdds: -Math.log(1.1),
        interval: { low: -Math.log(2), high: Math.log(1.6) },
        source: { count: 40, share: 0.0014 },
        target: { count: 44, share: 0.00154 },
        pValue: 1,
      },
      {
        name: say('knife'),
        logOdds: -Math.log(4),
        interval: { low: -Math.log(6), high: -Math.log(3) },
        source: { count: 9, share: 0.0003155 },
        target: { count: 40, share: 0.00126 },
        pValue: 0.002,
      },
    ],
    nFeatures: 400,
    nSource: 12,
    nTarget: 9,
    leftOut: [{ count: 3, reason: say('in no row') }],
    context: {
      tests: [
        {
          name: say('unpredictable'),
          label: say('praise'),
          source: rows(96, 0.92),
          target: rows(30, 0.125),
          pValue: 0.0004,
        },
        {
          name: say('light'),
          label: 1,
          source: rows(60, 0.25),
          target: rows(20, 0.5),
          pValue: 0.4,
        },
      ],
      nTests: 40,
      nFeatures: 40,
      nChanged: 1,
      leftOut: [{ count: 357, reason: say('too few labelled rows') }],
    },
  };
}
