import type { JsonObject } from '@graft-ml/core';
import { renderReport, type ReportInput } from '../src/index.js';
import { sampleInput } from './sample-input.js';

const before = { auc: 0.96, source: [30, 10, 0, 0], target: [0, 0, 0, 20] };
const after = { auc: 0.52, source: [0, 20, 20, 0], target: [0, 10, 10, 0] };

/** The sample with facts of its second run. */
function reportOf(facts: JsonObject): ReportInput {
  const input = sampleInput();
  const runs = input.runs.map((run, k) =>
    k === 1 && run.status === 'ok' ? { ...run, diagnostics: { facts } } : run,
  );
  return { ...input, runs };
}

const heights = (page: string): [string, number][] =>
  [...page.matchAll(/<rect class="(up|down)"[^>]*height="([\d.]+)"/g)].map(([, side, height]) => [
    side!,
    Number(height),
  ]);

describe('domain scores in the report', () => {
  it('are drawn before and after on one scale, source up and target down', () => {
    const page = renderReport(reportOf({ domainScores: { before, after }, discrepancy: 0.25 }));
    // The tallest bar, all target rows in one bin, is 48 high; the others in proportion to their share of a domain.
    expect(heights(page)).toEqual([
      ['up', 36],
      ['up', 12],
      ['up', 0],
      ['up', 0],
      ['down', 0],
      ['down', 0],
      ['down', 0],
      ['down', 48],
      ['up', 0],
      ['up', 24],
      ['up', 24],
      ['up', 0],
      ['down', 0],
      ['down', 24],
      ['down', 24],
      ['down', 0],
    ]);
    expect(page).toContain('AUC <b>0.96</b>');
    expect(page).toContain('AUC <b>0.52</b>, as good as guessing');
    expect(page).toContain('A network that confuses the domains');
    // Drawn, and therefore not told a second time; other facts are.
    expect(page).not.toContain('Domain scores');
    expect(page).toContain('Discrepancy');
  });

  it.each<[string, JsonObject]>([
    ['counts that are no numbers', { before, after: { ...after, source: ['<b>', 0, 0, 0] } }],
    ['a count below 0', { before: { ...before, target: [-1, 0, 0, 0] }, after }],
    ['histograms of two lengths', { before, after: { ...after, target: [1] } }],
    ['an area above 1', { before: { ...before, auc: 2 }, after }],
    ['nothing after', { before }],
  ])('that hold %s are told as other facts are', (_, domainScores) => {
    const page = renderReport(reportOf({ domainScores }));
    expect(heights(page)).toEqual([]);
    expect(page).toContain('Domain scores');
    expect(page).not.toContain('<b>"');
    expect(page).not.toContain('A network that confuses the domains');
  });
});
