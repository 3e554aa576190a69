import { isTransferError } from '@graft-ml/core';
import { readReportInput, renderReport, type ReportInput } from '../src/index.js';
import { sampleDiagnosis, sampleGuard, sampleOccurrence } from './sample-diagnosis.js';
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

/** The sample with what its words say. */
function counted(text?: string, occurrence = sampleOccurrence(text)) {
  const diagnosis = sampleDiagnosis(text);
  return { ...diagnosis, sources: diagnosis.sources.map((shift) => ({ ...shift, occurrence })) };
}

describe('features that count something', () => {
  const page = text(renderReport({ ...alone, diagnosis: counted() }));
  const row = (name: string): string =>
    new RegExp(`<tr class="[^"]*"><th scope="row">${name}</th>.*`).exec(page)![0];
  const place = (line: string, what: string): number =>
    Number(new RegExp(`--${what}:([\\d.]+)%`).exec(line)![1]);

  it('are drawn by the log of how much commoner they are, source on the left', () => {
    expect(page).toContain(
      'Of 400 features, 12 are commoner in the source and 9 in the target, as shares of all that occurs there.',
    );
    expect(page).toContain('<span>×10</span><span>equal</span><span>×10</span>');
    // ×10 is the end of either side; 8.2 and 4 times are log 8.2 / log 10 and log 4 / log 10 of the way.
    expect(place(row('plot'), 'at')).toBeCloseTo(50 - 50 * Math.log10(8.2), 1);
    expect(place(row('knife'), 'at')).toBeCloseTo(50 + 50 * Math.log10(4), 1);
    expect(place(row('plot'), 'low')).toBe(0);
    expect(place(row('plot'), 'high')).toBeCloseTo(50 - 50 * Math.log10(4), 1);
    expect(row('plot')).toMatch(
      /class="moved".*dot up.*×8\.2.*1,200 times">4\.2 %<.*15 times">0\.51 %<.*&lt; 0\.001/,
    );
    expect(row('knife')).toMatch(/class="moved".*dot down.*×4\.0.*>0\.032 %<.*>0\.13 %<.*0\.002/);
    expect(row('nice')).toMatch(/class="still".*×1\.1/);
    expect(page).toContain('Left out: 3 (in no row).');
  });

  it('are listed with the classes they go with', () => {
    expect(page).toContain('1 of 40 features that could be tested goes with other classes');
    const turned = row('unpredictable');
    expect(turned).toMatch(/moved.*<td>praise<\/td>.*92 %.*of 96.*13 %.*of 30.*&lt; 0\.001/);
    expect([place(turned, 'low'), place(turned, 'high')]).toEqual([12.5, 92]);
    expect(turned).toContain('<i class="dot up" style="--at:92.00%">');
    expect(turned).toContain('<i class="dot down" style="--at:12.50%">');
    expect(row('light')).toMatch(/still.*<td>1<\/td>/);
    expect(page).toContain('38 more tests showed less.');
    expect(page).toContain('Left out: 357 (too few labelled rows).');
    expect(page).toContain('<b>A feature goes with other classes</b>');
  });

  it('say why nothing is known of classes', () => {
    const blind = { ...sampleOccurrence(), context: { reason: 'No target row is labelled.' } };
    const without = renderReport({ ...alone, diagnosis: counted(undefined, blind) });
    expect(without).toContain('<p class="legend">No target row is labelled.</p>');
    expect(without).not.toContain('unpredictable');
    expect(readReportInput({ ...alone, diagnosis: counted(undefined, blind) })).toBeDefined();
  });

  it('are not spoken of where there are none', () => {
    expect(renderReport(alone)).not.toMatch(/feature bias|goes with other classes/);
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

/** An occurrence as a file may hold it. */
function damaged(parts: object): ReturnType<typeof sampleOccurrence> {
  return { ...sampleOccurrence(), ...parts };
}

describe('foreign diagnoses', () => {
  it('bring no markup', () => {
    const attack = `"><script>alert(1)</script><img src=x onerror="alert(2)">`;
    const page = renderReport({
      ...sampleInput(),
      guard: sampleGuard(attack),
      diagnosis: counted(attack),
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
    [
      'diagnosis.sources[0].occurrence.nTarget',
      () => ({ diagnosis: counted(undefined, { ...sampleOccurrence(), nTarget: 500 }) }),
    ],
    [
      'diagnosis.sources[0].occurrence.context.nTests',
      () => ({ diagnosis: { ...counted(undefined, damaged({ context: {} })) } }),
    ],
    [
      'diagnosis.sources[0].occurrence.frequency[0].name',
      () => ({ diagnosis: { ...counted(undefined, damaged({ frequency: [{}] })) } }),
    ],
  ])('are refused at %s', (path, change) => {
    const whole = { guard: sampleGuard(), diagnosis: counted() };
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
