import type { ReportInput, ReportSettings } from '../report-input.js';
import { markup, type Markup } from './markup.js';

/** The command, the recipes and the versions that give the same numbers again. */
export function pageSettings({ settings, versions, seed }: ReportInput): Markup {
  const programs = Object.entries(versions).map(
    ([name, version]) => markup`<span><b>${name}</b> ${version}</span> `,
  );
  return markup`<section id="repeat" aria-labelledby="repeat-title">
<h2 id="repeat-title">Repeat it</h2>
${copyable('command', settings.command)}
<p>The same seed (${seed}) and the same versions give the same answer.</p>
<p class="versions">${programs}</p>
${
  hasRecipes(settings) &&
  markup`<details><summary>Recipes with all options</summary>
${copyable('recipes', JSON.stringify(settings.recipes, null, 2))}
</details>
`
}</section>`;
}

function hasRecipes({ recipes }: ReportSettings): boolean {
  return !Array.isArray(recipes) || recipes.length > 0;
}

function copyable(id: string, text: string): Markup {
  return markup`<div class="command">
<pre><code id="${id}">${text}</code></pre>
<button type="button" class="scripted" data-copy="${id}">Copy</button>
</div>`;
}
