import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { pathToFileURL } from 'node:url';
import type { ClientAssets } from '../src/client-assets.js';
import type { ReportInput } from '../src/index.js';
import { renderPage } from '../src/internal/page.js';
import { sampleInput, sampleRegression } from './sample-input.js';

const executablePath = process.env.GRAFT_CHROMIUM ?? '/usr/bin/chromium';

if (!existsSync(executablePath)) {
  describe('the report in a browser', () => {
    it.skip(`needs Chromium at ${executablePath}; say where it is with GRAFT_CHROMIUM`, () =>
      undefined);
  });
} else {
  describe('the report in a browser', testInBrowser);
}

function testInBrowser(): void {
  let folder: string;
  let assets: ClientAssets;
  let browser: Browser;
  /** Whatever the page asked for beyond itself, and whatever it complained about. */
  let requests: string[];
  let complaints: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'graft-report-'));
    const file = join(folder, 'assets.json');
    execFileSync(process.execPath, [join(__dirname, '..', 'build.mjs'), file]);
    assets = JSON.parse(readFileSync(file, 'utf8')) as ClientAssets;
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => {
    requests = [];
    complaints = [];
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  async function open(
    input: ReportInput,
    options: BrowserContextOptions & { readonly hash?: string } = {},
  ): Promise<Page> {
    const file = join(folder, 'report.html');
    writeFileSync(file, renderPage(input, assets));
    const { hash = '', ...context } = options;
    const page = await (
      await browser.newContext({ viewport: { width: 1100, height: 800 }, ...context })
    ).newPage();
    const url = pathToFileURL(file).href;
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== url) requests.push(request.url());
    });
    await page.goto(url + hash);
    return page;
  }

  const marks = (page: Page, chart: string, shapes: string): Promise<number> =>
    page.locator(`[data-chart=${chart}] svg ${shapes}`).count();
  const scatter = (page: Page, chart: string): Promise<string> =>
    page.locator(`[data-chart=${chart}] svg .rows`).first().innerHTML();
  const order = (page: Page): Promise<string[]> =>
    page.locator('#runs tbody th a').allTextContents();

  it('draws every run against source-only', async () => {
    const page = await open(sampleInput());
    expect(await marks(page, 'scores', '.scores > *')).toBe(9);
    expect(await marks(page, 'scores', '.changes line')).toBe(8);
    expect(await marks(page, 'scores', '.intervals line')).toBe(9);
    const text = await page.locator('[data-chart=scores]').textContent();
    expect(text).toContain('▼ worse, −7.2\u00a0points');
    expect(text).toContain('× failed');
  }, 60_000);

  it('draws the best recipe first: domains, confusion and recall', async () => {
    const page = await open(sampleInput());
    expect(await page.locator('.panel:visible h3').textContent()).toContain('JDA + logistic');
    for (const chart of ['before', 'after']) {
      expect(await marks(page, chart, '.rows')).toBe(2);
      expect(await marks(page, chart, '.rows > *')).toBe(1500);
    }
    expect(await marks(page, 'confusion', '.cells rect')).toBe(100);
    expect(await marks(page, 'recall', '.recalls path')).toBe(10);
    expect(await page.locator('[data-chart=weights]').count()).toBe(0);
  }, 60_000);

  it('shows another recipe when it is chosen, by chip, by table or by keyboard', async () => {
    const page = await open(sampleInput());
    const before = await scatter(page, 'before');
    const after = await scatter(page, 'after');
    await page.getByRole('radio', { name: 'Exact optimal transport' }).check({ force: true });
    expect(await page.locator('.panel:visible').count()).toBe(1);
    expect(await page.locator('.panel:visible h3').textContent()).toContain(
      'Exact optimal transport',
    );
    expect(await scatter(page, 'before')).toBe(before);
    expect(await scatter(page, 'after')).not.toBe(after);

    await page.locator('#runs').getByRole('link', { name: 'CORAL', exact: true }).click();
    expect(await page.locator('.panel:visible .notice').textContent()).toContain('ILL_CONDITIONED');
    expect(await page.getByRole('radio', { name: /made it worse CORAL/ }).isChecked()).toBe(true);

    await page.getByRole('radio', { name: /made it worse CORAL/ }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.panel:visible .notice').textContent()).toContain('needs "pairs"');
    expect(await page.locator('#charts').innerHTML()).toBe('');
  }, 60_000);

  it('opens at the recipe that the address names', async () => {
    const page = await open(sampleInput(), { hash: '#run-6' });
    expect(await page.locator('.panel:visible h3').textContent()).toContain(
      'Classifier density ratio',
    );
    expect(await marks(page, 'weights', '.bins rect')).toBe(32);
    const caption = await page.locator('[data-chart=weights] figcaption').textContent();
    expect(caption).toContain('effective sample size 465 of 1,500 rows');
  }, 60_000);

  it('colours by class and keeps the choice and the focus', async () => {
    const page = await open(sampleInput());
    const colours = (): Promise<number> =>
      page
        .locator('[data-chart=before] .rows > *')
        .evaluateAll(
          (dots) =>
            new Set(dots.map((dot) => dot.getAttribute('fill') ?? dot.getAttribute('stroke'))).size,
        );
    expect(await colours()).toBeLessThan(10);
    await page.getByRole('radio', { name: 'class', exact: true }).focus();
    await page.keyboard.press('Space');
    expect(await colours()).toBeGreaterThanOrEqual(10);
    expect(await marks(page, 'before', '.shifts path')).toBe(10);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('value'))).toBe('label');
    await page.getByRole('radio', { name: 'TCA' }).check({ force: true });
    expect(await colours()).toBeGreaterThanOrEqual(10);
  }, 60_000);

  it('shows confusion as rates or as rows', async () => {
    const page = await open(sampleInput());
    const first = (): Promise<string | null> =>
      page.locator('[data-chart=confusion] .counts text').first().textContent();
    const rate = Number(await first());
    await page.getByRole('radio', { name: 'rows' }).check({ force: true });
    expect(Math.round((100 * Number(await first())) / 180)).toBe(rate);
  }, 60_000);

  it('sorts the table by any column, empty cells last, and says so', async () => {
    const page = await open(sampleInput());
    const head = (name: string) => page.getByRole('columnheader', { name });
    const byScore = await order(page);
    await head('Recipe').getByRole('button').click();
    expect(await order(page)).toEqual([...byScore].sort((a, b) => a.localeCompare(b, 'en')));
    expect(await head('Recipe').getAttribute('aria-sort')).toBe('ascending');
    await head('Accuracy').getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await order(page)).toEqual(byScore);
    expect(await head('Recipe').getAttribute('aria-sort')).toBeNull();
    await page.keyboard.press('Enter');
    expect(await order(page)).toEqual([...byScore.slice(0, 9).reverse(), byScore[9]]);
    expect(await head('Accuracy').getAttribute('aria-sort')).toBe('ascending');
  }, 60_000);

  it('copies the command', async () => {
    const input = sampleInput();
    const page = await open(input, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('[data-copy=command]').click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(input.settings.command);
  }, 60_000);

  it('turns dark with the system and keeps its text readable', async () => {
    const contrast = async (colorScheme: 'light' | 'dark'): Promise<number[]> => {
      const page = await open(sampleInput(), { colorScheme });
      return page.evaluate(() => {
        const luminance = (colour: string): number => {
          const [r, g, b] = colour
            .match(/[\d.]+/g)!
            .slice(0, 3)
            .map((part) => {
              const share = Number(part) / 255;
              return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
          return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
        };
        const paper = luminance(getComputedStyle(document.documentElement).backgroundColor);
        const texts = [
          '.verdict',
          '.tally',
          '.badge.helped',
          '.badge.hurt',
          '.badge.unclear',
          'dt',
          'a',
          'figcaption',
        ];
        return texts.map((selector) => {
          const ink = luminance(getComputedStyle(document.querySelector(selector)!).color);
          return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        });
      });
    };
    const [light, dark] = [await contrast('light'), await contrast('dark')];
    // WCAG 2, level AA.
    for (const ratio of [...light, ...dark]) expect(ratio).toBeGreaterThan(4.5);
    const page = await open(sampleInput(), { colorScheme: 'dark' });
    const background = await page.evaluate(
      () => getComputedStyle(document.documentElement).backgroundColor,
    );
    expect(background).toBe('rgb(21, 24, 27)');
  }, 60_000);

  it('fits a window 400 pixels wide, and redraws when it grows', async () => {
    const page = await open(sampleInput(), { viewport: { width: 400, height: 800 } });
    const widths = () =>
      page.evaluate(() => ({
        page: document.documentElement.scrollWidth,
        charts: Math.max(
          ...[...document.querySelectorAll('figure > svg, figure > figure > svg')].map(
            (svg) => svg.getBoundingClientRect().right,
          ),
        ),
      }));
    const narrow = await widths();
    expect(narrow.page).toBe(400);
    expect(narrow.charts).toBeLessThanOrEqual(400);
    await page.setViewportSize({ width: 1100, height: 800 });
    await page.waitForFunction(
      () => document.querySelector('[data-chart=scores] svg')!.clientWidth > 600,
    );
    expect((await widths()).page).toBe(1100);
  }, 60_000);

  it('draws a regression: values as colours, no confusion', async () => {
    const page = await open(sampleRegression());
    await page.getByRole('radio', { name: 'value' }).check({ force: true });
    expect(await marks(page, 'scores', '.scores > *')).toBe(3);
    expect(await marks(page, 'after', '.rows > *')).toBe(300);
    expect(await page.locator('[data-chart=confusion]').count()).toBe(0);
  }, 60_000);

  it('runs no script that hides in a name', async () => {
    const attack =
      '</script><script>document.title = "broken"</script><img src=x onerror="document.title = 1">';
    const input = sampleInput();
    const page = await open({
      ...input,
      problem: {
        ...input.problem,
        domains: input.problem.domains.map((domain) => ({ ...domain, name: attack })),
      },
      runs: input.runs.map((run) => ({ ...run, title: attack, summary: attack })),
    });
    expect(await page.title()).toContain('→');
    expect(await page.locator('h3:visible').textContent()).toContain(attack);
    expect(await page.locator('img').count()).toBe(0);
    expect(await marks(page, 'before', '.rows > *')).toBe(1500);
  }, 60_000);

  it('shows verdict, table and every panel where scripts are off', async () => {
    const page = await open(sampleInput(), { javaScriptEnabled: false });
    expect(await page.locator('.verdict').isVisible()).toBe(true);
    expect(await page.locator('.panel:visible').count()).toBe(10);
    expect(await page.locator('.scripted:visible').count()).toBe(0);
  }, 60_000);

  it('stays below half a megabyte for ten runs', () => {
    expect(Buffer.byteLength(renderPage(sampleInput(), assets))).toBeLessThan(500_000);
  });
}
