import type { ClientAssets } from '../client-assets.js';
import type { ReportInput } from '../report-input.js';
import { diagnosisSection } from './diagnosis-section.js';
import { guardSection } from './guard-section.js';
import { jsonForScript, markup, Markup } from './markup.js';
import { pageData } from './page-data.js';
import { pageGuide } from './page-guide.js';
import { pageHeader, pageTitle } from './page-header.js';
import { pageSettings } from './page-settings.js';
import { recipePanels } from './recipe-panels.js';
import { runsTable } from './runs-table.js';

/** The whole page, with the given script and style inside. */
export function renderPage(input: ReportInput, assets: ClientAssets): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy(assets)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Graft">
<title>${pageTitle(input)} · Graft</title>
<style>${new Markup(assets.style)}</style>
</head>
<body class="unscripted">
<main>
${pageHeader(input)}
${input.runs.length > 0 && scoreSection(input)}
${guardSection(input)}
${input.runs.length > 0 && insideSection(input)}
${diagnosisSection(input.diagnosis)}
${pageSettings(input)}
${pageGuide(input)}
</main>
<script type="application/json" id="data">${jsonForScript(pageData(input))}</script>
<script>${new Markup(assets.script)}</script>
</body>
</html>
`.text;
}

function scoreSection(input: ReportInput): Markup {
  const scoreName = input.problem.task.kind === 'classification' ? 'Accuracy' : 'R²';
  return markup`<section id="scores" aria-labelledby="scores-title">
<h2 id="scores-title">${scoreName} on the target</h2>
<figure class="scripted" data-chart="scores"></figure>
${runsTable(input)}
</section>`;
}

function insideSection(input: ReportInput): Markup {
  return markup`<section id="inside" aria-labelledby="inside-title">
<h2 id="inside-title">Inside a recipe</h2>
<fieldset class="chips scripted" id="chooser"><legend>Recipe</legend></fieldset>
${recipePanels(input)}<div id="charts" class="scripted"></div>
</section>`;
}

/** Nothing is fetched and nothing but this very script runs. Style may be inline: Observable Plot brings its own. */
function securityPolicy({ scriptHash }: ClientAssets): string {
  const script = scriptHash === '' ? "'none'" : `'sha256-${scriptHash}'`;
  return `default-src 'none'; script-src ${script}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}
