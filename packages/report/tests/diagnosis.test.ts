import { isTransferError } from '@graft-ml/core';
import { readReportInput, renderReport, type ReportInput } from '../src/index.js';
import { sampleDiagnosis, sampleGuard } from './sample-diagnosis.js';
import { sampleInput } from './sample-input.js';

const alone: ReportInput = {
  ...sampleInput(),
  settings: { command: 'graft diagnose --demo', recipes: [] },
  runs: [],
  diagnosis: sampleDiagnosis(),
};
const text = (page: string): string => page.replaceAll('\u00a0', ' ');

describe('the diagnosis in the report', () => {
  it('says what differs, how sure that is and what cannot be known', () => {
    const page = text(renderReport({ ...sampleInput(), diagnosis: sampleDiagnosis() }));
    expect(page).toContain('<li>The features differ.</li>');
    expect(page).toContain('What cannot be known from these rows');
    expect(page).toMatch(/<th scope="row">width<\/th>.*--share:62\.5%.*0\.63.*\u22121\.19.*0\.031/);
    expect(page).toMatch(/<tr class="still"><th scope="row">colour/);
    expect(page).toContain('28 more moved less.');
    expect(page).toContain('&lt; 0.001');
  });

  it('draws the curve and the histograms to scale', () => {
    const page = renderReport({ ...sampleInput(), diagnosis: sampleDiagnosis() });
    expect(page).toContain('d="M0 100L25 50L100 0"');
    const bars = [...page.matchAll(/<rect class="(up|down)"[^>]*height="([\d.]+)"/g)].map(
      ([, side, height]) => [side, Number(height)],
    );
    expect(bars).toEqual([
      ['up', 48],
      ['up', 16],
      ['down', 16],
      ['down', 48],
    ]);
    // Histograms (¾, ¼) and (¼, ¾) share ¼ + ¼.
    expect(text(page)).toContain('share 50 % of their area');
  });

  it('is the whole report where nothing was compared', () => {
    const page = renderReport(alone);
    expect(page).toContain('The features differ: 1 of 30 moved');
    expect(page).toContain('diagnosis of a shift');
    for (const id of ['scores', 'inside', 'guard', 'chooser'])
      expect(page).not.toContain(`id="${id}"`);
    expect(page).not.toContain('Recipes with all options');
  });

  it('never calls domains the same', () => {
    const [shift] = sampleDiagnosis().sources;
    const none = {
      ...sampleDiagnosis(),
      sources: [{ ...shift!, answer: 'inconclusive' as const }],
    };
    expect(renderReport({ ...alone, diagnosis: none })).toContain(
      'No difference was found. That does not show that there is none.',
    );
    expect(renderReport({ ...alone, diagnosis: { ...none, sources: [] } })).toContain(
      'rows cannot be compared',
    );
  });
});

describe('the guard in the report', () => {
  it('shows what it expected beside what was measured, on one scale', () => {
    const page = text(renderReport({ ...sampleInput(), guard: sampleGuard() }));
    expect(page).toContain('Use <b>jda</b>: it is expected to gain. Judged without a target label');
    const rows = page.match(/<div role="row" class="estimate[\s\S]*?<\/div>/g)!.slice(1);
    expect(rows.map((row) => /rowheader">([^<]+)/.exec(row)![1]!.trim())).toEqual(['jda', 'coral']);
    expect(rows[0]).toMatch(/class="estimate chosen".*\+4\.0 points.*\+\d+\.\d points/);
    // CORAL: 2.0 points expected to be lost, 7.23 measured.
    const place = (row: string, what: string): number =>
      Number(new RegExp(`${what}[^>]*--at:([\\d.]+)%`).exec(row)![1]) - 50;
    expect(place(rows[1]!, 'class="track"') / place(rows[0]!, 'class="track"')).toBeCloseTo(
      -0.5,
      2,
    );
    expect(place(rows[1]!, 'class="truth"') / place(rows[1]!, 'class="track"')).toBeCloseTo(
      3.62,
      1,
    );
  });

  it('says so where it could not judge', () => {
    const guard = { ...sampleGuard(), judged: false, reasons: ['Numbers.'], estimates: [] };
    expect(renderReport({ ...sampleInput(), guard })).toContain('No verdict. Numbers.');
  });
});

describe('foreign diagnoses', () => {
  it('bring no markup', () => {
    const attack = `"><script>alert(1)</script><img src=x onerror="alert(2)">`;
    const page = renderReport({
      ...sampleInput(),
      guard: sampleGuard(attack),
      diagnosis: sampleDiagnosis(attack),
    });
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('onerror="');
  });

  it.each<[string, (input: { guard: object; diagnosis: object }) => object]>([
    ['guard.decision', ({ guard }) => ({ guard: { ...guard, decision: 'yes' } })],
    ['guard.reasons', ({ guard }) => ({ guard: { ...guard, reasons: 'none' } })],
    [
      'diagnosis.significance',
      ({ diagnosis }) => ({ diagnosis: { ...diagnosis, significance: 2 } }),
    ],
    ['diagnosis.sources', ({ diagnosis }) => ({ diagnosis: { ...diagnosis, sources: {} } })],
  ])('are refused at %s', (path, change) => {
    const whole = { guard: sampleGuard(), diagnosis: sampleDiagnosis() };
    const json = { ...sampleInput(), ...whole, ...change(whole) };
    const failure = (): unknown => readReportInput(json);
    expect(failure).toThrow(`"${path}" must be`);
    try {
      failure();
    } catch (error) {
      expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
    }
  });
});
