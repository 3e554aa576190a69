import { clientAssets } from './client-assets.js';
import { renderPage } from './internal/page.js';
import { readReportInput } from './read-report-input.js';
import type { ReportInput } from './report-input.js';

/** Renders a comparison as one HTML file that opens offline: it holds its own style, script and data and requests nothing.
 *
 * Verdict and tables are plain HTML, readable without the script; charts, sorting and the choice of a recipe need it.
 * Every text of the input is escaped, and a content security policy lets nothing but the page's own script run.
 * Equal input gives an equal file. Errors: `INVALID_DATA`, naming the field that is wrong.
 * Example   await writeFile('report.html', renderReport(input))
 */
export function renderReport(input: ReportInput): string {
  return renderPage(readReportInput(input), clientAssets);
}
