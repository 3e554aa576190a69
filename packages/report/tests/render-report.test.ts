import { renderReport, type ReportInput } from '../src/index.js';
import { renderPage } from '../src/internal/page.js';
import { sampleInput, sampleRegression } from './sample-input.js';

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Every text a user can bring in, replaced by `text`. */
function withTextEverywhere(text: string): ReportInput {
  const input = sampleInput();
  return {
    ...input,
    versions: { [text]: text },
    settings: { command: text, recipes: [{ [text]: text }] },
    problem: {
      ...input.problem,
      task: { kind: 'classification', classes: Array.from({ length: 10 }, (_, k) => text + k) },
      domains: input.problem.domains.map((domain) => ({ ...domain, name: text })),
    },
    runs: input.runs.map((run, k) => {
      const common = {
        recipe: text + k,
        title: text,
        summary: text,
        warnings: [{ code: text, message: text }],
      };
      if (run.status === 'failed')
        return { ...run, ...common, error: { code: text, message: text } };
      return {
        ...run,
        ...common,
        confusion: {
          classes: Array.from({ length: 10 }, (_, c) => text + c),
          counts: run.confusion!.counts,
        },
        diagnostics: { stopReason: text, facts: { [text]: text, nested: { [text]: [text] } } },
      };
    }),
  };
}

describe('renderReport', () => {
  it('gives the same file for the same input', () => {
    expect(renderReport(sampleInput(3))).toBe(renderReport(sampleInput(3)));
  });

  it('leaves the input as it was', () => {
    const input = sampleInput();
    const copy = JSON.stringify(input);
    renderReport(input);
    expect(JSON.stringify(input)).toBe(copy);
  });

  it('says the verdict and lists every run without the script', () => {
    const page = renderReport(sampleInput());
    expect(page).toContain('JDA + logistic is best');
    expect(page).toContain(
      'Of 9 recipes, 4 helped, 2 made it worse, 2 made no clear difference and 1 failed.',
    );
    expect(count(page, /<tr class="\w+" data-run/g)).toBe(10);
    expect(count(page, /<article class="panel"/g)).toBe(10);
    expect(page).toContain('needs &quot;pairs&quot;: rows that correspond across domains');
    expect(page).toContain('465 of 1,500 rows');
    expect(page).toContain('graft compare --source simulated-digits.csv');
  });

  it('lays out lists of records as tables, without the columns that are empty everywhere', () => {
    const input = sampleInput();
    const trace = [
      { iteration: 1, accuracy: 0.5, missingClasses: [], note: null },
      { iteration: 2, accuracy: 0.75, missingClasses: [], note: null, classes: [3, 4] },
    ];
    const runs = input.runs.map((run, k) =>
      run.status === 'ok' && k === 0
        ? { ...run, diagnostics: { facts: { trace, nComponents: 30 } } }
        : run,
    );
    const page = renderReport({ ...input, runs });
    expect(page).toContain('<summary>Trace, 2 rows</summary>');
    expect(page).toContain(
      '<th scope="col" class="number">Iteration</th><th scope="col" class="number">Accuracy</th><th scope="col" class="">Classes</th>',
    );
    expect(page).toContain(
      '<tr><td class="number">1</td><td class="number">0.5</td><td class="">–</td></tr>',
    );
    expect(page).toContain('<td class="">3, 4</td>');
    expect(page).toContain('<dt>Number of components</dt><dd>30</dd>');
    expect(page).not.toContain('Missing classes');
    expect(page).not.toContain('{&quot;');
  });

  it('orders runs by score, failures last', () => {
    const page = renderReport(sampleInput());
    const titles = [...page.matchAll(/<th scope="row" data-value="([^"]+)"/g)].map(
      ([, title]) => title,
    );
    expect(titles[0]).toBe('JDA + logistic');
    expect(titles[5]).toBe('Source-only');
    expect(titles[8]).toBe('CORAL');
    expect(titles[9]).toBe('Orthogonal Procrustes');
  });

  it('marks losses by sign and word, not by colour alone', () => {
    const page = renderReport(sampleInput());
    expect(count(page, /▼<\/span> made it worse<\/span>/g)).toBe(4);
    expect(count(page, /▲<\/span> helped<\/span>/g)).toBe(8);
  });

  it('shows the squared error of a regression', () => {
    const page = renderReport(sampleRegression());
    expect(page).toContain('>Squared error</th>');
    expect(page).toContain('16.2');
    expect(page).not.toContain('class="number">Accuracy');
  });

  it('names every feature count where the feature spaces differ', () => {
    const input = sampleInput();
    const [source, target] = input.problem.domains;
    const page = renderReport({
      ...input,
      problem: {
        ...input.problem,
        domains: [
          { ...source!, features: 12 },
          { ...target!, labelledRows: 20 },
        ],
        scenario: {
          ...input.problem.scenario,
          kind: 'heterogeneous',
          supervision: 'inductive',
          labelSpacesDiffer: true,
        },
      },
    });
    expect(page).toContain('1,500 rows × 12 features, all labelled');
    expect(page).toContain('1,797 rows × 64 features, 20 more with labels');
    expect(page).toContain('heterogeneous, inductive (some target labels), label spaces differ');
  });
});

describe('the safety of the page', () => {
  const attack = `</script><script>alert(1)</script><img src=x onerror="alert(2)">'"&<!--`;

  it('lets no text of the input become markup', () => {
    const page = renderReport(withTextEverywhere(attack));
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<!--');
    expect(count(page, /<script/g)).toBe(2);
    expect(count(page, /<\/script>/g)).toBe(2);
    // No attribute is left early: every quote inside one is escaped.
    expect(page).not.toContain(`onerror="`);
  });

  it('keeps the texts themselves', () => {
    const page = renderReport(withTextEverywhere(attack));
    const data = /id="data">(.*?)<\/script>/s.exec(page)![1]!;
    const { classes, domains } = JSON.parse(data) as {
      classes: string[];
      domains: { name: string }[];
    };
    expect(classes[3]).toBe(`${attack}3`);
    expect(domains[0]!.name).toBe(attack);
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(1)');
  });

  it('allows its own script by hash and nothing from elsewhere', () => {
    const policy = (page: string): string =>
      /http-equiv="Content-Security-Policy" content="([^"]+)"/
        .exec(page)![1]!
        .replaceAll('&#39;', "'");
    const assets = { script: 'start();', scriptHash: 'abc=', style: '' };
    expect(policy(renderPage(sampleInput(), assets))).toBe(
      "default-src 'none'; script-src 'sha256-abc='; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
    );
    expect(policy(renderPage(sampleInput(), { ...assets, script: '', scriptHash: '' }))).toContain(
      "script-src 'none'",
    );
  });

  it('refers to nothing outside itself', () => {
    const page = renderReport(sampleInput());
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
    expect(page).not.toMatch(/url\(|@import|https?:/);
  });
});
